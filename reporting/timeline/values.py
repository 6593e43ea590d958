"""How recorded values are written: amounts, days, choices, yes and no, names of other rows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from aqb.money import EuroField, format_euro
from aqb.screens import NBSP, german_date
from aqb.templatetags.aqb import euro, moment
from reporting.timeline.names import Names

QUOTED = (models.CharField, models.TextField)  # also e-mail addresses and slugs; choices are words of ours


def written(field: Any, value: Any, names: Names) -> str:
    """A value for a table; empty for nothing."""
    if value is None or value in ("", []):
        return ""
    if field.is_relation:
        return names.name(field.related_model._meta.label, value)
    if isinstance(field, EuroField):
        return euro(Decimal(value))
    if isinstance(field, models.BooleanField):
        return "ja" if value else "nein"
    if isinstance(field, models.JSONField):
        return f"Prüfsumme {value[:8]}"  # the frozen data themselves are far too long for a cell
    if isinstance(field, models.DateTimeField):
        return moment(datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return german_date(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(names.group, value))
    return str(dict(field.flatchoices).get(value, value)) if field.choices else str(value)


def said(field: Any, value: Any, names: Names) -> str:
    """The same within a sentence: euros in words, people's own words in quotation marks."""
    if isinstance(field, EuroField) and value is not None:
        return in_euro(value)
    text = written(field, value, names)
    return f"„{text}“" if text and isinstance(field, QUOTED) and not field.choices else text


def in_euro(value: Any) -> str:
    """`120.000,00 Euro`."""
    return f"{format_euro(Decimal(value))}{NBSP}Euro"
