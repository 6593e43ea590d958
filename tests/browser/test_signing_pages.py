"""The pages of signing in a real browser: no barriers, pages of equal size."""

from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser
from tests.browser.shown import shown_to
from tests.browser.walk import barriers, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version() -> Any:
    """An issued version: one signature waits, one piece of evidence is rejected, one file is electronic."""
    row = make.version(status="issued", entries=1)
    scan = make.evidence(row, "district", findings={"pages": [{"number": row.document_number, "page": 1}] * 3})
    make.signature(row, "district", evidence=scan.document, confirmed_at=None, confirmed_by=None)
    lead = make.person(Role.MINISTRY_LEAD)
    make.evidence(row, "land", rejected_at=scan.document.created_at, rejected_by=lead, rejected_reason="Unleserlich")
    report = make.report(
        "Kai Beispiel", "Claudia Neumann", signed_at="2026-03-05T13:06:31+00:00", time_source="claimed"
    )
    make.evidence(row, form="electronic", findings={"report": report})
    return row


def pages(version: Any) -> list[str]:
    agreement = version.agreement
    at = f"/vereinbarungen/{agreement.budget_year.year}/{agreement.district.ags}/0/"
    files = version.documents.filter(kind="evidence").order_by("pk")
    scan, rejected, electronic = (file.proof.pk for file in files)
    signature = version.signatures.get().pk
    rests = (
        f"{scan}/", f"{scan}/?ansicht=gross&seite=1", f"{scan}/erfassen/?berichtigen={signature}",
        f"{scan}/zurueckweisen/", f"{rejected}/", f"{electronic}/", "neu/",
    )  # fmt: skip
    return [at, *(f"{at}belege/{rest}" for rest in rests)]


def test_pages_of_signing_have_no_barriers(chromium: Chromium, version: Any) -> None:
    found = barriers(chromium, shown_to(make.user(Role.MINISTRY_LEAD), pages(version)), least=8)
    reader = make.person(Role.DISTRICT, version.agreement.district)
    readable = ("/", *(page for page in pages(version) if "erfassen" not in page and "zurueckweisen" not in page))
    found += barriers(chromium, shown_to(reader, readable), least=7)
    assert not found, told(found)


def test_scan_and_issue_stand_beside_each_other_at_the_same_size(browser: Browser, version: Any) -> None:
    browser.login(make.user(Role.MINISTRY_LEAD))
    page = browser.open(pages(version)[1])
    boxes = [picture.bounding_box() for picture in page.locator(".aqb-sheets img").all()]
    left, right = boxes
    assert left
    assert right
    for side in ("y", "width", "height"):
        assert left[side] == pytest.approx(right[side], abs=1), side
    assert left["x"] < right["x"]
    page.get_by_role("link", name="Seite 1").click()
    page.get_by_alt_text("Seite 1 des Belegs").wait_for()
