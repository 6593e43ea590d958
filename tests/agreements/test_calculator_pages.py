"""The calculator beside the grid, trials and formulas as pages: nothing changes before somebody takes it over."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from agreements.models import Allocation, AppliedDistribution, BudgetLine, DistributionScenario
from aqb.access import Role
from aqb.models import District
from tests import factories as make
from tests.agreements.pages import client_of, ministry, text
from tests.agreements.test_agreement_pages import queries_of
from tests.agreements.test_allocation_pages import amount, cell, loaded
from tests.forms import send

pytestmark = pytest.mark.django_db

URL = "/jahrgaenge/2023/zuweisungen/"
SCENARIOS = "/jahrgaenge/2023/szenarien/"


@pytest.fixture
def line() -> BudgetLine:
    return make.line(make.budget_year(year=2023), amount=Decimal("100000.00"))


@pytest.fixture
def districts(line: BudgetLine) -> list[District]:
    """Two districts, 25,000 and 75,000 by the number of unemployed people; a year before 40,000 and 60,000."""
    rows = [make.district(), make.district()]
    make.indicators(line.budget_year, Arbeitslose={rows[0].ags: 1, rows[1].ags: 3})
    before = make.line(make.budget_year(year=2022), key=line.key)
    for district, share in zip(rows, ("40000.00", "60000.00"), strict=True):
        make.allocation(before, district, share)
    return rows


def typed(client: Client, **changes: str) -> dict[str, str]:
    """The whole form, the calculator with it; `weight` is that of the only indicator that was uploaded."""
    data = loaded(client)
    names = {"weight": "rechner-weight:Arbeitslose", "last": "rechner-weight:Vergleichsbetrag"}
    line = BudgetLine.objects.get(budget_year__year=2023)
    given = {names.get(name, f"rechner-{name}"): value for name, value in changes.items() if name != "tun"}
    tun = {"tun": changes["tun"]} if "tun" in changes else {}
    return {"rechner-line": str(line.pk), **data, **given, **tun}


def values(page: Any) -> list[str]:
    return re.findall(r'name="cell_\d+_\d+" value="([^"]*)"', text(page))


def test_first_proposal_weighs_what_was_uploaded(line: BudgetLine, districts: list[District]) -> None:
    page = text(ministry().get(URL))
    assert "Nichts ändert sich, bevor Sie ihn übernehmen." in page
    assert re.search(r'name="rechner-weight:Arbeitslose" value="100"', page)
    assert re.search(r'name="rechner-step" value="100,00"', page)


def test_calculating_says_what_comes_out_and_changes_nothing(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    page = client.post(URL, typed(client, tun="rechnen", floor="90", ceiling="110"))
    assert "−10,0 % bis +6,7 %; 1 am Mindestwert" in text(page)
    assert values(page) == ["0", "0"]
    assert not Allocation.objects.filter(line=line).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight": "40"}, "Die Gewichte ergeben zusammen 40 %. Sie müssen genau 100 % ergeben."),
        ({"base": "60.000"}, "Bitte senken Sie den Sockelbetrag."),
        ({"ceiling": "90"}, "Die Obergrenzen lassen höchstens 90.000 Euro zu"),
        ({"weight": "viel"}, "„viel“ ist kein Prozentwert."),
        ({"base": "-5"}, "ist negativ"),
    ],
)
def test_what_does_not_work_out_is_said_in_the_card(
    changes: dict[str, str], words: str, line: BudgetLine, districts: list[District]
) -> None:
    client = ministry()
    page = client.post(URL, typed(client, tun="uebernehmen", **changes))
    assert words in text(page)
    assert values(page) == ["0", "0"]


def test_filled_cells_are_unsaved_until_somebody_saves_them(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    page = client.post(URL, typed(client, tun="uebernehmen"))
    assert values(page) == ["25.000", "75.000"]
    assert "Vollständig verteilt, 2 Änderungen noch nicht gespeichert" in text(page)
    assert "steht in der Tabelle und ist noch nicht gespeichert" in text(page)
    assert not Allocation.objects.filter(line=line).exists()
    origin = re.search(r'name="origin_\d+" value="([^"]+)"', text(page))[1]  # type: ignore[index]
    data = loaded(client) | {
        f"origin_{line.pk}": origin,
        cell(line, districts[0]): "24.000",
        cell(line, districts[1]): "75.000",
    }
    page = client.post(URL, data, follow=True)
    assert "2 Zuweisungen sind gespeichert. Die Formel ist bei den Zuweisungen festgehalten." in text(page)
    assert "von Hand geändert, rechnerisch" in text(page)
    assert "25.000" in text(page)
    assert amount(line, districts[1]) == Decimal("75000.00")
    assert Allocation.objects.get(line=line, district=districts[0]).is_by_hand


def test_other_cells_keep_what_is_typed_while_a_line_is_filled(line: BudgetLine, districts: list[District]) -> None:
    second = make.line(line.budget_year)
    client = ministry()
    data = loaded(client) | {"rechner-line": str(line.pk), "tun": "uebernehmen", cell(second, districts[0]): "777"}
    assert values(client.post(URL, data)) == ["25.000", "777", "75.000", "0"]


def test_forged_formula_is_refused(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    answer = client.post(URL, loaded(client) | {f"origin_{line.pk}": "gefälscht"})
    assert "Die Seite ist nicht vollständig angekommen." in text(answer)
    assert not AppliedDistribution.objects.exists()


def test_proposal_is_kept_under_a_name_and_opened_again(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    assert "Bitte geben Sie dem Szenario einen Namen." in text(client.post(URL, typed(client, tun="merken")))
    page = client.post(URL, typed(client, tun="merken", base="20.000", name="B – mit Sockel"))
    assert "Das Szenario „B – mit Sockel“ ist gespeichert." in text(page)
    trial = DistributionScenario.objects.get()
    page = client.post(URL, typed(client, tun=f"laden-{trial.pk}", base="1"))
    assert 'name="rechner-base" value="20.000,00"' in text(page)
    page = client.post(URL, typed(client, tun="merken", name="B – mit Sockel"))
    assert "Ein Szenario mit diesem Namen gibt es für diese Budgetlinie schon." in text(page)


def test_trial_is_taken_over_under_its_name(line: BudgetLine, districts: list[District]) -> None:
    trial = make.scenario(line, name="A – gleich")
    client = ministry()
    page = text(client.get(f"{URL}?szenario={trial.pk}"))
    assert re.findall(r'name="cell_\d+_\d+" value="([^"]*)"', page) == ["50.000", "50.000"]
    assert "„A – gleich“ steht in der Tabelle und ist noch nicht gespeichert." in page
    fields = {tag[0]: tag[1] for tag in re.findall(r'name="([^"]+)" value="([^"]*)"', page)}
    grid = {name: value for name, value in fields.items() if not name.startswith("rechner") and name != "tun"}
    assert (
        client.post(URL, {**grid, "tun": "merken"}).status_code == 200
    )  # without the calculator there is nothing to keep
    client.post(URL, grid)
    assert AppliedDistribution.objects.get().name == "A – gleich"
    assert "gleich</a>" in text(client.get(URL))
    assert client.get(f"{URL}?szenario=999999").status_code == client.get(f"{URL}?szenario=x").status_code == 404


def test_sums_alone_answer_what_is_typed(line: BudgetLine, districts: list[District]) -> None:
    """For htmx: no input is sent back, so the caret stays where it is."""
    client = ministry()
    data = typed(client, tun="summen") | {cell(line, districts[0]): "100.000,01", cell(line, districts[1]): "quatsch"}
    page = text(client.post(URL, data, headers={"HX-Request": "true"}))
    assert "<input" not in page
    assert "Regelbudget um 0,01 € überschritten, 1 Änderung noch nicht gespeichert" in page
    assert page.count("hx-swap-oob") > 8
    assert "+150,0 %" in page
    assert "nicht auf 100,00 € gerundet" in page
    plain = text(client.post(URL, data))  # without script the button gives the whole page
    assert 'value="quatsch"' in plain
    assert "überschritten" in plain


# ---- trials side by side ----


def test_trials_stand_beside_each_other_with_the_year_before(line: BudgetLine, districts: list[District]) -> None:
    make.scenario(line, name="A – gleich")
    make.scenario(line, name="B – ungleich", calculation=make.calculation(line, **{f"k{districts[0].ags}": 4}))
    page = text(ministry().get(SCENARIOS))
    for words in (
        "Vorjahr 2022",
        "+10.000",
        "+25,0 %",
        "+40.000",
        "+100,0 %",
        "kleinste Änderung",
        "−16,7 %",
        "−66,7 %",
    ):
        assert words in page, words
    assert page.count('<svg class="aqb-dots"') == 1
    assert "A – gleich: −16,7 % bis +25,0 %; B – ungleich: −66,7 % bis +100,0 %" in page


def test_page_of_trials_says_what_to_do_where_nothing_is() -> None:
    make.budget_year(year=2023)
    client = ministry()
    assert "Noch nichts zu verteilen" in text(client.get(SCENARIOS))
    assert client.get(f"{SCENARIOS}neu/").status_code == 409
    make.line(make.budget_year(year=2024))
    assert "Noch kein Szenario" in text(client.get("/jahrgaenge/2024/szenarien/"))


def test_trial_of_an_earlier_state_says_so(line: BudgetLine, districts: list[District]) -> None:
    trial = make.scenario(line)
    BudgetLine.objects.filter(pk=line.pk).update(amount=Decimal("120000.00"))
    client = ministry()
    assert "Seitdem hat sich geändert: der Betrag der Budgetlinie" in text(client.get(SCENARIOS))
    assert "rechnet mit einem früheren Stand" in text(client.get(f"{SCENARIOS}{trial.pk}/"))


def test_trial_is_made_with_own_amounts_to_compare_with(line: BudgetLine, districts: list[District]) -> None:
    one, two = districts
    client = ministry()
    data = {
        "name": "C", "base": "", "weight:Arbeitslose": "100", "floor": "90", "ceiling": "", "step": "100",
        f"comparison_{one.ags}": "50.000", f"comparison_{two.ags}": "",
    }  # fmt: skip
    page = text(client.post(f"{SCENARIOS}neu/", {**data, "tun": "rechnen"}))
    assert "Rechenweg" in page
    assert "am Mindestwert" in page
    assert "ohne Grenzen: Landkreis Musterland 2" in page
    assert not DistributionScenario.objects.exists()
    assert "Das Szenario „C“ ist gespeichert." in text(client.post(f"{SCENARIOS}neu/", data, follow=True))
    trial = DistributionScenario.objects.get()
    assert trial.amounts == {one.ags: "45000.00", two.ags: "55000.00"}
    page = text(client.get(f"{SCENARIOS}{trial.pk}/"))
    assert f'name="comparison_{one.ags}" value="50.000,00"' in page
    assert send(client, f"{SCENARIOS}{trial.pk}/", name="C neu").status_code == 302
    trial.refresh_from_db()
    assert (trial.name, trial.amounts[one.ags]) == ("C neu", "45000.00"), "what was not touched stays"


def test_trial_that_cannot_be_met_keeps_what_is_typed(line: BudgetLine, districts: list[District]) -> None:
    data = {"name": "C", "base": "90.000", "weight:Arbeitslose": "100", "step": "100"}
    page = text(ministry().post(f"{SCENARIOS}neu/", data))
    assert "Bitte senken Sie den Sockelbetrag." in page
    assert 'value="90.000"' in page
    assert not DistributionScenario.objects.exists()


def test_removing_a_trial_asks_first(line: BudgetLine, districts: list[District]) -> None:
    trial = make.scenario(line, name="A")
    client = ministry()
    assert "ihre Formel ist bei ihnen festgehalten" in text(client.get(f"{SCENARIOS}{trial.pk}/entfernen/"))
    assert "Das Szenario „A“ ist entfernt." in text(client.post(f"{SCENARIOS}{trial.pk}/entfernen/", follow=True))
    assert client.get(f"{SCENARIOS}{trial.pk}/").status_code == 404


# ---- formulas that were taken over ----


def test_auditors_read_how_each_amount_came_about(line: BudgetLine, districts: list[District]) -> None:
    kept = make.distribution(line, name="B – gleich")
    make.allocation(line, districts[0], "49000.00", distribution=kept, calculated=Decimal("50000.00"))
    auditor = client_of(make.user(Role.AUDITOR))
    assert "B – gleich" in text(auditor.get("/verteilungen/"))
    page = text(auditor.get(f"/verteilungen/{kept.pk}/"))
    for words in (
        "Nachgerechnet: jeder Betrag stimmt", "Zu verteilen sind 100.000 Euro auf 2 Gebietskörperschaften.",
        "1 Zuweisung ist seit der Berechnung von Hand geändert.", "49.000",
    ):  # fmt: skip
        assert words in page, words


def test_formula_whose_amounts_do_not_come_out_again_is_said(line: BudgetLine, districts: list[District]) -> None:
    kept = AppliedDistribution.objects.create(
        line=line, name="Falsch", formula="F", calculation=make.calculation(line), amounts={districts[0].ags: "1.00"},
        applied_at=make.START, applied_by=make.person(Role.MINISTRY),
    )  # fmt: skip
    page = text(ministry().get(f"/verteilungen/{kept.pk}/"))
    assert "Die Nachrechnung ergibt andere Beträge" in page
    assert "Inzwischen gilt eine spätere Verteilung" in page


def test_pages_keep_their_number_of_queries(line: BudgetLine, districts: list[District]) -> None:
    kept = make.distribution(line)
    make.scenario(line)
    addresses = [
        URL,
        SCENARIOS,
        f"{SCENARIOS}neu/",
        "/jahrgaenge/2023/indikatoren/",
        "/verteilungen/",
        f"/verteilungen/{kept.pk}/",
    ]
    client = ministry()
    few = [queries_of(client, address) for address in addresses]
    for _ in range(15):
        make.allocation(line, make.district(), "10.00")
        make.scenario(line)
        make.distribution(line)
    make.indicators(line.budget_year)
    assert [queries_of(client, address) for address in addresses] == few
    assert max(few) <= 15
