"""How long ago the person at the screen has signed in: sensitive steps ask for a login of the last minutes.

Asked by `aqb.access.require`, so by every road to such a step; a command or job has no screen and is never asked.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FRESH = 15 * 60  # seconds

_signed_in_at: ContextVar[float | None] = ContextVar("signed_in_at", default=None)


class LoginTooOld(Exception):
    """The step asks for a fresh login; the middleware leads to it and goes on afterwards."""


@contextmanager
def session(signed_in_at: float) -> Iterator[None]:
    """Inside the block somebody acts who has last signed in at that moment (seconds since 1970)."""
    token = _signed_in_at.set(signed_in_at)
    try:
        yield
    finally:
        _signed_in_at.reset(token)


def demand() -> None:
    """Raise LoginTooOld when somebody acts in a session whose login is older than FRESH."""
    at = _signed_in_at.get()
    if at is not None and time.time() - at > FRESH:
        raise LoginTooOld
