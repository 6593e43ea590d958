"""Browsers of tests: what time does to their sessions, and forms with the token that a page has given."""

import re
import time
from typing import Any

from django.test import Client
from django.urls import reverse

from aqb.accounts.session import sessions
from aqb.models import User
from tests.factories import PASSWORD

LONG = 32 * 60  # seconds: longer than a session lasts without a request


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


def browser(user: User | None = None) -> Client:
    """A browser that keeps cookies and sends tokens as true ones do; signed in by password."""
    client = Client(enforce_csrf_checks=True)
    if user is not None:
        sign_in(client, user)
    return client


def sign_in(client: Client, user: User, next_page: str = "") -> Any:
    page = client.get(reverse("account_login"), {"next": next_page} if next_page else None)
    data = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token_of(page)}
    answer = client.post(reverse("account_login"), {**data, "next": next_page} if next_page else data)
    assert answer.status_code == 302, answer.content.decode()
    return answer


def send(client: Client, page: str, data: dict[str, Any], **more: Any) -> Any:
    """The form of a page as the browser sends it: with its token, and with where it stands."""
    came_from = more.pop("came_from", page)
    return client.post(page, data, headers={"referer": f"http://testserver{came_from}"}, **more)


def filled(client: Client, page: str, **values: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": token_of(client.get(page)), **values}
