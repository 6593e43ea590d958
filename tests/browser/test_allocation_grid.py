"""The grid of allocations by keyboard alone, with a pasted block, without script, and with the calculator beside it."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from agreements.models import Allocation, AppliedDistribution, BudgetLine
from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/jahrgaenge/2023/zuweisungen/"
PASTE = """text => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def lines() -> list[BudgetLine]:
    """Two lines and three districts; a year before everybody had 30,000."""
    vintage = make.budget_year(year=2023)
    rows = [make.line(vintage, amount=Decimal("100000.00")), make.line(vintage, amount=Decimal("9000.00"))]
    before = make.line(make.budget_year(year=2022), key=rows[0].key)
    for _ in range(3):
        district = make.district()
        make.allocation(rows[0], district, "30000.00")
        make.allocation(before, district, "30000.00")
    make.indicators(vintage)
    return rows


def cell(page: Page, number: int, title: str) -> Any:
    return page.get_by_role("textbox", name=f"Landkreis Musterland {number}, {title}, in Euro", exact=True)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_grid_is_worked_by_keyboard_and_paste(browser: Browser, lines: list[BudgetLine]) -> None:
    browser.login(make.user(Role.MINISTRY))
    page = browser.open(URL)
    cell(page, 1, "Regelbudget").focus()
    page.keyboard.type("40000")  # replaces, as in a spreadsheet
    page.keyboard.press("Enter")
    assert focused(page).startswith("Landkreis Musterland 2, Regelbudget,")
    expect(page.locator("#stand")).to_contain_text("1 Änderung noch nicht gespeichert")
    expect(page.locator("tbody tr").first).to_contain_text("+33,3 %")
    assert focused(page).startswith("Landkreis Musterland 2, Regelbudget,")  # sums come, the caret stays
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith("Landkreis Musterland 3, Regelbudget 2,")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+Home")
    assert focused(page).startswith("Landkreis Musterland 1, Regelbudget 2,")
    page.keyboard.press("Tab")
    assert focused(page).startswith("Landkreis Musterland 2, Regelbudget,")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(cell(page, 2, "Regelbudget")).to_have_value("30.000")
    page.evaluate(PASTE, "20.000,50 €\t1.000\r\n30000\t2.000\tzu viel\r\n1\t1\r\n")
    expect(cell(page, 2, "Regelbudget")).to_have_value("20.000,50 €")
    expect(cell(page, 3, "Regelbudget 2")).to_have_value("2.000")
    expect(page.locator("#eingefuegt")).to_have_text("4 Werte eingefügt. 3 passten nicht mehr in die Tabelle.")
    expect(page.locator("#stand")).to_contain_text("Noch zu verteilen: 15.999,50 €, 4 Änderungen")
    assert not browser.barriers()
    page.get_by_role("button", name="Zuweisungen speichern").press("Enter")
    expect(page.get_by_text("4 Zuweisungen sind gespeichert.")).to_be_visible()
    assert Allocation.objects.get(line=lines[0], district__sort_name="Musterland 2").amount == Decimal("20000.50")
    assert not browser.errors


def test_calculator_fills_the_table_and_nothing_typed_gets_lost(browser: Browser, lines: list[BudgetLine]) -> None:
    browser.login(make.user(Role.MINISTRY))
    page = browser.open(URL)
    cell(page, 1, "Regelbudget 2").fill("1.234")
    page.get_by_label("Sockelbetrag je Gebietskörperschaft").fill("10.000")
    page.get_by_label("Untergrenze").fill("120")
    page.get_by_label("Untergrenze").press("Enter")  # calculates, and never saves
    expect(page.locator("#rechner")).to_contain_text("Die Untergrenzen ergeben zusammen 108.000 Euro")
    page.get_by_label("Untergrenze").fill("90")
    page.get_by_role("button", name="In Tabelle übernehmen").click()
    expect(cell(page, 1, "Regelbudget")).to_have_value("33.400")
    expect(cell(page, 1, "Regelbudget 2")).to_have_value("1.234")
    expect(page.locator("#stand")).to_contain_text("4 Änderungen noch nicht gespeichert")
    cell(page, 2, "Regelbudget").fill("33.000")
    cell(page, 2, "Regelbudget").press("Tab")
    expect(page.get_by_text("von Hand geändert, rechnerisch 33.300")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert not browser.barriers()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Zuweisungen speichern").click()
    expect(page.get_by_text("Die Formel ist bei den Zuweisungen festgehalten.")).to_be_visible()
    assert AppliedDistribution.objects.get().line == lines[0]
    assert not browser.errors


def test_grid_works_without_script(browser: Browser, lines: list[BudgetLine]) -> None:
    browser.login(make.user(Role.MINISTRY))
    context = browser.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    context.add_cookies(browser.page.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{browser.address}{URL}")
    cell(page, 1, "Regelbudget").fill("40.000")
    cell(page, 1, "Regelbudget").press("Enter")  # only adds up
    expect(page.locator("#stand")).to_contain_text("1 Änderung noch nicht gespeichert")
    page.get_by_role("button", name="In Tabelle übernehmen").click()
    expect(cell(page, 3, "Regelbudget")).to_have_value("33.300")
    page.get_by_role("button", name="Zuweisungen speichern").click()
    expect(page.get_by_text("3 Zuweisungen sind gespeichert.")).to_be_visible()
    context.close()


def test_pages_of_the_distribution_have_no_barriers(browser: Browser, lines: list[BudgetLine]) -> None:
    first, second = make.scenario(lines[0]), make.scenario(lines[0], calculation=make.calculation(lines[0], k06901=3))
    kept = make.distribution(lines[0])
    browser.login(make.user(Role.MINISTRY))
    pages = [
        URL, f"{URL}einlesen/", "/jahrgaenge/2023/indikatoren/", "/jahrgaenge/2023/szenarien/",
        f"/jahrgaenge/2023/szenarien/{first.pk}/", f"/jahrgaenge/2023/szenarien/{second.pk}/entfernen/",
        "/verteilungen/", f"/verteilungen/{kept.pk}/",
    ]  # fmt: skip
    for scheme in ("light", "dark"):
        browser.page.emulate_media(color_scheme=scheme)
        found = browser.barriers_of(pages)
        assert not found, "\n".join(found)
