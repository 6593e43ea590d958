"""What the tests of the history need: acting as somebody at a moment, writing past the application, and reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pghistory
from django.db import connection

from agreements.models import Agreement
from aqb.models import User
from reporting import timeline
from tests import factories as make

NBSP = "\u00a0"


def at(minute: int) -> datetime:
    """That minute of the invented day on which the tests act: after everything that the factories have made just now."""
    return datetime(2100, 1, 4, 11, tzinfo=UTC) + timedelta(minutes=minute)


@contextmanager
def acting(by: User | None, minute: int = 0, **circumstances: Any) -> Iterator[None]:
    """Inside the block `by` acts on a page; a test is one transaction, so the clock of the circumstances orders it."""
    known = {"user": by.pk, "url": "/seite/"} if by else {}
    with pghistory.context(**{**known, "clock": at(minute).isoformat(), **circumstances}):
        yield
    forget()


def forget() -> None:
    """From here on nothing is known about who acts, as at the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_id', '', true)")


def raw(sql: str, *parameters: Any) -> None:
    """Write past the application."""
    forget()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def auditor() -> User:
    return make.person("auditor")


def entries(agreement: Agreement, reader: User | None = None) -> list[timeline.Entry]:
    """What the timeline of an agreement says, newest first."""
    return list(timeline.of_agreement(agreement, reader or auditor(), newest_first=True))


def sentences(agreement: Agreement, reader: User | None = None) -> list[str]:
    return [entry.sentence.replace(NBSP, " ") for entry in entries(agreement, reader)]


def last(agreement: Agreement, reader: User | None = None) -> str:
    """The newest sentence."""
    return sentences(agreement, reader)[0]


def everything() -> list[timeline.Entry]:
    """The whole history, newest first."""
    return list(timeline.of_everything(auditor(), newest_first=True))
