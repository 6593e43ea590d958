"""Several agreements at once in a real browser: the bar follows the boxes, the page of the job follows the job."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from agreements.models import AgreementVersion
from aqb.access import Role
from aqb.models import Job
from tests import factories as make
from tests.browser.conftest import Browser
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def vintage(*states: str) -> list[AgreementVersion]:
    make.ministry()
    line = make.line(make.budget_year(year=2023))
    names = ("Bergstraße", "Fulda", "Kassel")
    places = [make.district(sort_name=name) for name, _ in zip(names, states, strict=True)]
    shares = [make.allocation(line, place) for place in places]
    pairs = zip(shares, states, strict=True)
    return [make.version(make.agreement(line.budget_year, share.district), status) for share, status in pairs]


def offers(bar: Any) -> list[str]:
    return [button.inner_text() for button in bar.locator("[data-fits]:visible").all()]


def test_selection_is_issued_as_a_job_that_is_watched(browser: Browser, folder: Any) -> None:
    vintage("approved", "approved", "draft")
    browser.login(make.user(Role.MINISTRY))
    page = browser.open("/jahrgaenge/2023/")
    bar, words = page.locator(".aqb-bar"), page.locator("[data-said]")
    expect(bar).to_be_hidden()
    everything = page.get_by_label("alle auf dieser Seite auswählen")
    everything.check()
    expect(words).to_have_text("3 ausgewählt: 2 Freigegeben, 1 Entwurf")
    assert offers(bar) == ["3 Zeilen herunterladen"], "only what fits all of them"
    page.get_by_label("Landkreis Kassel auswählen").uncheck()
    expect(words).to_have_text("2 ausgewählt, alle im Stand Freigegeben")
    assert offers(bar) == ["2 Zeilen herunterladen", "2 Zielvereinbarungen ausfertigen"]
    assert everything.evaluate("box => box.indeterminate")
    assert not browser.barriers()

    bar.get_by_role("button", name="2 Zielvereinbarungen ausfertigen").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 Zielvereinbarungen ausfertigen")
    assert not browser.barriers()
    page.get_by_role("button", name="2 Zielvereinbarungen ausfertigen").click()
    page.wait_for_url(re.compile("/auftraege/"))
    expect(page.get_by_role("status").first).to_contain_text("0 % sind bearbeitet")
    assert not browser.barriers()
    run_jobs()
    expect(page.locator("#auftrag-ergebnis")).to_contain_text("2 Zeilen sind erledigt", timeout=10_000)
    expect(page.locator("[hx-get]")).to_have_count(0)
    expect(page.get_by_role("status").first).to_have_text("Der Auftrag ist beendet.")
    assert not browser.barriers()
    page.get_by_role("link", name="Zurück, wo Sie waren").click()
    expect(page.locator("tbody").get_by_text("Ausgefertigt")).to_have_count(2)
    assert Job.objects.get().finished_at
    assert browser.barriers_of(["/auftraege/"]) == []


def test_selection_works_without_a_script(browser: Browser, chromium: Any, folder: Any) -> None:
    vintage("approved", "draft", "draft")
    browser.login(make.user(Role.MINISTRY))
    context = chromium.new_context(java_script_enabled=False, storage_state=browser.page.context.storage_state())
    page = context.new_page()
    page.goto(f"{browser.address}/jahrgaenge/2023/")
    page.get_by_role("link", name="alle 3 auswählen").click()
    page.get_by_role("button", name="Auswahl ausfertigen …").click()
    expect(page.get_by_role("row", name="Kreis Fulda")).to_contain_text("nur, was freigegeben ist")
    page.get_by_role("button", name="1 Zielvereinbarung ausfertigen").click()
    run_jobs()
    page.get_by_role("link", name="Stand aktualisieren").click()
    expect(page.get_by_role("main")).to_contain_text("1 Zeile ist erledigt")
    context.close()
