"""Figures of districts, trials of sharing money, and formulas that were taken over."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agreements.distribution import Formula, Party, Weighted, calculation_of, distribute, formula_in_words, thaw
from agreements.models import (
    AppliedDistribution,
    BudgetLine,
    BudgetYear,
    DistributionScenario,
    Indicator,
    IndicatorSet,
    IndicatorValue,
)
from agreements.proposals import previous_amounts
from aqb.access import Role
from aqb.models import District
from tests import factories as make
from tests.factories.plan import START


def indicators(budget_year: BudgetYear | None = None, **figures: Mapping[str, Any]) -> IndicatorSet:
    """A table for a vintage: title of an indicator -> official key -> figure; without keywords everybody has the same."""
    vintage = budget_year or make.budget_year()
    keys = {one.ags: one for one in District.objects.valid_in(vintage.year)}
    table = IndicatorSet.objects.create(
        budget_year=vintage, source="indikatoren.xlsx", created_at=START, created_by=make.person(Role.MINISTRY)
    )
    for position, (title, values) in enumerate((figures or {"Arbeitslose": dict.fromkeys(keys, 100)}).items(), start=1):
        row = Indicator.objects.create(
            indicator_set=table, position=position, title=title, as_of="Jahresmittel 2022", unit="Personen"
        )
        for ags, value in values.items():
            IndicatorValue.objects.create(indicator=row, district=keys[ags], value=Decimal(value))
    return table


def calculation(line: BudgetLine, **weights: int) -> dict[str, Any]:
    """The frozen calculation that shares a line evenly, beside the year before.

    `weights` are the parts of districts by official key (`k06411`).
    """
    formula = Formula(line.amount, Decimal(0), Decimal(100), None, None, (Weighted("Personen", "", "", Decimal(100)),))
    previous = previous_amounts(line.budget_year.year).get(line.key, {})
    parties = [
        Party(one.ags, one.name, previous.get(one.ags), (Decimal(weights.get(f"k{one.ags}", 1)),))
        for one in District.objects.valid_in(line.budget_year.year)
    ]
    return calculation_of(formula, parties)


def scenario(line: BudgetLine | None = None, **fields: Any) -> DistributionScenario:
    """A trial that shares a line evenly among the districts that are there."""
    pot = line or make.line()
    by = make.person(Role.MINISTRY)
    defaults = {"name": f"Szenario {pot.scenarios.count() + 1}", "calculation": calculation(pot)}
    values = {**defaults, **fields}
    return DistributionScenario.objects.create(
        line=pot, amounts=_amounts(values["calculation"]), created_at=START, created_by=by, changed_at=START,
        changed_by=by, **values,
    )  # fmt: skip


def distribution(line: BudgetLine | None = None, **fields: Any) -> AppliedDistribution:
    """A formula that was taken over for a line; the allocations know nothing of it yet."""
    pot = line or make.line()
    values = {"name": "Gleich verteilt", "calculation": calculation(pot), **fields}
    return AppliedDistribution.objects.create(
        line=pot, formula="\n".join(formula_in_words(*thaw(values["calculation"]))),
        amounts=_amounts(values["calculation"]), applied_at=START, applied_by=make.person(Role.MINISTRY), **values,
    )  # fmt: skip


def _amounts(calculation: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(amount) for key, amount in distribute(*thaw(calculation)).amounts.items()}
