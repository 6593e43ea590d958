"""The grid of allocations: amounts in cells, and what happens when two people work in it."""

import re
from decimal import Decimal
from typing import Any

import pytest

from agreements.models import Allocation, BudgetLine
from aqb.models import District
from tests import factories as make
from tests.agreements.pages import ministry, text
from tests.agreements.test_agreement_pages import queries_of

pytestmark = pytest.mark.django_db

URL = "/jahrgaenge/2023/zuweisungen/"


@pytest.fixture
def line() -> BudgetLine:
    return make.line(make.budget_year(year=2023), amount=Decimal("100000.00"))


@pytest.fixture
def districts(line: BudgetLine) -> list[District]:
    """Two districts of 40,000 euro each; 20,000 are left."""
    rows = [make.district(), make.district()]
    for district in rows:
        make.allocation(line, district, "40000.00")
    return rows


def loaded(client: Any) -> dict[str, str]:
    """Everything the page would post unchanged."""
    page = text(client.get(URL))
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if 'name="' in tag]
    fields = {re.search(r'name="([^"]*)"', tag)[1]: tag for tag in tags}  # type: ignore[index]
    return {name: (re.search(r'value="([^"]*)"', tag) or ["", ""])[1] for name, tag in fields.items()}


def cell(line: BudgetLine, district: District) -> str:
    return f"cell_{line.pk}_{district.pk}"


def amount(line: BudgetLine, district: District) -> Decimal:
    return Allocation.objects.get(line=line, district=district).amount


def test_changed_cells_are_saved_as_a_whole(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    one, two = districts
    data = loaded(client) | {cell(line, one): "10.000", cell(line, two): "90.000,00"}
    page = client.post(URL, data, follow=True)
    assert (amount(line, one), amount(line, two)) == (Decimal("10000.00"), Decimal("90000.00"))
    assert "2 Zuweisungen sind gespeichert." in text(page)
    assert "Vollständig verteilt" in text(page)


def test_empty_cell_means_nothing(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    client.post(URL, loaded(client) | {cell(line, districts[0]): ""})
    assert amount(line, districts[0]) == 0


def test_saving_without_change_says_so(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    assert "Es gab nichts zu speichern" in text(client.post(URL, loaded(client), follow=True))


@pytest.mark.parametrize("written", ["1.234,505", "-5", "1e9", "12,3,4", "999999999999999"])
def test_bad_amount_stays_in_its_cell(written: str, line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    one, two = districts
    answer = client.post(URL, loaded(client) | {cell(line, one): written, cell(line, two): "41.000"})
    page = text(answer)
    assert f"{one.name}, Regelbudget" in page
    assert f'value="{written}"' in page
    assert 'value="41.000"' in page
    assert amount(line, two) == Decimal("40000.00")


def test_line_exceeded_by_a_cent_is_refused(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    answer = client.post(URL, loaded(client) | {cell(line, districts[0]): "60.000,01"})
    assert "überschreiten die Budgetlinie um 0,01" in text(answer)
    assert 'value="60.000,01"' in text(answer)
    assert amount(line, districts[0]) == Decimal("40000.00")


def test_cell_changed_by_somebody_else_is_taken_over(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    one, two = districts
    data = loaded(client)
    Allocation.objects.filter(district=two).update(amount=Decimal("30000.00"))
    client.post(URL, data | {cell(line, one): "50.000"})
    assert (amount(line, one), amount(line, two)) == (Decimal("50000.00"), Decimal("30000.00"))


def test_cell_changed_by_both_asks_before_it_overwrites(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    one, two = districts
    data = loaded(client)
    Allocation.objects.filter(district=one).update(amount=Decimal("30000.00"))
    Allocation.objects.filter(district=two).update(amount=Decimal("35000.00"))
    answer = client.post(URL, data | {cell(line, one): "45.000"})
    page = text(answer)
    assert "Inzwischen hat jemand anders 30.000,00 € eingetragen (vorher 40.000,00 €)" in page
    assert 'value="45.000"' in page
    assert 'value="35.000"' in page  # what only the other person changed is shown
    assert amount(line, one) == Decimal("30000.00")
    fresh = re.search(r'name="loaded_state" value="([^"]*)"', page)[1]  # type: ignore[index]
    client.post(URL, data | {"loaded_state": fresh, cell(line, one): "45.000", cell(line, two): "35.000"})
    assert (amount(line, one), amount(line, two)) == (Decimal("45000.00"), Decimal("35000.00"))


def test_forged_state_is_refused(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    answer = client.post(URL, loaded(client) | {"loaded_state": "gefälscht"})
    assert "Die Seite ist nicht vollständig angekommen." in text(answer)


def test_difference_to_the_year_before_is_shown(line: BudgetLine, districts: list[District]) -> None:
    before = make.line(make.budget_year(year=2022))
    make.allocation(before, districts[0], "32000.00")
    page = text(ministry().get(URL))
    assert "gegenüber 2022" in page
    assert "+25,0 %" in page
    assert "neu" in page


def test_amount_that_is_not_rounded_is_marked(line: BudgetLine, districts: list[District]) -> None:
    Allocation.objects.filter(district=districts[0]).update(amount=Decimal("39999.00"))
    assert text(ministry().get(URL)).count("nicht auf 100,00 € gerundet") == 1


def test_grid_without_lines_says_what_to_do() -> None:
    make.budget_year(year=2023)
    assert "Noch nichts zu verteilen" in text(ministry().get(URL))


def test_grid_keeps_its_number_of_queries(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    few = queries_of(client, URL)
    for _ in range(20):
        make.allocation(line, make.district(), "10.00")
    assert queries_of(client, URL) == few <= 15
