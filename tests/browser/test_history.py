"""The pages of the history in a real browser: no barriers with much on them; filters by hand."""

from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from agreements.models import AgreementVersion
from aqb.access import Role
from projects.models import ProjectEntry
from tests import factories as make
from tests.browser.conftest import Browser
from tests.browser.shown import shown_to
from tests.browser.walk import barriers, told
from tests.reporting.told import acting

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Junge Menschen werden in vier Gewerken auf eine Ausbildung vorbereitet und von Freiwilligen begleitet."


@pytest.fixture
def version() -> Any:
    """A draft that somebody has worked on, with a long text that changed and many projects at once."""
    make.ministry()
    row = make.version(status="submitted", entries=6)
    make.remark(row, project_title="Projekt 1", field="places")
    by = make.user(Role.DISTRICT, row.agreement.district, name="Sabine Kröger")
    changes: list[dict[str, Any]] = [
        {"description": LONG},
        {"description": LONG.replace("vier", "fünf"), "places": 3},
    ]
    for minute, fields in enumerate(changes):
        with acting(by, minute):
            ProjectEntry.objects.filter(version=row).update(**fields)
    ProjectEntry.objects.filter(version=row).update(places=4)  # by nobody
    return row


def pages(version: AgreementVersion) -> list[str]:
    agreement = version.agreement
    of_agreement = f"/vereinbarungen/{agreement.budget_year.year}/{agreement.district.ags}/verlauf/"
    entry = version.entries.earliest("pk")
    return ["/verlauf/", of_agreement, f"/projekte/{entry.pk}/verlauf/", f"{of_agreement}?since=gestern&q=nichts"]


def test_pages_of_the_history_have_no_barriers(chromium: Chromium, version: Any) -> None:
    found = barriers(chromium, shown_to(make.user(Role.AUDITOR), pages(version)), least=4)
    assert not found, told(found)


def test_history_is_filtered_and_opened_by_hand(browser: Browser, version: Any) -> None:
    browser.login(make.user(Role.AUDITOR))
    page = browser.open(pages(version)[1])
    page.get_by_label("Wer").select_option("Sabine Kröger")
    page.get_by_text("Nach Art der Änderung").click()
    page.get_by_label("Projekte", exact=True).check()
    page.get_by_role("button", name="Filtern").click()
    assert "kind=projects" in page.url
    first = page.locator(".aqb-timeline > li").first
    assert "Sabine Kröger" in first.inner_text()
    first.get_by_text("Vorher und nachher").first.click()
    assert first.locator("del", has_text="vier").first.is_visible()
    assert first.locator("ins", has_text="fünf").first.is_visible()
    page.get_by_role("link", name="Filter zurücksetzen").click()
    assert "kind" not in page.url
    assert page.get_by_text("Direkt in der Datenbank").first.is_visible()
