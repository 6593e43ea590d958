"""What can be said about a project one thing at a time: remarked on, unlocked, compared with what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aqb.money import ZERO
from aqb.screens import german_date

MONEY, PLACES = "shares", "places"


@dataclass(frozen=True)
class Facet:
    """A thing that a project states. `name` is the field beside which a remark on it stands."""

    name: str
    title: str
    fields: tuple[str, ...]


FACETS = (
    Facet("title", "Titel", ("title",)),
    Facet("category", "Maßnahmenart", ("category",)),
    Facet("provider", "Träger", ("provider",)),
    Facet("implementation", "Durchführung", ("implementation",)),
    Facet("starts_on", "Laufzeit", ("starts_on", "ends_on")),
    Facet("places", "Plätze", ("places",)),
    Facet("description", "Kurzbeschreibung", ("description",)),
    Facet("target_groups", "Zielgruppen", ("target_groups",)),
    Facet("legal_circles", "Rechtskreise", ("legal_circles",)),
    Facet("part_time", "Besonderheiten", ("part_time", "language", "inclusive")),
)
PARTICULARS = {
    "part_time": "in Teilzeit möglich",
    "language": "mit Sprachförderung",
    "inclusive": "inklusiv angelegt",
}


def facet_of(name: str) -> str:
    """The facet that a field belongs to; every single amount belongs to the money."""
    if name == MONEY or name.startswith("amount_"):
        return MONEY
    return next((facet.name for facet in FACETS if name in facet.fields), name)


def together(name: str) -> frozenset[str]:
    """The facets that are unlocked with a remarked field: places and amounts of all cash years hang together."""
    facet = facet_of(name)
    return frozenset({MONEY, PLACES}) if facet in (MONEY, PLACES) else frozenset({facet})


def stated(entry: Any, groups: Mapping[str, str]) -> dict[str, Any]:
    """What an entry states, as JSON: each facet with its value for comparing and its words for reading.

    `groups` are the titles of the target groups; the entry brings category, provider, project and shares along.
    """
    shares = sorted(entry.shares.all(), key=lambda share: (share.line.position, share.line_id, share.cash_year))
    return {
        "uid": str(entry.project.uid),
        "entry": entry.pk,
        "title": entry.title,
        "provider": entry.provider.name if entry.provider else "",
        "facets": {
            facet.name: {"value": _value(entry, facet), "text": _text(entry, facet.name, groups)} for facet in FACETS
        },
        "amounts": [
            {
                "name": f"amount_{share.line_id}_{share.cash_year}",
                "title": f"{share.line.title} {share.cash_year}",
                "amount": str(share.amount),
            }
            for share in shares
        ],
    }


def differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, str]:
    """What two states of a project say differently: names of facets and single amounts with their titles, in order."""
    found = {
        facet.name: facet.title
        for facet in FACETS
        if before["facets"].get(facet.name, {}).get("value") != now["facets"].get(facet.name, {}).get("value")
    }
    old, new = amounts_of(before), amounts_of(now)
    titles = {one["name"]: one["title"] for state in (before, now) for one in state["amounts"]}
    return found | {name: titles[name] for name in titles if old.get(name, ZERO) != new.get(name, ZERO)}


def amounts_of(state: Mapping[str, Any]) -> dict[str, Decimal]:
    """The single amounts of a stated project in euro."""
    return {one["name"]: Decimal(one["amount"]) for one in state["amounts"]}


def _value(entry: Any, facet: Facet) -> Any:
    values = []
    for name in facet.fields:
        value = getattr(entry, entry._meta.get_field(name).attname)
        values.append(value.isoformat() if hasattr(value, "isoformat") else value)
    return values


def _text(entry: Any, name: str, groups: Mapping[str, str]) -> str:
    if name == "starts_on":
        return term(entry)
    if name == "part_time":
        return ", ".join(words for field, words in PARTICULARS.items() if getattr(entry, field))
    if name == "target_groups":
        return ", ".join(groups.get(key, key) for key in entry.target_groups)
    if name == "legal_circles":
        return ", ".join(entry.legal_circles)
    if name == "implementation":
        return str(entry.get_implementation_display())
    value = getattr(entry, name)
    return "" if value is None else str(value)


def term(entry: Any) -> str:
    """`01.01.2027 – 31.12.2027`, with what is missing in words."""
    if not entry.starts_on and not entry.ends_on:
        return ""
    start = german_date(entry.starts_on) if entry.starts_on else "Beginn fehlt"
    return f"{start} – {german_date(entry.ends_on) if entry.ends_on else 'Ende fehlt'}"
