"""A district brings its projects: two from last year, one from cells it has copied; with script and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import path
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)
CELLS = "Titel\tBudgetlinie\tKassenjahr\tBetrag\nChance Handwerk\tRegelbudget\t2024\t1.234,50\n"


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walker(request: pytest.FixtureRequest, chromium: Chromium, live_server: LiveServer) -> Iterator[Browser]:
    context = chromium.new_context(
        locale="de-DE", java_script_enabled=request.param, bypass_csp=True, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    walker = Browser(context.new_page(), live_server.url)
    walker.barriers_here = walker.barriers if request.param else list  # type: ignore[attr-defined]  # axe is a script
    yield walker
    context.close()


def test_district_continues_projects_and_brings_a_table(walker: Browser) -> None:
    before = make.version()
    make.target_group()
    make.entry(before, "60000.00", title="Joblinge")
    make.entry(before, "40000.00", title="Rückenwind")
    line = make.line(make.budget_year())
    make.allocation(line, before.agreement.district, "90000.00")
    version = make.version(make.agreement(line.budget_year, before.agreement.district))
    found = []
    walker.login(make.person(Role.DISTRICT, before.agreement.district))
    page = walker.open(path(version))
    page.get_by_role("link", name="Aus dem Vorjahr übernehmen").press("Enter")
    page.get_by_role("link", name="alle 2 auswählen").press("Enter")
    expect(page.get_by_label("Rückenwind auswählen")).to_be_checked()
    page.get_by_label("Beträge mitnehmen").press("Space")
    found += walker.barriers_here()  # type: ignore[attr-defined]
    page.get_by_role("button", name="Auswahl prüfen").press("Enter")
    expect(page.locator("main")).to_contain_text("Noch ist nichts gespeichert")
    expect(page.locator("main")).to_contain_text(re.compile("Frei sind noch 30.000,00.€; 40.000,00.€ passen nicht"))
    found += walker.barriers_here()  # type: ignore[attr-defined]
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("del").first).to_be_in_viewport(ratio=1)
    expect(page.locator("ins").first).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name=re.compile("^2.Projekte übernehmen")).press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile("2.Projekte aus dem AQB 2023 übernommen"))
    expect(page.get_by_role("link", name=re.compile("fortgesetzt aus AQB.2023"))).to_have_count(2)
    found += walker.barriers_here()  # type: ignore[attr-defined]
    page.get_by_role("link", name="Tabelle einlesen").press("Enter")
    page.get_by_label("Oder: Zellen aus der Tabellenkalkulation").fill(CELLS)
    page.get_by_role("button", name="Tabelle prüfen").press("Enter")
    found += walker.barriers_here()  # type: ignore[attr-defined]
    page.get_by_role("button", name=re.compile("1.Zeile übernehmen")).press("Enter")
    for title in ("Joblinge", "Rückenwind", "Chance Handwerk"):
        expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
    assert found + walker.errors == []
