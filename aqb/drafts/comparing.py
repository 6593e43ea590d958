"""A draft beside what is stored: only the fields that differ, in words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseForm
from django.http import QueryDict

from aqb.accounts.session import typed
from aqb.forms import DateField
from aqb.models import Draft
from aqb.money import format_euro


@dataclass(frozen=True)
class Difference:
    """A field that says something else in the draft than where it was begun."""

    label: str
    typed: str
    stored: str


def differences(draft: Draft, form: Callable[[], BaseForm]) -> Iterator[Difference]:
    """The fields of the form whose text differs; `form` makes it unbound."""
    with typed.showing(None):
        before = _texts(form())
    with typed.showing((draft.page, QueryDict(draft.fields))):
        after = _texts(form())
    for name, (label, text) in after.items():
        stored = before[name][1] if name in before else ""
        if text != stored:
            yield Difference(label, text, stored)


def _texts(form: BaseForm) -> dict[str, tuple[str, str]]:
    return {
        bound.html_name: (str(bound.label), _text(bound.field, bound.value())) for bound in form if not bound.is_hidden
    }


def _text(field: forms.Field, value: Any) -> str:
    """The value as a person reads it; what was typed stays as it was typed."""
    if isinstance(field, forms.BooleanField):
        return "ja" if value in (True, "on", "true", "True") else "nein"
    if isinstance(field, DateField):
        return _day(value)
    if isinstance(field, forms.ChoiceField):
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(_titles(field, {str(getattr(one, "pk", one)) for one in chosen if one not in (None, "")}))
    if isinstance(value, Decimal):
        return format_euro(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _day(value: Any) -> str:
    if isinstance(value, list | tuple):
        parts = [str(part or "").strip() for part in value]
        return ".".join(part.zfill(2) if part.isdecimal() else part or "–" for part in parts) if any(parts) else ""
    return f"{value:%d.%m.%Y}" if value else ""


def _titles(field: forms.ChoiceField, keys: set[str]) -> Iterable[str]:
    choices: Any = field.choices
    return [str(title) for key, title in choices if str(key) in keys]
