"""The public check in a real browser: by upload and by the address of the code, with and without login."""

from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from agreements.models import AgreementVersion
from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser
from tests.reporting import held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_earlier_checks() -> None:
    cache.clear()


@pytest.fixture
def version() -> AgreementVersion:
    return held.signed(sealed=True, published=True)


def check(browser: Browser, content: bytes) -> Page:
    page = browser.open("/pruefen/")
    file = {"name": "zielvereinbarung.pdf", "mimeType": "application/pdf", "buffer": content}
    page.set_input_files("#id_file", file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Datei prüfen").click()
    page.get_by_role("link", name="Weiteres Dokument prüfen").wait_for(timeout=30_000)
    return page


def too_wide(page: Page) -> bool:
    over: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return over > 0


def test_genuine_and_changed_files_are_told_apart(browser: Browser, version: AgreementVersion) -> None:
    content = held.paper_of(version)
    page = check(browser, content)
    page.get_by_role("heading", name="Echt und unverändert – in Kraft").wait_for()
    assert "zielvereinbarung.pdf" in page.inner_text("main")
    assert browser.barriers() == []
    with page.expect_download() as download:
        page.evaluate("document.querySelector('a[href$=\"/datei/\"]').setAttribute('download', '')")
        page.get_by_role("link", name="Geltendes Dokument herunterladen").click()
    assert Path(download.value.path()).read_bytes() == content
    page.get_by_role("link", name="Weiteres Dokument prüfen").click()
    page = check(browser, held.changed(content, lambda pdf: None))
    page.get_by_role("heading", name="Verändert – bitte nicht verwenden").wait_for()
    assert browser.barriers() == []
    page.get_by_role("link", name="Hinterlegtes Dokument ansehen").click()
    page.get_by_role("heading", name=f"Dokument {version.document_number}").wait_for()
    assert not browser.errors


def test_code_of_a_page_leads_to_the_verdict(browser: Browser, version: AgreementVersion) -> None:
    page = browser.open(f"/d/{version.document_number}?s=2")
    page.get_by_role("heading", name="In Kraft").wait_for()
    assert browser.barriers() == []
    page.get_by_role("link", name="Datei prüfen").click()
    page.get_by_label("Dokumentnummer").fill(f" {version.document_number.lower()} ")
    page.get_by_role("button", name="Nummer prüfen").click()
    page.get_by_role("heading", name="In Kraft").wait_for()
    assert not browser.errors


def test_form_says_what_is_missing_and_fits_a_phone(browser: Browser, version: AgreementVersion) -> None:
    browser.page.set_viewport_size({"width": 390, "height": 844})
    page = browser.open("/pruefen/")
    assert (browser.barriers(), too_wide(page)) == ([], False)
    page.get_by_role("button", name="Datei prüfen").click()
    page.get_by_role("link", name="Bitte wählen Sie eine Datei aus.").click()
    assert page.evaluate("document.activeElement.id") == "id_file"
    assert (browser.barriers(), too_wide(page)) == ([], False)
    page = check(browser, held.forged(version, amount="999.00"))
    assert (browser.barriers(), too_wide(page)) == ([], False)
    assert "der Betrag" in page.inner_text("main")


def test_people_who_are_signed_in_find_the_check_below_every_page(browser: Browser, version: AgreementVersion) -> None:
    browser.login(make.person(Role.DISTRICT, version.agreement.district))
    browser.open("/").get_by_role("contentinfo").get_by_role("link", name="Dokument prüfen").click()
    page = check(browser, held.paper_of(version))
    page.get_by_role("heading", name="Echt und unverändert – in Kraft").wait_for()
    assert page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link").count() > 1
    assert browser.barriers() == []
