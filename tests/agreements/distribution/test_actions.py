"""Figures, trials, and allocations that know which formula they came from."""

from decimal import Decimal
from typing import Any

import pytest

from agreements.actions import distribution, plan
from agreements.actions.distribution import Origin
from agreements.models import Allocation, AppliedDistribution, BudgetLine, IndicatorSet
from agreements.proposals import LAST_YEAR, Choice, Figures, ground_of
from aqb.access import Refused, Role
from aqb.models import District, User
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> BudgetLine:
    return make.line(make.budget_year(year=2023), amount=Decimal("100000.00"))


@pytest.fixture
def districts(line: BudgetLine) -> list[District]:
    return [make.district(), make.district()]


@pytest.fixture
def clerk() -> User:
    return make.person(Role.MINISTRY)


def figures(districts: list[District], *values: Any, title: str = "Arbeitslose") -> Figures:
    keys = [district.ags for district in districts]
    return Figures(title, "2022", "Personen", dict(zip(keys, map(Decimal, values), strict=True)))


def choice(**changes: Any) -> Choice:
    plain = {
        "base": Decimal(0),
        "step": Decimal(100),
        "floor": None,
        "ceiling": None,
        "weights": {"Arbeitslose": Decimal(100)},
    }
    return Choice(**{**plain, **changes})


def amount(line: BudgetLine, district: District) -> Allocation:
    return Allocation.objects.get(line=line, district=district)


# ---- figures ----


def test_newest_table_counts_and_the_one_before_stays(line: BudgetLine, districts: list[District], clerk: User) -> None:
    for value in (1, 2):
        distribution.store_indicators(
            budget_year=line.budget_year, indicators=[figures(districts, value, 5)], source=f"{value}.xlsx", by=clerk
        )
    (found,) = ground_of(line).indicators
    assert found.values == {districts[0].ags: 2, districts[1].ags: 5}
    assert [one.source for one in IndicatorSet.objects.order_by("pk")] == ["1.xlsx", "2.xlsx"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Für Landkreis Musterland 1 fehlt der Wert von „Arbeitslose“."),
        ({"06901": 1, "06902": 1, "06999": 1}, "06999 gehört zu keiner Gebietskörperschaft"),
        ({"06901": 0, "06902": 0}, "ist überall 0"),
        ({"06901": -1, "06902": 2}, "Der Wert darf nicht negativ sein."),
    ],
)
def test_figures_that_cannot_be_used_are_refused_as_a_whole(
    values: dict[str, int], words: str, line: BudgetLine, districts: list[District], clerk: User
) -> None:
    bad = Figures("Arbeitslose", "", "", {ags: Decimal(value) for ags, value in values.items()})
    with pytest.raises(Refused) as refused:
        distribution.store_indicators(
            budget_year=line.budget_year, indicators=[figures(districts, 1, 2, title="Gut"), bad], source="a", by=clerk
        )
    assert words in str(refused.value)
    assert not IndicatorSet.objects.exists()


# ---- trials ----


def test_trial_is_kept_calculated_anew_and_removed(line: BudgetLine, districts: list[District], clerk: User) -> None:
    make.indicators(line.budget_year, Arbeitslose={districts[0].ags: 1, districts[1].ags: 3})
    ground = ground_of(line)
    row = distribution.save_scenario(line=line, name="A", calculation=ground.calculation(choice()), by=clerk)
    assert row.amounts == {districts[0].ags: "25000.00", districts[1].ags: "75000.00"}
    again = ground.calculation(choice(base=Decimal(40000)))
    distribution.save_scenario(line=line, name="A", calculation=again, scenario=row, by=clerk)
    assert row.amounts[districts[0].ags] == "45000.00"
    with pytest.raises(Refused, match="gibt es für diese Budgetlinie schon"):
        distribution.save_scenario(line=line, name="A", calculation=again, by=clerk)
    distribution.remove_scenario(scenario=row, by=clerk)
    assert not line.scenarios.exists()


def test_formula_that_cannot_be_met_is_not_kept(line: BudgetLine, districts: list[District], clerk: User) -> None:
    make.indicators(line.budget_year)
    calculation = ground_of(line).calculation(choice(base=Decimal(60000)))
    with pytest.raises(Refused, match="Bitte senken Sie den Sockelbetrag"):
        distribution.save_scenario(line=line, name="A", calculation=calculation, by=clerk)


def test_year_before_counts_by_line_and_can_be_replaced(line: BudgetLine, districts: list[District]) -> None:
    """Hanau is new and the Main-Kinzig-Kreis has become smaller: what they are compared with is decided, not guessed."""
    before = make.line(make.budget_year(year=2022), key=line.key)
    other = make.line(before.budget_year, key="anders")
    make.allocation(before, districts[0], "30000.00")
    make.allocation(other, districts[1], "99.00")
    ground = ground_of(line)
    (own,) = ground.indicators
    assert own.title == LAST_YEAR
    weights = {LAST_YEAR: Decimal(100)}
    plain = ground.calculation(choice(weights=weights))
    assert [one["previous"] for one in plain["districts"]] == ["30000.00", None]
    parts = {districts[0].ags: Decimal("20000.00"), districts[1].ags: Decimal("10000.00")}
    split = ground.calculation(choice(weights=weights, comparisons=parts))
    assert [one["previous"] for one in split["districts"]] == ["20000.00", "10000.00"]
    assert [one["values"] for one in split["districts"]] == [["20000.00"], ["10000.00"]]
    assert ground.choice_of(split).comparisons == parts


def test_what_has_changed_since_a_trial_is_named(line: BudgetLine, districts: list[District]) -> None:
    make.indicators(line.budget_year)
    calculation = ground_of(line).calculation(choice())
    assert ground_of(line).changes_since(calculation) == []
    BudgetLine.objects.filter(pk=line.pk).update(amount=Decimal("200000.00"))
    line.refresh_from_db()
    make.indicators(line.budget_year, Arbeitslose={one.ags: 7 for one in districts})
    assert ground_of(line).changes_since(calculation) == [
        "der Betrag der Budgetlinie", "die Werte der Gebietskörperschaften",
    ]  # fmt: skip


# ---- taking over ----


def test_allocations_keep_the_formula_they_came_from(line: BudgetLine, districts: list[District], clerk: User) -> None:
    frozen = make.calculation(line, **{f"k{districts[0].ags}": 3})
    amounts = {(line.pk, districts[0].pk): Decimal("75000.00"), (line.pk, districts[1].pk): Decimal("24000.00")}
    plan.save_allocations(
        budget_year=line.budget_year, amounts=amounts, origins={line.pk: Origin("B", frozen)}, by=clerk
    )
    kept = AppliedDistribution.objects.get()
    assert (kept.name, kept.amounts[districts[0].ags], kept.applied_by) == ("B", "75000.00", clerk)
    assert "Zu verteilen sind 100.000 Euro auf 2 Gebietskörperschaften." in kept.formula
    one, two = (amount(line, district) for district in districts)
    assert (one.distribution, one.calculated, one.is_by_hand) == (kept, Decimal("75000.00"), False)
    assert (two.calculated, two.amount, two.is_by_hand) == (Decimal("25000.00"), Decimal("24000.00"), True)


def test_later_change_by_hand_still_knows_the_calculated_amount(
    line: BudgetLine, districts: list[District], clerk: User
) -> None:
    origins = {line.pk: Origin("B", make.calculation(line))}
    plan.save_allocations(budget_year=line.budget_year, amounts={}, origins=origins, by=clerk)
    assert [share.amount for share in line.allocations.all()] == [0, 0]  # given nothing, and that is said
    plan.save_allocations(
        budget_year=line.budget_year, amounts={(line.pk, districts[0].pk): Decimal("50000.00")}, by=clerk
    )
    assert [share.is_by_hand for share in line.allocations.order_by("pk")] == [False, True]


def test_next_formula_takes_the_place_of_the_last_one(line: BudgetLine, districts: list[District], clerk: User) -> None:
    for name in ("A", "B"):
        origins = {line.pk: Origin(name, make.calculation(line))}
        plan.save_allocations(budget_year=line.budget_year, amounts={}, origins=origins, by=clerk)
    assert AppliedDistribution.objects.count() == 2
    assert {share.distribution.name for share in line.allocations.all()} == {"B"}


def test_formula_for_a_line_of_another_vintage_is_refused(
    line: BudgetLine, districts: list[District], clerk: User
) -> None:
    other = make.line()
    with pytest.raises(Refused, match="gehört nicht zu diesem Jahrgang"):
        plan.save_allocations(
            budget_year=line.budget_year, amounts={}, origins={other.pk: Origin("B", make.calculation(line))}, by=clerk
        )
