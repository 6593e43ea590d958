"""System checks: what the health page would call a fault, `manage.py check --deploy` finds before anybody is served."""

from typing import Any

from django.core import checks

from aqb import database_rights, health


@checks.register(deploy=True)
def check_services(**_: Any) -> list[checks.CheckMessage]:
    """The store, the virus scanner, the trusted certificates, the sign-on service; the seal has checks of its own.

    Only at `check --deploy`: migrations and tests need none of them, and some of them are asked over the net.
    """
    examined = {
        "001": health.storage(), "002": health.scanner(), "003": health.trust_roots(), "004": health.sign_on_service(),
    }  # fmt: skip
    return [
        checks.Error(f"{part.title}: {part.text}", id=f"aqb.E{number}")
        if part.state == "bad"
        else checks.Warning(f"{part.title}: {part.text}", id=f"aqb.W{number}")
        for number, part in examined.items()
        if part.needs_care
    ]


@checks.register(checks.Tags.database, deploy=True)
def check_database_rights(databases: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """The application's role and the triggers; only where the database is asked for: `check --deploy --database default`."""
    if not databases:
        return []
    found: list[checks.CheckMessage] = [
        checks.Warning(text, hint="docs/operations.md, Abschnitt „Database roles“", id="aqb.W010")
        for text in database_rights.excesses()
    ]
    if faulty := database_rights.faulty_triggers():
        found.append(checks.Error(f"Trigger fehlen oder sind abgeschaltet: {'; '.join(faulty)}", id="aqb.E011"))
    return found
