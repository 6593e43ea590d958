"""Sharing money by a formula: the figures it takes, trials that are kept, and what a calculation leaves behind for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from agreements.distribution import Impossible, distribute, formula_in_words, thaw
from agreements.models import (
    AppliedDistribution,
    BudgetLine,
    BudgetYear,
    DistributionScenario,
    Indicator,
    IndicatorSet,
    IndicatorValue,
)
from agreements.proposals import Figures
from aqb import clock
from aqb.access import Refused, require
from aqb.models import District, User
from aqb.refusals import validation_refusals


@dataclass(frozen=True)
class Origin:
    """Where allocations come from: the name of the trial and its frozen calculation."""

    name: str
    calculation: Mapping[str, Any]


@transaction.atomic
def store_indicators(
    *, budget_year: BudgetYear, indicators: Sequence[Figures], source: str, by: User
) -> IndicatorSet:  # fmt: skip
    """Keep an uploaded table; from now on it is the one that counts.

    Refuses: no indicator, a district of the year without a figure or one that does not belong to it, a negative figure,
    an indicator that is 0 everywhere; then nothing is kept.
    """
    require(by, "vintage.keep")
    BudgetYear.objects.select_for_update(no_key=True).get(pk=budget_year.pk)
    districts = {district.ags: district for district in District.objects.valid_in(budget_year.year)}
    if slips := [*_slips(indicators, districts)]:
        raise Refused(*slips)
    row = IndicatorSet(budget_year=budget_year, source=source, created_at=clock.now(), created_by=by)
    _save(row)
    for position, one in enumerate(indicators, start=1):
        indicator = Indicator(indicator_set=row, position=position, title=one.title, as_of=one.as_of, unit=one.unit)
        _save(indicator)
        for ags, value in one.values.items():
            _save(IndicatorValue(indicator=indicator, district=districts[ags], value=value))
    return row


def _slips(indicators: Sequence[Figures], districts: Mapping[str, District]) -> list[str]:
    if not indicators:
        return ["Die Tabelle enthält keinen Indikator. Bitte geben Sie mindestens eine Spalte mit Werten an."]
    slips = []
    for one in indicators:
        slips += [
            f"Für {district.name} fehlt der Wert von „{one.title}“."
            for ags, district in districts.items()
            if ags not in one.values
        ]
        slips += [
            f"Der Gemeindeschlüssel {ags} gehört zu keiner Gebietskörperschaft dieses Jahrgangs."
            for ags in one.values
            if ags not in districts
        ]
        if not any(one.values.values()):
            slips.append(f"Der Indikator „{one.title}“ ist überall 0; nach ihm lässt sich nichts verteilen.")
    return list(dict.fromkeys(slips))


@transaction.atomic
def save_scenario(
    *, line: BudgetLine, name: str, calculation: Mapping[str, Any], by: User,
    scenario: DistributionScenario | None = None,
) -> DistributionScenario:  # fmt: skip
    """Keep a trial, or change one that is kept. Refuses: a formula that cannot be met, a name that is taken."""
    require(by, "vintage.keep")
    BudgetLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    now = clock.now()
    row = scenario or DistributionScenario(line=line, created_at=now, created_by=by)
    row.name, row.calculation = name, dict(calculation)
    row.amounts = _in_text(_calculated(calculation))
    row.changed_at, row.changed_by = now, by
    _save(row)
    return row


@transaction.atomic
def remove_scenario(*, scenario: DistributionScenario, by: User) -> None:
    """Remove a trial; what was taken over from it stays, with its formula."""
    require(by, "vintage.keep")
    DistributionScenario.objects.filter(pk=scenario.pk).delete()


def record_origin(line: BudgetLine, origin: Origin, user: User) -> tuple[AppliedDistribution, dict[str, Decimal]]:
    """What `save_allocations` leaves behind: the formula in words and as data, and the amount of each district by its key.

    Calculated here once more, so that what is kept is proven. Refuses a formula that cannot be met.
    """
    amounts = _calculated(origin.calculation)
    row = AppliedDistribution(
        line=line, name=origin.name, formula="\n".join(formula_in_words(*thaw(origin.calculation))),
        calculation=dict(origin.calculation), amounts=_in_text(amounts), applied_at=clock.now(), applied_by=user,
    )  # fmt: skip
    _save(row)
    return row, amounts


def _calculated(calculation: Mapping[str, Any]) -> dict[str, Decimal]:
    try:
        return distribute(*thaw(calculation)).amounts
    except Impossible as error:
        raise Refused(*error.reasons) from error


def _in_text(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: str(amount) for key, amount in amounts.items()}


def _save(row: Any) -> None:
    with validation_refusals(row):
        row.full_clean()
        row.save()
