"""The case file by its button, and the privacy page, in a real browser."""

from pathlib import Path

import pytest

from agreements.models import AgreementVersion
from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser
from tests.reporting.cases import issued, unpacked, validated

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version() -> AgreementVersion:
    return issued()


def test_auditor_takes_a_case_away(browser: Browser, version: AgreementVersion, tmp_path: Path) -> None:
    browser.login(make.user(Role.AUDITOR))
    place = version.agreement
    path = f"/vereinbarungen/{place.budget_year.year}/{place.district.ags}/0/"
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
