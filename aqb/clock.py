"""The one place that knows what time it is: tests and the demo's past stop it, nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """This moment, with time zone."""
    return _stopped.get() or timezone.now()


def today() -> date:
    """The calendar day in Hesse."""
    return timezone.localdate(now())


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` inside the block."""
    token = _stopped.set(at)
    try:
        yield
    finally:
        _stopped.reset(token)


def day(moment: datetime) -> date:
    """The calendar day in Hesse on which a moment lies."""
    return timezone.localdate(moment)


def years_later(day: date | None, years: int) -> Any:
    """The same calendar day some years on; 29 February becomes the 28th where there is none. None stays None."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def morning(of: date) -> datetime:
    """The moment at which a day begins in Hesse."""
    return timezone.make_aware(datetime.combine(of, time()))
