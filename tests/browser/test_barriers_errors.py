"""Pages that nobody wants to see have no barriers either: refusals, faults, forms with errors, lists without rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from playwright.sync_api import Browser as Chromium

from aqb import attempts, clock, errors
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.access import World
from tests.agreements.actors import NOW
from tests.browser.shown import Shown, page_of, sent_empty, without_rows
from tests.browser.walk import barriers, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def faults() -> Iterator[tuple[Shown, User | None]]:
    """Each page of a fault once, as a visitor and as somebody signed in."""
    district = make.user(Role.DISTRICT)
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(district)
    request: Any = RequestFactory().get("/")
    request.user, request.number = AnonymousUser(), "K7QF-2M9X"
    answers = [
        Client().get("/", headers={"host": "fremd.example"}),
        Client(enforce_csrf_checks=True).post("/konto/login/"),
        Client().get("/gibt-es-nicht/"),
        signed_in.get("/gibt-es-nicht/"),
        signed_in.get("/jahrgaenge/"),
        signed_in.get("/verwaltung/"),
        attempts.too_often(request),
        errors.broken(request),
    ]
    assert [answer.status_code for answer in answers] == [400, 403, 404, 404, 403, 403, 429, 500]
    for answer in answers:
        page = page_of(answer, "somebody", f"status {answer.status_code}")
        assert page is not None
        yield page, None


def test_no_page_of_a_fault_has_barriers(chromium: Chromium) -> None:
    found = barriers(chromium, faults(), least=8)
    assert not found, told(found)


def test_no_page_without_rows_has_barriers(chromium: Chromium) -> None:
    users = {role.value: make.user(role) for role in Role if role != Role.NONE}
    found = barriers(chromium, without_rows({**users, "operator": make.operator(), "anonymous": None}), least=40)
    assert not found, told(found)


def test_no_form_with_errors_has_barriers(chromium: Chromium) -> None:
    actors = ("ministry_lead", "own district_lead", "operator", "anonymous")
    found = barriers(chromium, sent_empty(World(), actors), least=35)
    assert not found, told(found)
