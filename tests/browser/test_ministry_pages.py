"""The pages of the ministry and of the agreement in a real browser: no barriers, no script errors, live preview."""

from typing import Any

import pytest

from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version() -> Any:
    """A submitted version with a remark, beside a draft wording of its vintage."""
    make.ministry()
    row = make.version(status="submitted", entries=2)
    make.remark(row, project_title="Projekt 1", field="places")
    make.wording(row.agreement.budget_year, released=False)
    return row


def pages(version: Any) -> list[str]:
    agreement = version.agreement
    year, ags = agreement.budget_year.year, agreement.district.ags
    at = f"/vereinbarungen/{year}/{ags}/0/"
    draft = agreement.budget_year.wordings.get(status="draft")
    section = draft.sections.first()
    steps = ("zurueckgeben/", "pruefung/", "schritt/approve/", "ansaetze/", "unterzeichnende/", "anmerkungen/neu/")
    return [
        "/vereinbarungen/",
        *(f"{at}{rest}" for rest in ("", *steps)),
        *(f"/jahrgaenge/{rest}" for rest in ("", "neu/", f"{year}/", f"{year}/bearbeiten/", f"{year}/kopieren/",
                                             f"{year}/eroeffnen/", f"{year}/zuweisungen/")),
        *(f"/vertragstexte/{rest}" for rest in ("", "neu/", f"{draft.pk}/", f"{draft.pk}/abschnitt/{section.pk}/",
                                                f"{draft.pk}/abschnitt/neu/", f"{draft.pk}/vorschau/{ags}/")),
        f"/strategien/{ags}/", "/nachrichten/", "/nachrichten/kalenderadresse/", "/betrieb/mails/",
    ]  # fmt: skip


def test_pages_of_the_ministry_have_no_barriers(browser: Browser, version: Any) -> None:
    browser.login(make.user(Role.MINISTRY_LEAD))
    found = browser.barriers_of(pages(version))
    assert not found, "\n".join(found)


def test_pages_of_the_ministry_fit_a_phone(browser: Browser, version: Any) -> None:
    browser.login(make.user(Role.MINISTRY_LEAD))
    browser.page.set_viewport_size({"width": 390, "height": 844})
    wide = {}
    for address in pages(version):
        browser.open(address)
        over = browser.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over
    assert not wide


def test_page_of_an_agreement_has_no_barriers_for_its_district(browser: Browser) -> None:
    row = make.version(entries=1)
    make.remark(row)
    browser.login(make.person(Role.DISTRICT_LEAD, row.agreement.district))
    browser.open(f"/vereinbarungen/{row.agreement.budget_year.year}/{row.agreement.district.ags}/0/")
    assert not browser.barriers()


def test_preview_follows_what_is_typed(browser: Browser, version: Any) -> None:
    draft = version.agreement.budget_year.wordings.get(status="draft")
    section = draft.sections.get(key="Mittel")
    browser.login(make.user(Role.MINISTRY))
    page = browser.open(f"/vertragstexte/{draft.pk}/abschnitt/{section.pk}/")
    page.fill("#id_text", "Das ist neu ")
    page.get_by_role("button", name="{im Gebiet}").click()
    page.wait_for_selector("#vorschau mark:text('im Landkreis Musterland 1')")
    assert "Das ist neu im Landkreis Musterland 1" in page.inner_text("#vorschau")
    section.refresh_from_db()
    assert "neu" not in section.text
    assert not browser.errors
