"""Signing in by the administration's service in a real browser, under the content security policy as it really is."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from aqb import headers
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.browser.conftest import Browser
from tests.sign_on_service import NAME, Service

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (390, 1280)


@pytest.fixture
def page(chromium: Chromium, live_server: LiveServer, service: Service, settings: Any) -> Iterator[Page]:
    """A browser that obeys our policy (unlike `browser`), with the origin of this test's service in it."""
    settings.SECURE_CSP = headers.content_policy(production=False, sign_on=service.address)
    context = chromium.new_context(locale="de-DE", base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def to_the_service(page: Page) -> None:
    """Press the button. The mock's pages would fetch their looks from the Internet."""
    page.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(body="", content_type="text/css"))
    page.get_by_role("button", name=f"Mit {NAME} anmelden").click()
    page.get_by_label("Subject").wait_for()


def confirm(page: Page, sub: str) -> None:
    page.get_by_label("Subject").fill(sub)
    page.get_by_role("button", name="Authorize", exact=True).click()


def test_person_signs_in_by_the_service_and_lands_on_the_page_they_wanted(page: Page, service: Service) -> None:
    user = make.user(Role.DISTRICT_LEAD, name="Erika Beispiel")
    sub = service.knows_as(user)
    page.goto("/projekte/")
    to_the_service(page)
    confirm(page, sub)
    page.get_by_role("heading", name="Projekte").wait_for()
    assert page.url.endswith("/projekte/")
    assert "Erika Beispiel" in page.inner_text("header")


def test_new_person_gets_an_account_at_the_first_login(page: Page, service: Service) -> None:
    service.knows("neu", email="neu@example.org", email_verified=True, name="Neu Hier", groups=["aqb-pruefung"])
    page.goto("/konto/login/")
    to_the_service(page)
    confirm(page, "neu")
    page.get_by_text("Neu Hier").first.wait_for()
    assert User.objects.get(email="neu@example.org").role == Role.AUDITOR


def test_wider_rights_are_refused_on_a_page_that_says_whom_to_ask(page: Page, service: Service) -> None:
    user = make.user(Role.MINISTRY)
    page.goto("/konto/login/")
    to_the_service(page)
    confirm(page, service.knows_as(user, "ministry_lead"))
    page.get_by_role("heading", name="Sie sind nicht angemeldet").wait_for()
    assert "Betrieb der Anwendung" in page.inner_text("main")
    page.get_by_role("link", name="Zur Anmeldung").click()
    page.get_by_role("heading", name="Anmelden", exact=True).wait_for()


def test_turning_back_at_the_service_leads_to_the_login(page: Page, service: Service) -> None:
    page.goto("/konto/login/")
    to_the_service(page)
    page.get_by_role("button", name="Deny access").click()
    page.get_by_text(f"Die Anmeldung mit {NAME} wurde abgebrochen.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_service_have_no_barriers(browser: Browser, service: Service, scheme: Any) -> None:
    user = make.user(Role.MINISTRY)
    sub = service.knows_as(user, "ministry_lead")
    browser.page.emulate_media(color_scheme=scheme)
    found: list[str] = []
    for width in WIDTHS:
        browser.page.set_viewport_size({"width": width, "height": 900})
        page = browser.open("/konto/login/")
        found += [f"login {width}: {barrier}" for barrier in browser.barriers()]
        to_the_service(page)
        confirm(page, sub)
        page.get_by_role("heading", name="Sie sind nicht angemeldet").wait_for()
        found += [f"refused {width}: {barrier}" for barrier in browser.barriers()]
        page.goto(f"{browser.address}/konto/anmeldedienst/zurueck/?state=alt&code=alt")
        page.get_by_role("heading", name="Die Anmeldung ist nicht gelungen").wait_for()
        found += [f"failed {width}: {barrier}" for barrier in browser.barriers()]
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_of_the_fresh_login_has_no_barriers(browser: Browser, service: Service, scheme: Any) -> None:
    user = make.user(Role.MINISTRY)
    sub = service.knows_as(user)
    browser.page.emulate_media(color_scheme=scheme)
    page = browser.open("/konto/login/")
    to_the_service(page)
    confirm(page, sub)
    page.get_by_text(user.name).first.wait_for()
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += browser.barriers_of(["/konto/anmeldedienst/erneut/?next=/projekte/", "/betrieb/"])
    assert found == []
