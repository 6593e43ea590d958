"""Signing in with password, code and passkey in a real browser with a virtual device, under the true security policy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.aqb.factors import app, code, passkey, recovery_codes
from tests.browser.conftest import Browser
from tests.browser.shown import shown_to
from tests.browser.walk import barriers, told
from tests.factories.who import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Device:
    """A browser at the name `localhost`, as passkeys need one, beside a device that knows its owner."""

    def __init__(self, page: Page, live_server: LiveServer) -> None:
        self.page = page
        self.address = live_server.url.replace("127.0.0.1", "localhost")
        self.complaints: list[str] = []
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.authenticator = added["authenticatorId"]

    def knows_owner(self, known: bool) -> None:
        """Whether finger, face or PIN fit from now on."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": known})

    def open(self, name: str) -> None:
        self.page.goto(self.address + reverse(name))

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def first_step(self, user: User) -> None:
        self.open("account_login")
        self.page.get_by_label("E-Mail-Adresse").fill(user.email)
        self.page.get_by_label("Passwort", exact=True).fill(PASSWORD)
        self.press("Anmelden")

    def leave(self) -> None:
        self.page.context.clear_cookies()

    def is_in(self, user: User) -> None:
        expect(self.page.get_by_role("heading", name=f"Guten Tag, {user.name}")).to_be_visible()


@pytest.fixture
def device(chromium: Chromium, live_server: LiveServer) -> Iterator[Device]:
    cache.clear()
    context = chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin", accept_downloads=True)
    context.set_default_timeout(30_000)
    shown = Device(context.new_page(), live_server)
    yield shown
    assert shown.complaints == []
    context.close()
    cache.clear()


def test_password_and_code_of_an_app_that_was_set_up_on_the_way(device: Device, settings: Any) -> None:
    """An obliged person sets up the app, keeps the codes, goes on to the page, and signs in with both later."""
    settings.SECOND_FACTOR = frozenset({Role.GRANT_OFFICE})
    user = make.user(Role.GRANT_OFFICE)
    device.first_step(user)
    page = device.page
    expect(page.get_by_text("Bitte richten Sie jetzt einen zweiten Faktor ein")).to_be_visible()
    page.get_by_role("link", name="App einrichten").click()
    page.get_by_text("Schlüssel von Hand eingeben").click()
    secret = page.locator("details .aqb-hash").inner_text().replace(" ", "")
    page.get_by_label("Code aus der App").fill(code(secret))
    device.press("App einrichten")
    expect(page.get_by_role("list", name="Codes").get_by_role("listitem")).to_have_count(10)
    with page.expect_download() as kept:
        page.get_by_role("link", name="Als Textdatei speichern").click()
    text = kept.value.path().read_text()
    assert all(f"{one[:4]} {one[4:]}" in text for one in recovery_codes(user))
    page.get_by_role("link", name="Ich habe sie gespeichert").click()
    device.is_in(user)
    device.leave()
    device.first_step(user)
    expect(page.get_by_text(f"Angemeldet wird {user.email}")).to_be_visible()
    page.get_by_label("Code aus Ihrer App").fill(code(secret, 1))  # the next one: a used code counts once
    device.press("Code bestätigen")
    device.is_in(user)


def test_passkey_is_set_up_and_signs_in_without_a_password(device: Device) -> None:
    user = make.user(Role.AUDITOR)
    device.first_step(user)
    device.is_in(user)
    device.open("mfa_add_webauthn")
    device.page.get_by_label("Name des Passkeys").fill("Dienst-Laptop")
    device.press("Passkey einrichten")
    expect(device.page.get_by_role("heading", name="Wiederherstellungscodes")).to_be_visible()
    [key] = Authenticator.objects.filter(user=user, type="webauthn")
    assert key.data["name"] == "Dienst-Laptop"
    device.leave()
    device.open("account_login")
    device.press("Mit Passkey anmelden")
    device.is_in(user)
    device.leave()
    device.first_step(user)  # the same passkey is the second step after the password
    device.press("Passkey verwenden")
    device.is_in(user)


def test_passkey_confirms_the_login_before_a_change(device: Device) -> None:
    user = make.user(Role.AUDITOR)
    device.first_step(user)
    device.open("mfa_add_webauthn")
    device.press("Passkey einrichten")
    expect(device.page.get_by_role("heading", name="Wiederherstellungscodes")).to_be_visible()
    device.page.goto(f"{device.address}{reverse('mfa_reauthenticate_webauthn')}?next={reverse('account')}")
    device.press("Passkey verwenden")
    expect(device.page.get_by_role("heading", name="Ihr Konto")).to_be_visible()


def test_device_that_does_not_know_its_owner_is_told_in_german(device: Device) -> None:
    user = make.user(Role.AUDITOR)
    device.first_step(user)
    device.knows_owner(False)
    device.open("mfa_add_webauthn")
    device.press("Passkey einrichten")
    alert = device.page.get_by_role("alert")
    expect(alert).to_contain_text("abgebrochen")
    assert not Authenticator.objects.exists()
    device.knows_owner(True)
    device.press("Passkey einrichten")
    expect(device.page.get_by_role("heading", name="Wiederherstellungscodes")).to_be_visible()
    device.knows_owner(False)
    device.leave()
    device.open("account_login")
    device.press("Mit Passkey anmelden")
    expect(alert).to_contain_text("abgebrochen")


def test_passkey_of_a_closed_account_leads_to_the_sentence(device: Device) -> None:
    user = make.user(Role.AUDITOR)
    device.first_step(user)
    device.open("mfa_add_webauthn")
    device.press("Passkey einrichten")
    expect(device.page.get_by_role("heading", name="Wiederherstellungscodes")).to_be_visible()
    device.leave()
    User.objects.filter(pk=user.pk).update(is_active=False)
    device.open("account_login")
    device.press("Mit Passkey anmelden")
    expect(device.page.get_by_role("heading", name="Dieses Konto ist stillgelegt")).to_be_visible()


def test_recovery_code_signs_in_when_the_device_is_not_there(device: Device) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    device.first_step(user)
    device.page.get_by_label("Code aus Ihrer App").fill(recovery_codes(user)[0])
    device.press("Code bestätigen")
    device.is_in(user)
    device.open("mfa_index")
    expect(device.page.get_by_text("9 von 10")).to_be_visible()


def test_without_a_script_the_login_says_what_passkeys_need(chromium: Chromium, live_server: LiveServer) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + reverse("account_login"))
    expect(page.get_by_text("Passkeys brauchen JavaScript")).to_be_visible()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Der Passkey ließ sich nicht prüfen")).to_be_visible()
    context.close()


# ---- barriers ----


@pytest.fixture
def seen(browser: Browser, live_server: LiveServer) -> Callable[[list[str]], list[str]]:
    """What axe finds on these pages, light and dark, on a desk and on a phone, and what is wider than the screen."""
    browser.address = live_server.url.replace("127.0.0.1", "localhost")

    def look(paths: list[str]) -> list[str]:
        found = []
        for width in (1280, 390):
            browser.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                browser.page.emulate_media(color_scheme=scheme)
                found += browser.barriers_of(paths)
            for path in paths:
                browser.open(path)
                if browser.page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{path} is wider than {width}")
        return found

    return look


def test_pages_of_the_account_have_no_barriers(chromium: Chromium, settings: Any) -> None:
    settings.SECOND_FACTOR = frozenset({Role.AUDITOR})
    user = make.user(Role.AUDITOR)
    before = ["account", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"]
    found = barriers(chromium, shown_to(user, [reverse(name) for name in before]), least=4)
    app(user)
    key = passkey(user)
    alone = make.user(Role.AUDITOR)
    last = passkey(alone)
    names = [
        "account", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp",
        "account_reauthenticate", "mfa_reauthenticate", "account_change_password",
    ]  # fmt: skip
    after = [reverse(name) for name in names]
    after += [reverse(name, args=[key.pk]) for name in ("mfa_remove_webauthn", "mfa_edit_webauthn")]
    found += barriers(chromium, shown_to(user, after), least=9)
    found += barriers(chromium, shown_to(alone, [reverse("mfa_remove_webauthn", args=[last.pk])]), least=1)
    settings.SECOND_FACTOR = frozenset()
    found += barriers(chromium, shown_to(make.operator(), ["/", reverse("person_factors", args=[user.pk])]), least=2)
    assert not found, told(found)


def test_pages_of_the_login_have_no_barriers(browser: Browser, seen: Callable[[list[str]], list[str]]) -> None:
    assert seen([reverse("account_login")]) == []
    user = make.user(Role.AUDITOR)
    app(user)
    page = browser.open(reverse("account_login"))
    page.get_by_label("E-Mail-Adresse").fill(user.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Anmelden: zweiter Schritt")).to_be_visible()
    assert seen([reverse("mfa_authenticate")]) == []
    page.get_by_label("Code aus Ihrer App").fill("1")
    page.get_by_role("button", name="Code bestätigen").click()
    expect(page.get_by_text("Bitte prüfen Sie 1 Angabe")).to_be_visible()
    assert browser.barriers() == []
