"""The pages of vintages and allocations."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agreements.models import Allocation, BudgetLine, BudgetYear
from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, day, ministry, text
from tests.agreements.test_agreement_pages import queries_of
from tests.forms import fill_in

pytestmark = pytest.mark.django_db

PAGES = ["", "neu/", "2023/", "2023/bearbeiten/", "2023/kopieren/", "2023/eroeffnen/", "2023/zuweisungen/"]


NO_DAYS = {"fristen-TOTAL_FORMS": "0", "fristen-INITIAL_FORMS": "0"}


def formset(*lines: dict[str, str], initial: int = 0) -> dict[str, str]:
    """Lines as the page posts them."""
    data = {"lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": str(initial), **NO_DAYS}
    for number, line in enumerate(lines):
        data |= {f"lines-{number}-{name}": value for name, value in line.items()}
    return data


def vintage(**changes: str) -> dict[str, str]:
    return {"year": "2027", "first_cash_year": "2027", "last_cash_year": "2031", "rounding": "100,00", **changes}


@pytest.mark.parametrize("page", PAGES)
def test_only_the_ministry_plans(page: str) -> None:
    make.line(make.budget_year(year=2023))
    make.district()
    assert ministry().get(f"/jahrgaenge/{page}").status_code == 200
    for role in (Role.DISTRICT_LEAD, Role.AUDITOR, Role.GRANT_OFFICE):
        assert client_of(make.user(role)).get(f"/jahrgaenge/{page}").status_code == 403


def test_vintage_that_does_not_exist() -> None:
    assert ministry().get("/jahrgaenge/1999/").status_code == 404


def test_vintage_is_created_with_its_lines() -> None:
    lines = formset(
        {"title": "Regelbudget", "amount": "24.700.000,00"},
        {"title": "Sprachförderung", "amount": "2.000.000", "key": "sprache"},
        {"title": ""},
    )
    answer = ministry().post("/jahrgaenge/neu/", vintage() | day("submission_due", date(2027, 3, 31)) | lines)
    assert answer.headers["Location"] == "/jahrgaenge/2027/"
    created = BudgetYear.objects.get()
    assert created.submission_due == date(2027, 3, 31)
    assert [(line.key, line.amount) for line in created.lines.all()] == [
        ("regelbudget", Decimal("24700000.00")),
        ("sprache", Decimal("2000000.00")),
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_cash_year": "2032"}, "ein bis fünf Kassenjahre"),
        ({"year": "zwanzig"}, "Bitte geben Sie eine ganze Zahl an"),
        (day("submission_due", date(2027, 6, 1)) | day("approval_due", date(2027, 5, 1)), "in der Reihenfolge der Schritte"),
        ({"lines-0-amount": "1.234,505"}, "3 Stellen nach dem Komma"),
        ({"lines-0-amount": ""}, "Bitte machen Sie hier eine Angabe."),
        ({"lines-1-title": "Regelbudget", "lines-1-amount": "5"}, "steht schon bei einer anderen Budgetlinie"),
        ({"year": "2023", "first_cash_year": "2023", "last_cash_year": "2023"}, "Diesen Jahrgang gibt es schon."),
    ],
)  # fmt: skip
def test_bad_vintage_keeps_what_was_typed(changes: dict[str, str], sentence: str) -> None:
    make.budget_year(year=2023)
    lines = formset({"title": "Regelbudget", "amount": "24.700.000,00"}, {"title": "", "amount": ""})
    answer = ministry().post("/jahrgaenge/neu/", vintage() | lines | changes)
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert 'value="Regelbudget"' in text(answer)
    assert BudgetYear.objects.count() == 1
    assert not BudgetLine.objects.exists()


def edited(line: BudgetLine, **changes: str) -> dict[str, str]:
    stored = {"id": str(line.pk), "title": line.title, "key": line.key, "amount": "1.000.000,00"}
    return vintage(year="2023", first_cash_year="2023", last_cash_year="2025") | formset(
        stored | changes, {"title": "", "amount": ""}, initial=1
    )


def test_vintage_is_edited_with_its_lines() -> None:
    line = make.line(make.budget_year(year=2023))
    data = edited(line, title="Grundbudget") | {"lines-1-title": "Digitales", "lines-1-amount": "7"}
    assert fill_in(ministry(), "/jahrgaenge/2023/bearbeiten/", data).status_code == 302
    assert [one.title for one in BudgetLine.objects.order_by("position")] == ["Grundbudget", "Digitales"]


def test_line_below_its_allocations_is_refused_and_nothing_else_is_saved() -> None:
    line = make.line(make.budget_year(year=2023))
    make.allocation(line)
    answer = fill_in(
        ministry(), "/jahrgaenge/2023/bearbeiten/", edited(line, amount="99.999,99") | {"last_cash_year": "2027"}
    )
    assert "sind schon 100.000,00 € verteilt" in text(answer)
    assert BudgetYear.objects.get().last_cash_year == 2025


def test_line_of_another_vintage_cannot_be_smuggled_in() -> None:
    mine, foreign = make.line(make.budget_year(year=2023)), make.line(make.budget_year(year=2024))
    data = edited(mine) | {"lines-0-id": str(foreign.pk), "lines-0-title": "Gekapert"}
    ministry().post("/jahrgaenge/2023/bearbeiten/", data)
    foreign.refresh_from_db()
    assert foreign.title == "Regelbudget"


def test_copy_takes_amounts_only_when_asked() -> None:
    line = make.line(make.budget_year(year=2023))
    make.allocation(line)
    client = ministry()
    client.post("/jahrgaenge/2023/kopieren/", {"year": "2024"})
    client.post("/jahrgaenge/2023/kopieren/", {"year": "2025", "with_amounts": "on"})
    assert BudgetLine.objects.get(budget_year__year=2024).amount == 0
    assert Allocation.objects.filter(line__budget_year__year=2025).count() == 1
    assert "Den Jahrgang 2025 gibt es schon." in text(client.post("/jahrgaenge/2023/kopieren/", {"year": "2025"}))


def test_opening_without_wording_is_refused_and_named() -> None:
    make.line(make.budget_year(year=2023))
    make.district()
    client = ministry()
    assert "noch kein Vertragstext freigegeben" in text(client.get("/jahrgaenge/2023/eroeffnen/"))
    answer = client.post("/jahrgaenge/2023/eroeffnen/")
    assert answer.status_code == 409
    assert "noch kein Vertragstext freigegeben" in text(answer)


def test_opening_makes_one_draft_per_district() -> None:
    year = make.budget_year(year=2023)
    make.wording(year)
    make.allocation(make.line(year), make.district())
    make.district(sort_name="Ohnegeld")
    client = ministry()
    assert "1 Gebietskörperschaft hat noch keine Zuweisung" in text(client.get("/jahrgaenge/2023/eroeffnen/"))
    client.post("/jahrgaenge/2023/eroeffnen/")
    assert year.agreements.count() == 2
    page = text(client.get("/jahrgaenge/2023/"))
    assert "2 Zielvereinbarungen nach Stand" in page
    assert "Bis zur Eröffnung" not in page
    make.district(sort_name="Nachzügler")
    assert "Fehlende ergänzen" in text(client.get("/jahrgaenge/2023/"))


def test_vintage_before_the_opening_shows_the_way() -> None:
    make.budget_year(year=2023)
    page = text(ministry().get("/jahrgaenge/2023/"))
    assert "Bis zur Eröffnung" in page
    assert "möglich, sobald es Budgetlinien und einen freigegebenen Vertragstext gibt" in page


def versions_of(year: BudgetYear, number: int) -> None:
    line = year.lines.first() or make.line(year)
    for _ in range(number):
        contract = make.agreement(year)
        make.allocation(line, contract.district, "20000.00")
        make.version(contract, entries=1, status="submitted")


def test_vintage_keeps_its_number_of_queries() -> None:
    year = make.budget_year(year=2023)
    client = ministry()
    versions_of(year, 2)
    few = queries_of(client, "/jahrgaenge/2023/")
    versions_of(year, 10)
    assert queries_of(client, "/jahrgaenge/2023/") == few <= 15


def test_vintage_filters_and_sums_only_what_is_shown() -> None:
    year = make.budget_year(year=2023)
    versions_of(year, 2)
    make.version(make.agreement(year, make.district(region="Gießen")), status="draft")
    page = text(ministry().get("/jahrgaenge/2023/?status=draft&region=Gießen"))
    assert "1 von 3" in page
    assert "Summe der 1 angezeigten" in page
    assert "Eingereicht 2" in page  # the bar still shows all


def test_list_of_vintages_keeps_its_number_of_queries() -> None:
    client = ministry()
    make.budget_year()
    make.budget_year()
    few = queries_of(client, "/jahrgaenge/")
    for _ in range(20):
        make.budget_year()
    assert queries_of(client, "/jahrgaenge/") == few


def test_list_of_vintages_is_newest_first() -> None:
    make.budget_year(year=2024)
    make.budget_year(year=2023)
    page: Any = text(ministry().get("/jahrgaenge/"))
    assert page.index("AQB 2024") < page.index("AQB 2023")
