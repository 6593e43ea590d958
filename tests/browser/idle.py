"""What the tests of idle sessions share: time that passes for server and page, and a form that is filled in."""

import time
from importlib import import_module
from typing import Any

from django.conf import settings
from playwright.sync_api import Page, expect

from agreements.models import BudgetYear
from aqb.access import Role
from aqb.accounts.session import sessions
from aqb.models import User
from tests import factories as make
from tests.browser.conftest import Browser
from tests.factories import PASSWORD

TITLE, DESCRIPTION = "Werkstatt Nord", "Zwölf Plätze.\nBeginn im März."


def district_lead() -> User:
    """Somebody who has a draft to work on."""
    place = make.district()
    make.version(make.agreement(district=place))
    return make.user(Role.DISTRICT_LEAD, place)


def new_project(person: User) -> str:
    """The page with many fields: a project that is not stored yet."""
    year = BudgetYear.objects.get().year
    return f"/vereinbarungen/{year}/{person.district.ags}/0/projekte/neu/"  # type: ignore[union-attr]


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


def watched(browser: Browser, person: User, address: str) -> Page:
    """The page, whose clock only the test moves on."""
    browser.login(person)
    browser.page.clock.install()
    page = browser.open(address)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    return page
