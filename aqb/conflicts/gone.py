"""What a person was changing is deleted meanwhile: a sentence, and everything that was typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aqb.conflicts.authors import SOMEBODY
from aqb.conflicts.start import FIELD, Start, opened
from aqb.models import User

PARTS = ("_day", "_month", "_year")  # of a date, which is typed in three fields


@dataclass(frozen=True)
class Lost:
    """Of what kind the row was, what has happened to it, and what was typed: label and text."""

    kind: str
    happened: str
    values: list[tuple[str, str]]


def gone(request: HttpRequest) -> HttpResponse | None:
    """The page for a form whose row is deleted; None where it is another matter: nothing sent, no such form, still there.

    Only a form that we have given out names a row here, so nobody asks for rows that they were never shown.
    """
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    for name, sealed in request.POST.items():
        start = opened(str(sealed)) if name == FIELD or name.endswith(f"-{FIELD}") else None
        model, key = _row_of(start) if start else (None, "")
        if model is not None and start and not model._base_manager.filter(pk=key).exists():
            lost = Lost(str(model._meta.verbose_name), _happened(model, key), list(_typed(request, model, start)))
            return render(request, "conflicts/gone.html", {"lost": lost}, status=410)
    return None


def _row_of(start: Start) -> tuple[type[Model] | None, str]:
    label, _, key = start.row.partition(":")
    if not key:
        return None, ""
    return apps.get_model(label), key


def _happened(model: type[Model], key: str) -> str:
    relation = next((one for one in model._meta.related_objects if one.name == "events"), None)
    recorded: Any = relation.related_model if relation else None
    last = recorded.objects.filter(pgh_obj_id=key).select_related("pgh_context").last() if recorded else None
    user = last.pgh_context.metadata.get("user") if last and last.pgh_context else None
    person = User.objects.filter(pk=user).first() if user else None
    return f"{person or SOMEBODY} hat diesen Eintrag inzwischen gelöscht"


def _typed(request: HttpRequest, model: type[Model], start: Start) -> Iterator[tuple[str, str]]:
    """Label and text of everything that was typed; a date in one piece, a chosen row by its name."""
    for name in start.marks:
        written = request.POST.getlist(name) or [
            ".".join(filter(None, (request.POST.get(name + part) for part in PARTS)))
        ]
        text = ", ".join(filter(None, (_named(model, name, one) for one in written)))
        if text:
            yield _label(model, name, start), text


def _label(model: type[Model], name: str, start: Start) -> str:
    if label := start.labels.get(name):
        return label
    try:
        return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column of ours has one
    except FieldDoesNotExist:
        return name


def _named(model: type[Model], name: str, written: str) -> str:
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return written
    if field.is_relation and written.isdecimal():
        row = field.related_model._default_manager.filter(pk=written).first()
        return str(row) if row else written
    if written == "on" and field.get_internal_type() == "BooleanField":
        return "ja"
    return str(dict(field.flatchoices or ()).get(written, written))
