"""Values of form fields: as they were sent, written back into what was sent, and in words."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from aqb.money import format_euro
from aqb.screens import NBSP, german_date

EMPTY = "leer"


def sent(bound: BoundField) -> Any:
    """What the person has typed, as the field reads it; what it cannot read stays as it was written."""
    field, written = bound.field, bound.data
    if isinstance(field, forms.ModelChoiceField):
        return written  # the key; asking the database is left to validation
    try:
        return field.to_python(written)
    except ValidationError:
        return written


def names(bound: BoundField) -> list[str]:
    """The inputs of a field: one, or those of the parts of a date."""
    return [f"{bound.html_name}{ending}" for ending in getattr(bound.field.widget, "widgets_names", [""])]


def write(data: Any, bound: BoundField, value: Any) -> None:
    """Put a value into the copy of what was sent, as the field's own control would send it."""
    widget: Any = bound.field.widget
    name = bound.html_name
    shown = bound.field.prepare_value(value)
    if hasattr(widget, "widgets_names"):  # a date: one input for each part
        for part, written in zip(names(bound), widget.decompress(shown), strict=True):
            data[part] = written
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if shown:
            data[name] = "on"
    elif getattr(widget, "allow_multiple_selected", False):
        _write_list(data, name, [str(one) for one in shown or []])
    else:
        formatted = widget.format_value(shown)
        single = (formatted or [""])[0] if isinstance(formatted, list) else formatted
        data[name] = "" if single is None else single


def _write_list(data: Any, name: str, values: list[str]) -> None:
    if hasattr(data, "setlist"):
        data.setlist(name, values)
    else:  # a dictionary, as programs hand it over
        data[name] = values


def in_words(field: forms.Field, value: Any) -> str:
    """A value as people read it; `leer` where nothing is."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if value is None or value in ("", [], ()):
        return EMPTY
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (in_words(field, one) for one in value)))
    if own := getattr(field, "in_words", None):
        return str(own(value))
    if isinstance(field, forms.ModelChoiceField):
        return _name_of(field, value)
    if isinstance(field, forms.ChoiceField):
        return _label_of(field, value)
    if isinstance(value, Decimal):
        return f"{format_euro(value)}{NBSP}€"
    return german_date(value) if isinstance(value, date) else str(value).replace("\r\n", "\n").strip()


def _name_of(field: "forms.ModelChoiceField[Any]", key: Any) -> str:
    """The name of a row, also of one that can no longer be chosen."""
    model: Any = field.queryset.model if field.queryset is not None else None
    try:
        row = model._default_manager.filter(pk=getattr(key, "pk", key)).first()
    except (TypeError, ValueError):
        return str(key)
    return field.label_from_instance(row) if row else str(key)


def _label_of(field: forms.ChoiceField, value: Any) -> str:
    offered: dict[str, str] = {}
    for key, label in cast("Iterable[tuple[Any, Any]]", field.choices):
        inner = label if isinstance(label, list | tuple) else [(key, label)]
        offered |= {str(one): str(words) for one, words in inner}
    return offered.get(str(value), str(value))
