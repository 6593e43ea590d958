"""The dialog before and at the end of a session: it warns, keeps the page, and goes on after a login in a new tab."""

import re
import time

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from aqb.access import Role
from aqb.accounts.session import sessions
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.browser.conftest import Browser
from tests.browser.idle import (
    TITLE,
    barriers,
    district_lead,
    holds_what_was_typed,
    idle,
    new_project,
    pass_time,
    save,
    session_of,
    sign_in,
    type_project,
    watched,
)
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> User:
    return district_lead()


@pytest.fixture
def form(person: User) -> str:
    return new_project(person)


# ---- the warning ----


def test_page_warns_two_minutes_before_the_end_and_one_can_stay(browser: Browser, person: User, form: str) -> None:
    page = watched(browser, person, form)
    dialog = page.get_by_role("alertdialog", name="Ihre Sitzung endet bald")
    pass_time(browser, 27.8)
    expect(dialog).to_be_hidden()
    idle(browser, seconds=28 * 60)
    pass_time(browser, 0.3)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("endet Ihre Sitzung in 2 Minuten")
    stay = dialog.get_by_role("button", name="Angemeldet bleiben")
    expect(stay).to_be_focused()
    assert page.title().startswith("Ihre Sitzung endet bald – ")
    assert barriers(browser) == []
    pass_time(browser, 0.6)
    expect(dialog.locator("[data-spoken]")).to_contain_text("Noch ", timeout=70_000)
    stay.click()
    expect(dialog).to_be_hidden()
    assert not page.title().startswith("Ihre Sitzung")
    assert time.time() - session_of(browser)[sessions.SEEN] < 60
    pass_time(browser, 27)
    expect(dialog).to_be_hidden()
    assert browser.errors == []


def test_escape_means_to_stay(browser: Browser, person: User, form: str) -> None:
    page = watched(browser, person, form)
    idle(browser, seconds=28 * 60)
    pass_time(browser, 28.2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert time.time() - session_of(browser)[sessions.SEEN] < 60


def test_whoever_types_is_not_idle(browser: Browser, person: User, form: str) -> None:
    page = watched(browser, person, form)
    pass_time(browser, 20)
    idle(browser, seconds=20 * 60)
    with page.expect_response(f"**{reverse('session_state')}") as told:
        page.locator("#id_description").press_sequentially("a")
    assert told.value.status == 200
    assert time.time() - session_of(browser)[sessions.SEEN] < 60
    pass_time(browser, 20)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_use_of_another_tab_counts(browser: Browser, person: User, form: str) -> None:
    page = watched(browser, person, form)
    idle(browser, seconds=28 * 60)
    pass_time(browser, 28.2)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    now = page.evaluate("Date.now()")
    other = page.context.new_page()
    other.clock.install(time=now / 1000)
    other.goto(f"{browser.address}{reverse('home')}")
    expect(page.get_by_role("alertdialog")).to_be_hidden()


# ---- the end ----


def ended(browser: Browser, person: User, form: str) -> Page:
    page = watched(browser, person, form)
    type_project(page)
    idle(browser)
    pass_time(browser, 31)
    expect(page.get_by_role("alertdialog", name="Ihre Sitzung ist beendet")).to_be_visible()
    return page


def test_end_keeps_the_page_and_a_login_in_a_new_tab_goes_on(browser: Browser, person: User, form: str) -> None:
    page = ended(browser, person, form)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    assert barriers(browser) == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Wieder anmelden (neuer Tab)").click()
    sign_in(opened.value, person)
    expect(opened.value.get_by_role("heading", name="Sie sind wieder angemeldet")).to_be_visible()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    holds_what_was_typed(page)
    page.locator("input[name=starts_on_month]").fill("")
    save(page)
    page.wait_for_url(re.compile(r"/projekte/\d+/bearbeiten/"))
    assert ProjectEntry.objects.filter(title=TITLE).exists(), page.content()
    assert browser.errors == []


def test_another_person_in_the_new_tab_does_not_get_at_the_page(browser: Browser, person: User, form: str) -> None:
    page = ended(browser, person, form)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Wieder anmelden (neuer Tab)").click()
    sign_in(opened.value, make.user(Role.DISTRICT, person.district))
    expect(page.get_by_role("alertdialog", name="Jemand anders ist angemeldet")).to_be_visible()
    assert barriers(browser) == []


def test_session_that_another_device_prolonged_is_not_said_to_be_over(
    browser: Browser, person: User, form: str
) -> None:
    page = watched(browser, person, form)
    pass_time(browser, 29.9)
    page.clock.set_system_time(page.evaluate("Date.now()") / 1000 + 60)
    with page.expect_response(f"**{reverse('session_state')}"):
        pass_time(browser, 0.1)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_server_that_cannot_be_reached_is_said(browser: Browser, person: User, form: str) -> None:
    page = watched(browser, person, form)
    page.context.set_offline(True)
    pass_time(browser, 28.2)
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_role("button", name="Angemeldet bleiben").click()
    expect(dialog).to_contain_text("Der Server ist gerade nicht zu erreichen.")
    page.context.set_offline(False)  # the page asks by itself, and another tab was used meanwhile
    expect(dialog).to_be_hidden()


def test_longest_time_of_a_login_is_said_and_a_confirmation_in_a_new_tab_goes_on(
    browser: Browser, person: User, form: str
) -> None:
    browser.login(person)
    idle(browser, seconds=12 * 3600 - 100, key=sessions.SIGNED_IN)
    page = browser.open(form)
    dialog = page.get_by_role("alertdialog", name="Ihre Anmeldung endet bald")
    expect(dialog).to_be_visible()
    assert browser.barriers() == []
    dialog.get_by_role("button", name="Später").click()
    expect(dialog).to_be_hidden()
    page.reload()
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Anmeldung bestätigen (neuer Tab)").click()
    opened.value.locator("input[name=password]").fill(PASSWORD)
    opened.value.get_by_role("button", name="Bestätigen").click()
    expect(opened.value.get_by_role("heading", name="Sie sind wieder angemeldet")).to_be_visible()
    expect(dialog).to_be_hidden()
