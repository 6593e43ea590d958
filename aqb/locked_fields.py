"""Fields of a form that can only be read, with the reason: the page shows what they say instead of an input."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.forms import BoundField

from aqb.screens import german_date

NOTHING = "keine Angabe"


@dataclass(frozen=True)
class Locked:
    """What a locked field says, in words, and why it is locked."""

    text: str
    reason: str


def lock(form: forms.BaseForm, name: str, reason: str) -> None:
    """Let the field keep its value whatever is posted, also one that nobody could choose any more.

    The page shows it as text with the reason.
    """
    field: Any = form.fields[name]
    field.disabled = True  # nothing that is posted counts as a change, and no draft is shown here
    initial = form.get_initial_for_field(field, name)
    kept = getattr(getattr(form, "instance", None), name, initial)
    field.clean = lambda value: kept
    field.locked = Locked(_said(field, initial), reason)


def locked(field: BoundField) -> Locked | None:
    """What a field says that is locked; None for one that can be filled in."""
    return getattr(field.field, "locked", None)


def _said(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, date):
        return german_date(value)
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.queryset.model._default_manager.filter(pk=value).first() if field.queryset is not None else None
        return str(chosen or NOTHING)
    if isinstance(field, forms.ChoiceField):
        labels = dict(cast("list[tuple[Any, Any]]", field.choices))
        return ", ".join(str(labels.get(one, one)) for one in (value if isinstance(value, list) else [value]))
    return str(value)
