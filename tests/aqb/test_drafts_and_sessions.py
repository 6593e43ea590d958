"""Drafts and what comes after the end of a session: the newer one stands in the fields, and neither is lost."""

import time

import pytest
from django.urls import reverse

from aqb.access import Role
from aqb.accounts.session import sessions
from aqb.models import Draft, User
from tests import factories as make
from tests.agreements.pages import client_of, text
from tests.clients import LONG, age, browser, send, sign_in, token_of
from tests.drafts import NOTE, WRITTEN, stands_again, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make.user(Role.DISTRICT_LEAD, make.district(), name="Sabine Kröger")


@pytest.fixture
def page(clerk: User) -> str:
    """A page with a small form: the district's strategy."""
    return reverse("strategy_edit", args=[clerk.district.ags])  # type: ignore[union-attr]


def test_draft_that_comes_after_the_end_is_one_after_the_login(clerk: User, page: str) -> None:
    client = browser(clerk)
    token = token_of(client.get(page))
    age(client, seen=LONG)
    answer = write(client, page, csrfmiddlewaretoken=token, **WRITTEN)
    assert answer["HX-Redirect"].startswith(reverse("account_login"))
    assert not Draft.objects.exists()
    sign_in(client, clerk, page)
    shown = client.get(page)
    assert NOTE in text(shown)
    assert stands_again(shown.content.decode())
    assert "Ihre Eingaben sind wieder da" not in text(shown)
    assert Draft.objects.get().person == clerk


def test_form_that_comes_after_the_end_is_newer_than_the_draft(clerk: User, page: str) -> None:
    client = browser(clerk)
    token = token_of(client.get(page))
    write(client, page, csrfmiddlewaretoken=token, title="Früher")
    age(client, seen=LONG)
    send(client, page, {"csrfmiddlewaretoken": token, **WRITTEN})
    sign_in(client, clerk, page)
    shown = client.get(page)
    assert stands_again(shown.content.decode())
    assert "Ihre Eingaben sind wieder da" in text(shown)
    assert NOTE not in text(shown)


def test_draft_is_newer_than_the_form_that_came_after_the_end(clerk: User, page: str) -> None:
    client = browser(clerk)
    token = token_of(client.get(page))
    age(client, seen=LONG)
    send(client, page, {"csrfmiddlewaretoken": token, "title": "Früher"})
    sign_in(client, clerk, page)
    session = client.session
    [entry] = session["typed"].values()
    entry["at"] = time.time() - 60
    session.save()
    write(client_of(clerk), page)  # in another browser
    shown = client.get(page)
    assert stands_again(shown.content.decode())
    assert NOTE in text(shown)
    assert "Ihre Eingaben sind wieder da" not in text(shown)


def test_login_page_says_what_is_safe_and_nothing_of_it(clerk: User, page: str) -> None:
    client = browser(clerk)
    token = token_of(client.get(page))
    write(client, page, csrfmiddlewaretoken=token, **WRITTEN)
    age(client, seen=LONG)
    client.get(page)
    shown = text(client.get(f"{reverse('account_login')}?next={page}"))
    assert "Ihre Eingaben sind gesichert" in shown
    assert f"Strategie: {clerk.district}" in shown
    assert "&lt;Süd&gt;" not in shown
    sign_in(client, clerk, page)
    assert sessions.BEGUN not in client.session
