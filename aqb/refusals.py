"""What the application or the database refuses, turned into German sentences that a person can act on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg import Error

from aqb import conflicts
from aqb.access import Refused
from aqb.triggers import HINT


def sentence(error: IntegrityError) -> str | None:
    """The German sentence for a constraint or trigger of ours; None for any other database error."""
    cause = error.__cause__
    if not isinstance(cause, Error):
        return None
    name = cause.diag.constraint_name or ""
    if cause.diag.message_hint == HINT:  # raised by one of our own triggers, whose message is the sentence
        return cause.diag.message_primary
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    return None


@contextmanager
def database_refusals() -> Iterator[None]:
    """Inside the block, a constraint or trigger of ours that refuses raises Refused with its sentence."""
    try:
        yield
    except IntegrityError as error:
        reason = sentence(error)
        if reason is None:
            raise
        raise Refused(reason) from error


@contextmanager
def validation_refusals(row: Model | None = None) -> Iterator[None]:
    """Inside an action, what `full_clean()` finds in `row` becomes a Refused with its sentences."""
    try:
        with database_refusals():
            yield
    except ValidationError as error:
        raise Refused(*sentences_of(error, row)) from error


def sentences_of(error: ValidationError, row: Model | None = None) -> list[str]:
    """All sentences of a validation error; those of a field of `row` begin with its German name."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    names = {field.name: str(field.verbose_name) for field in row._meta.fields} if row else {}
    return [
        message if field == NON_FIELD_ERRORS else f"{names.get(field, field)}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]


class RefusalMiddleware:
    """A refusal that no view has answered becomes a page with the reasons (409), never an error without words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return conflicts.gone(request)
        if isinstance(exception, IntegrityError) and (reason := sentence(exception)):
            exception = Refused(reason)
        if not isinstance(exception, Refused):
            return None
        back = request.META.get("HTTP_REFERER", "/")
        return render(request, "refusal.html", {"reasons": exception.reasons, "back": back}, status=exception.status)
