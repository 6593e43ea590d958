"""The case file by its button, and the privacy page, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from agreements.models import AgreementVersion
from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser
from tests.reporting.cases import issued, unpacked, validated

pytestmark = pytest.mark.django_db(transaction=True)
SIZES: tuple[ViewportSize, ...] = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})


@pytest.fixture
def version() -> AgreementVersion:
    return issued()


def barriers(browser: Browser, path: str) -> list[str]:
    """What axe finds on a phone and on a desk, in light and dark, and whether the page is wider than the window."""
    found: list[str] = []
    for size in SIZES:
        browser.page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            browser.page.emulate_media(color_scheme=scheme)
            found += [f"{size['width']} {scheme} {one}" for one in browser.barriers_of([path])]
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            if browser.page.evaluate(over) > 0:
                found.append(f"{size['width']} {path} is too wide")
    return found


def test_auditor_takes_a_case_away(browser: Browser, version: AgreementVersion, tmp_path: Path) -> None:
    browser.login(make.user(Role.AUDITOR))
    place = version.agreement
    path = f"/vereinbarungen/{place.budget_year.year}/{place.district.ags}/0/"
    assert barriers(browser, path) == []
    page = browser.open(path)
    with page.expect_download() as download:
        page.get_by_role("button", name="Fallakte herunterladen").click()
    assert download.value.suggested_filename == f"fallakte-{place.budget_year.year}-{place.district.ags}.zip"
    content = Path(download.value.path()).read_bytes()
    assert validated(unpacked(content, tmp_path)).returncode == 0
    page.get_by_role("heading", name="Dokumente").wait_for()  # the page is still there
    assert not browser.errors


def test_everybody_reads_about_privacy(browser: Browser) -> None:
    browser.open("/pruefen/").get_by_role("contentinfo").get_by_role("link", name="Datenschutz").click()
    browser.page.get_by_role("heading", name="Datenschutz", exact=True).wait_for()
    assert barriers(browser, "/datenschutz/") == []
    browser.login(make.user(Role.DISTRICT))
    assert barriers(browser, "/datenschutz/") == []
