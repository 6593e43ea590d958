"""System checks: what the health page would call a fault, `manage.py check --deploy` finds before anybody is served."""

from typing import Any

from django.core import checks

from aqb import health


@checks.register(deploy=True)
def check_services(**_: Any) -> list[checks.CheckMessage]:
    """The store, the virus scanner and the folder of trusted certificates; the seal has checks of its own.

    Only at `check --deploy`: migrations and tests need none of them, and an S3 store or a scanner is asked over the net.
    """
    examined = {"001": health.storage(), "002": health.scanner(), "003": health.trust_roots()}
    return [
        checks.Error(f"{part.title}: {part.text}", id=f"aqb.E{number}")
        if part.state == "bad"
        else checks.Warning(f"{part.title}: {part.text}", id=f"aqb.W{number}")
        for number, part in examined.items()
        if part.needs_care
    ]
