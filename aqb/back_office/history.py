"""What the database has recorded of a row, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from aqb.models import User
from aqb.money import EuroField
from aqb.templatetags.aqb import date_short, euro, moment

WORDS = {"insert": "angelegt", "update": "geändert", "delete": "gelöscht"}
LONGEST = 200  # characters of a value; a history is read, not copied from


@dataclass(frozen=True)
class Change:
    """One recorded change: when, by whom or what, on which page, what, the fields that differ, and the reason given."""

    at: datetime
    by: str
    page: str
    what: str
    reason: str
    fields: list[tuple[str, str, str]]


def changes_of(row: models.Model) -> list[Change]:
    """All changes of a row, newest first. Empty for tables whose rows never change."""
    relation = next((field for field in row._meta.related_objects if field.name == "events"), None)
    if relation is None:
        return []
    recorded: Any = relation.related_model
    events = list(recorded.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("pgh_id"))
    names = _names(recorded, events)
    people = _people(events)
    changes = []
    for before, event in zip([None, *events], events, strict=False):
        context = event.pgh_context.metadata if event.pgh_context else {}
        changes.append(
            Change(
                at=event.pgh_created_at,
                by=_by(context, people),
                page=context.get("url", ""),
                what=WORDS.get(event.pgh_label, event.pgh_label),
                reason=context.get("reason", ""),
                fields=list(_differences(before, event, names)) if before is not None else [],
            )
        )
    return changes[::-1]


def _fields(recorded: Any) -> list[Any]:
    return [field for field in recorded._meta.concrete_fields if not field.name.startswith("pgh_")]


def _by(context: dict[str, Any], people: dict[Any, str]) -> str:
    """Who acted and for whom, or which command did; past the application the database knows neither."""
    if person := people.get(context.get("user")):
        lead = people.get(context.get("on_behalf_of"))
        return f"{person}, in Vertretung von {lead}" if lead else person
    if command := context.get("job") or context.get("command"):
        return f"Befehl »{command}«"
    return "Anwendung, ohne Anmeldung" if context else "außerhalb der Anwendung"


def _people(events: Sequence[Any]) -> dict[Any, str]:
    contexts = [event.pgh_context.metadata for event in events if event.pgh_context]
    keys = {context.get(role) for context in contexts for role in ("user", "on_behalf_of")}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=keys - {None})}


def _names(recorded: Any, events: Sequence[Any]) -> dict[tuple[str, Any], str]:
    """Names of the rows that foreign keys point to, one query for each field."""
    names: dict[tuple[str, Any], str] = {}
    for field in _fields(recorded):
        if field.is_relation:
            keys = {getattr(event, field.attname) for event in events}
            if len(keys) > 1:  # only what has changed is shown
                found = field.related_model._default_manager.in_bulk(keys - {None})
                names |= {(field.name, key): str(related) for key, related in found.items()}
    return names


def _differences(before: Any, after: Any, names: dict[tuple[str, Any], str]) -> Iterator[tuple[str, str, str]]:
    for field in _fields(type(after)):
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            yield str(field.verbose_name), _shown(field, old, names), _shown(field, new, names)


def _shown(field: Any, value: Any, names: dict[tuple[str, Any], str]) -> str:
    if value is None or value == "":
        return "–"
    if field.is_relation:
        return names.get((field.name, value), str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(field, EuroField) or isinstance(value, Decimal):
        return euro(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_short(value)
    if isinstance(field, models.JSONField):
        return "festgeschrieben"  # the frozen snapshot: everything printed, far too long for a cell
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
