"""Browsers of tests: what time does to their sessions, and forms with the token that a page has given."""

import re
import time
from typing import Any

from django.test import Client

from aqb.accounts import sessions


def age(client: Client, *, seen: float | None = None, signed_in: float | None = None) -> None:
    """Let so many seconds have passed since the person's last request, and since the last login."""
    session = client.session
    for key, seconds in ((sessions.SEEN, seen), (sessions.SIGNED_IN, signed_in)):
        if seconds is not None:
            session[key] = time.time() - seconds
    session.save()


def token_of(page: Any) -> str:
    """The token that the first form of a page carries."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found, "the page has no form"
    return found[1]
