"""Which texts there are, what each says now, and how its placeholders are filled.

The project's own wording (`defaults/`) holds until somebody has saved another one. `{Ergänzen: …}` marks what only the
ministry knows; as long as it stands there, the page says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from aqb import text
from aqb.models import PageText
from aqb.text import Block, Run

DEFAULTS = Path(__file__).parent / "defaults"
WORDED_ON = date(2026, 11, 27)  # of the project's own texts: {Stand} until somebody has changed them
MISSING = "Ergänzen"
PLACEHOLDER = re.compile(r"\{([^{}:]+)(?::\s*([^{}]+))?\}")


@dataclass(frozen=True)
class Known:
    """A public page with a text: name of its address, title of the project's own text, and what it is for."""

    address: str
    title: str
    purpose: str


TEXTS = {
    "barrierefreiheit": Known(
        "accessibility", "Erklärung zur Barrierefreiheit", "Pflicht nach § 4 HVBIT; jährlich und nach großen Änderungen prüfen"
    ),
    "leichte-sprache": Known(
        "plain_language", "Informationen in Leichter Sprache", "Pflicht nach § 3 (3) HVBIT; von einer Prüfgruppe lesen lassen"
    ),
    "gebaerdensprache": Known(
        "sign_language", "Informationen in Deutscher Gebärdensprache", "Text neben dem Video; das Video legt der Betrieb ab"
    ),
    "impressum": Known("imprint", "Impressum", "Anbieter, Kontakt, Verantwortliche"),
    "datenschutz": Known(
        "privacy", "Datenschutz", "Verantwortliche Stelle, Rechtsgrundlagen, Rechte; die Tabellen darunter schreibt die Anwendung"
    ),
}  # fmt: skip
# Placeholder -> what it stands for, as the editor lists them.
PLACEHOLDERS = {
    "Anbieter": "Name und Anschrift der Stelle, die die Seiten anbietet",
    "E-Mail": "E-Mail-Adresse für Meldungen und Fragen",
    "Telefon": "Telefonnummer",
    "Adresse": "Internetadresse der Anwendung",
    "Stand": "Tag, an dem der Text zuletzt geändert wurde",
}
# Placeholder -> the setting that fills it, and the variable of the environment behind that.
SETTINGS = {
    "Anbieter": ("OPERATOR", "AQB_OPERATOR"),
    "E-Mail": ("CONTACT_MAIL", "AQB_CONTACT_MAIL"),
    "Telefon": ("CONTACT_PHONE", "AQB_CONTACT_PHONE"),
}


def current(key: str) -> PageText:
    """What the page says now; without a stored row the project's own text, as a row that has no key. Raises KeyError."""
    known = TEXTS[key]
    return PageText.objects.select_related("changed_by").filter(key=key).first() or PageText(
        key=key, title=known.title, body=default(key)
    )


@cache
def default(key: str) -> str:
    """The project's own wording."""
    return (DEFAULTS / f"{key}.md").read_text()


def problems(body: str) -> list[str]:
    """German sentences for everything that the text may not hold."""
    unknown = dict.fromkeys(name for name, _ in PLACEHOLDER.findall(body) if name not in {*PLACEHOLDERS, MISSING})
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    sentences = [f"Den Platzhalter „{{{name}}}“ gibt es nicht; möglich sind {names}." for name in unknown]
    return text.problems(body, text.PAGE) + sentences


def to_complete(row: PageText) -> list[str]:
    """What only the ministry knows and nobody has written yet: open points of the text, and settings without a value."""
    found = PLACEHOLDER.findall(row.body)
    unset = [PLACEHOLDERS[name] for name, _ in found if name in SETTINGS and not _value(name, row)]
    return list(dict.fromkeys([*unset, *(what.strip() for name, what in found if name == MISSING)]))


def missing_settings() -> list[str]:
    """Variables of the environment that the texts need and that are not set."""
    return [variable for name, variable in SETTINGS.values() if not getattr(settings, name)]


def shown(row: PageText) -> list[Block]:
    """The text as blocks for `components/page_text.html`; raises TextError for what `problems` names."""
    return [_filled(block, row) for block in text.parse(row.body, text.PAGE)]


def _filled(block: Block, row: PageText) -> Block:
    if block["type"] == "list":
        return {**block, "items": [list(_runs(item, row)) for item in block["items"]]}
    return {**block, "runs": list(_runs(block["runs"], row))}


def _runs(runs: list[Run], row: PageText) -> Iterator[dict[str, object]]:
    """Runs with their placeholders filled; what is missing is a run of its own, marked as such."""
    for run in runs:
        at = 0
        for found in PLACEHOLDER.finditer(run["text"]):
            yield {**run, "text": run["text"][at : found.start()]}
            yield {**run, **_placed(found[1], found[2] or "", row)}
            at = found.end()
        yield {**run, "text": run["text"][at:]}


def _placed(name: str, what: str, row: PageText) -> dict[str, object]:
    value = "" if name == MISSING else _value(name, row)
    if not value:
        return {"text": f"noch zu ergänzen: {what or PLACEHOLDERS[name]}", "missing": True}
    link = {"E-Mail": f"mailto:{value}", "Telefon": f"tel:{re.sub('[^+0-9]', '', value)}"}
    return {"text": value, "url": link[name]} if name in link else {"text": value}


def _value(name: str, row: PageText) -> str:
    if name in SETTINGS:
        return str(getattr(settings, SETTINGS[name][0]))
    if name == "Stand":
        day = timezone.localdate(row.changed_at) if row.changed_at else WORDED_ON
        return text.long_date(day.isoformat())
    return f"{settings.BASE_URL}/"
