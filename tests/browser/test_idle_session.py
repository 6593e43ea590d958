"""An expired idle session loses nothing: in a real browser, with and without scripts."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Literal

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from aqb.access import Role
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.browser.conftest import Browser
from tests.browser.idle import (
    TITLE,
    district_lead,
    holds_what_was_typed,
    idle,
    new_project,
    save,
    sign_in,
    type_project,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = "Ihre Eingaben sind wieder da, gespeichert ist noch nichts"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def person() -> User:
    return district_lead()


@pytest.fixture
def form(person: User) -> str:
    return new_project(person)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def either(request: Any, chromium: Chromium, live_server: LiveServer) -> Iterator[Browser]:
    context = chromium.new_context(locale="de-DE", java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield Browser(context.new_page(), live_server.url)
    context.close()


# ---- nothing is lost ----


def test_expired_idle_session_loses_nothing(either: Browser, person: User, form: str) -> None:
    either.login(person)
    page = either.open(form)
    type_project(page)
    idle(either)
    save(page)
    expect(page).to_have_url(f"{either.address}{reverse('account_login')}?next={form}")
    expect(page.get_by_text("Was Sie zuletzt abgesendet haben, ist aufgehoben.")).to_be_visible()
    sign_in(page, person)
    expect(page).to_have_url(f"{either.address}{form}")
    expect(page.get_by_text(NOTE)).to_be_visible()
    holds_what_was_typed(page)
    page.locator("input[name=starts_on_month]").fill("")
    page.locator("input[name=starts_on_day]").fill("")
    save(page)
    expect(page.get_by_text("Ihre Eingaben sind wieder da")).to_have_count(0)
    assert ProjectEntry.objects.filter(title=TITLE).exists(), page.content()


def test_session_that_was_ended_elsewhere_loses_nothing(either: Browser, person: User, form: str) -> None:
    either.login(person)
    page = either.open(form)
    type_project(page)
    Session.objects.all().delete()
    save(page)
    sign_in(page, person)
    holds_what_was_typed(page)


def test_another_person_sees_nothing_of_it(either: Browser, person: User, form: str) -> None:
    either.login(person)
    page = either.open(form)
    type_project(page)
    idle(either)
    save(page)
    sign_in(page, make.user(Role.DISTRICT, person.district))
    expect(page).to_have_url(f"{either.address}{form}")
    expect(page.locator("input[name=title]")).to_have_value("")
    assert TITLE not in page.content()


def test_preview_that_comes_too_late_leads_to_the_login_and_the_text_is_there_again(browser: Browser) -> None:
    user = make.user(Role.MINISTRY)
    make.ministry()
    make.district()
    wording = make.wording(make.budget_year(), released=False)
    section = wording.sections.get(key="Mittel")
    address = reverse("section_edit", args=[wording.pk, section.pk])
    browser.login(user)
    page = browser.open(address)
    idle(browser)
    page.locator("#id_text").press("Control+End")
    page.locator("#id_text").press_sequentially(" Neuer Satz.")
    page.wait_for_url(re.compile(reverse("account_login")))
    sign_in(page, user)
    expect(page.locator("#id_text")).to_have_value(f"{section.text} Neuer Satz.")
    expect(page.get_by_text(re.compile(f"{NOTE}|Ihr Entwurf steht wieder in den Feldern"))).to_be_visible()


# ---- the pages ----


def test_page_with_what_was_typed_has_no_barriers_and_fits(browser: Browser, person: User, form: str) -> None:
    page = browser.page
    browser.login(person)
    browser.open(form)
    type_project(page)
    idle(browser)
    save(page)
    sign_in(page, person)
    expect(page.get_by_text(NOTE)).to_be_visible()
    slips: list[str] = []
    for scheme, width in product(SCHEMES, (1280, 390)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        slips += [f"{scheme}, {width}: {barrier}" for barrier in browser.barriers()]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            slips.append(f"{scheme}, {width}: wider than the screen")
    assert slips == []
    assert browser.errors == []
