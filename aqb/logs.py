"""What stands in the log: JSON in production, the same facts as text in a trial; of people nothing but the user's id.

Messages of exceptions are left out unless they speak of our own code: a database error quotes the row, a failed
conversion quotes what was typed. Other libraries' words are left out for the same reason; where they said it stays.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

ROOT = Path(__file__).resolve().parent.parent
OURS = {"aqb", "agreements", "projects", "reporting", "django", "gunicorn"}  # whose words may stand in the log
SECRET_PARTS = {"key", "token", "uidb36", "uidb64"}  # parts of addresses that open something for whoever knows them
SPEAK_OF_CODE = {
    "AttributeError", "NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "RecursionError",
    "TemplateDoesNotExist", "TemplateSyntaxError", "ImproperlyConfigured",
}  # fmt: skip
# Classes of database errors whose first line names connections, rights or columns, never values.
SPEAK_OF_DATABASE = ("08", "28", "40", "42", "53", "55", "57", "58")
MAIL = re.compile(r"[^\s@<>\"'/=]+@[^\s@<>\"'/]+")
QUERY = re.compile(r"\?\S*")
ADDRESS = re.compile(r"\bip=\S+")  # as gunicorn tells whose request it could not read

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def about(request: HttpRequest) -> Iterator[None]:
    """What is logged inside the block belongs to this request."""
    before = _request.set(request)
    try:
        yield
    finally:
        _request.reset(before)


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """Everything that may be told of a record, in the order in which people read it."""
    request = getattr(record, "request", None) or _request.get()
    request = request if isinstance(request, HttpRequest) else None  # gunicorn and asyncio have requests, too
    found: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": words(record, request),
    }
    if request is not None:
        found |= {
            "number": getattr(request, "number", None),
            "method": request.method,
            "path": path(request),
            "status": getattr(record, "status_code", None),
            "user": getattr(getattr(request, "_cached_user", None), "pk", None),  # asks no database
            "seconds": getattr(record, "seconds", None),
        }
    if record.exc_info and record.exc_info[1]:
        found |= {"error": error(record.exc_info[1]), "trace": trace(record.exc_info[1])}
    return {name: value for name, value in found.items() if value is not None}


def words(record: logging.LogRecord, request: HttpRequest | None) -> str:
    """The message without personal data; of a foreign library only where it was said."""
    if record.name.partition(".")[0] not in OURS:
        return f"{record.module}:{record.lineno}"
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(error(part) if isinstance(part, BaseException) else part for part in arguments)
    text = str(record.msg) % arguments if arguments else str(record.msg)
    if request is not None:
        text = text.replace(request.path, path(request))
    for pattern in (MAIL, QUERY, ADDRESS):
        text = pattern.sub("…", text)
    return text


def path(request: HttpRequest) -> str:
    """The address without what opens something or names somebody: links of invitations, unknown addresses."""
    from django.urls import Resolver404, resolve

    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:  # anything may stand there
        parts = (part if re.fullmatch(r"[\w.~-]{0,24}", part) else "…" for part in request.path.split("/"))
        return "/".join(parts)
    shown = request.path
    for name, value in match.kwargs.items():
        if name in SECRET_PARTS:
            shown = shown.replace(str(value), "…")
    return MAIL.sub("…", shown)


def error(exception: BaseException) -> str:
    """What kind of exception it was, and what caused it; its words only where they cannot quote anybody."""
    kind = type(exception)
    text = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if details := ", ".join(_details(exception)):
        text += f" ({details})"
    before = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)
    return f"{text} <- {error(before)}" if before is not None else text


def _details(exception: BaseException) -> Iterator[str]:
    if kind_names(exception) & SPEAK_OF_CODE:
        yield MAIL.sub("…", str(exception))
    elif isinstance(exception, OSError) and exception.strerror:
        yield f"{exception.errno}: {exception.strerror}"
    diagnosis = getattr(exception, "diag", None)
    if diagnosis is None:
        return
    code = getattr(exception, "sqlstate", None)
    if code is None or code.startswith(SPEAK_OF_DATABASE):
        yield (diagnosis.message_primary or str(exception)).strip().partition("\n")[0]
    for name in ("sqlstate", "schema_name", "table_name", "column_name", "constraint_name"):
        if value := getattr(diagnosis, name):
            yield f"{name} {value}"


def kind_names(exception: BaseException) -> set[str]:
    """The names of its class and of all above it."""
    return {kind.__name__ for kind in type(exception).__mro__}


def trace(exception: BaseException) -> list[str]:
    """Where it was raised: file, line and function, without any values. The last one is where it happened."""
    frames = traceback.extract_tb(exception.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(file: str) -> str:
    place = Path(file)
    if "site-packages" in place.parts:
        return str(Path(*place.parts[place.parts.index("site-packages") + 1 :]))
    return str(place.relative_to(ROOT)) if place.is_relative_to(ROOT) else place.name


class Json(JsonFormatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        return str(self.jsonify_log_record(facts(record)))


class Text(logging.Formatter):
    """The same facts for people who try the application in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        found = facts(record)
        head = " ".join(str(found.pop(name)) for name in ("at", "level", "logger"))
        said, lines = found.pop("message"), found.pop("trace", [])
        rest = " ".join(f"{name}={value}" for name, value in found.items())
        return "\n    ".join([f"{head}: {said} {rest}".rstrip(), *lines])


def configuration(*, production: bool) -> dict[str, Any]:
    """Logging for Django and for gunicorn: warnings and worse, on standard error, nothing by mail."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "aqb.logs.Json", "json_ensure_ascii": False} if production else {"()": "aqb.logs.Text"}
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            # Django's own defaults would mail whole requests to whoever ADMINS names.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
            "gunicorn.access": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
