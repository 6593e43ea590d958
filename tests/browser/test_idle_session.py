"""An expired idle session loses nothing: in a real browser, with and without scripts."""

import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from agreements.models import BudgetYear
from aqb.access import Role
from aqb.accounts import sessions
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.browser.conftest import Browser
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

TITLE, DESCRIPTION = "Werkstatt Nord", "Zwölf Plätze.\nBeginn im März."
NOTE = "Ihre Eingaben sind wieder da, gespeichert ist noch nichts"


@pytest.fixture
def person() -> User:
    place = make.district()
    make.version(make.agreement(district=place))
    return make.user(Role.DISTRICT_LEAD, place)


@pytest.fixture
def form(person: User) -> str:
    year = BudgetYear.objects.get().year
    return f"/vereinbarungen/{year}/{person.district.ags}/0/projekte/neu/"  # type: ignore[union-attr]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def either(request: Any, chromium: Chromium, live_server: LiveServer) -> Iterator[Browser]:
    context = chromium.new_context(locale="de-DE", java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield Browser(context.new_page(), live_server.url)
    context.close()


def idle(browser: Browser, *, seconds: int = 32 * 60, key: str = sessions.SEEN) -> None:
    """Let so much time have passed for the server since it saw the person, or since the login."""
    store = session_of(browser)
    store[key] = time.time() - seconds
    store.save()


def session_of(browser: Browser) -> Any:
    cookies: list[Any] = list(browser.page.context.cookies())
    [value] = [one["value"] for one in cookies if one["name"] == settings.SESSION_COOKIE_NAME]
    return import_module(settings.SESSION_ENGINE).SessionStore(value)


def barriers(browser: Browser) -> list[str]:
    """axe waits for the page's own clock, which stands still otherwise."""
    browser.page.clock.resume()
    return browser.barriers()


def pass_time(browser: Browser, minutes: float) -> None:
    """Let so much time pass for the page."""
    browser.page.clock.fast_forward(int(minutes * 60_000))  # every timer that is due runs once


def type_project(page: Page) -> None:
    page.locator("input[name=title]").fill(TITLE)
    page.locator("#id_description").fill(DESCRIPTION)
    page.locator("input[name=starts_on_month]").fill("13")


def holds_what_was_typed(page: Page) -> None:
    expect(page.locator("input[name=title]")).to_have_value(TITLE)
    expect(page.locator("#id_description")).to_have_value(DESCRIPTION)
    expect(page.locator("input[name=starts_on_month]")).to_have_value("13")


def sign_in(page: Page, user: User) -> None:
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Zwischenspeichern", exact=True).click()


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


# ---- the warning ----


def watched(browser: Browser, person: User, address: str) -> Page:
    """The page, whose clock only the test moves on."""
    browser.login(person)
    browser.page.clock.install()
    page = browser.open(address)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    return page


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
    page.wait_for_load_state()
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
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Angemeldet bleiben").click()
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
    page.locator("#id_text").press_sequentially(" Neuer Satz.")
    page.wait_for_url(f"**{reverse('account_login')}*")
    sign_in(page, user)
    expect(page.locator("#id_text")).to_have_value(f"{section.text} Neuer Satz.")
    expect(page.get_by_text(NOTE)).to_be_visible()


# ---- the pages ----


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_sessions_have_no_barriers_and_fit(
    browser: Browser, person: User, form: str, width: int, scheme: Any
) -> None:
    page = browser.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    slips: list[str] = []

    def look(name: str) -> None:
        slips.extend(f"{name} {barrier}" for barrier in browser.barriers())
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            slips.append(f"{name} is wider than the screen")

    browser.login(person)
    browser.open(form)
    type_project(page)
    idle(browser)
    save(page)
    look("login")
    sign_in(page, person)
    expect(page.get_by_text(NOTE)).to_be_visible()
    look("typed")
    for name in ("usersessions_list", "signed_in_again"):
        browser.open(reverse(name))
        look(name)
    assert slips == []
    assert browser.errors == []
