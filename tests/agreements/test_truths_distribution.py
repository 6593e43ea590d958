"""What PostgreSQL refuses about figures, trials and formulas, whatever code path tries."""

from decimal import Decimal

import pytest

from agreements.models import DistributionScenario, Indicator, IndicatorValue
from tests import factories as make
from tests.truths import erase, refused, write

pytestmark = pytest.mark.django_db


def test_figures_stay_as_they_were_uploaded() -> None:
    make.district()
    table = make.indicators()
    indicator = table.indicators.get()
    value = indicator.values.get()
    with refused("indicatorset_append_only", "neueste gilt"):
        write(table, source="anders.xlsx")
    with refused("indicator_append_only"):
        write(indicator, title="Anders")
    with refused("indicatorvalue_append_only"):
        write(value, value=Decimal(7))
    for row in (value, indicator, table):
        with refused(f"{row._meta.model_name}_append_only"):
            erase(row)


def test_figure_is_never_negative_and_there_once() -> None:
    district, table = make.district(), make.indicators()
    other = make.district()
    indicator = table.indicators.get()
    with refused("indicatorvalue_unique"):
        IndicatorValue.objects.create(indicator=indicator, district=district, value=1)
    with refused("indicatorvalue_not_negative"):
        IndicatorValue.objects.create(indicator=indicator, district=other, value=-1)
    with refused("indicator_title_unique"):
        Indicator.objects.create(indicator_set=table, position=2, title=indicator.title)
    with refused("indicator_position_unique"):
        Indicator.objects.create(indicator_set=table, position=1, title="Anders")


def test_trial_has_a_name_of_its_own_and_keeps_its_line() -> None:
    make.district()
    trial = make.scenario(name="A")
    line = trial.line
    with refused("distributionscenario_name_unique", "für diese Budgetlinie schon"):
        make.scenario(line, name="A")
    with refused("distributionscenario_keeps_identity"):
        DistributionScenario.objects.filter(pk=trial.pk).update(line=make.line())


def test_formula_that_was_taken_over_stays() -> None:
    make.district()
    kept = make.distribution()
    with refused("applieddistribution_append_only", "bleibt, wie sie war"):
        write(kept, formula="Anders.")
    with refused("applieddistribution_append_only"):
        erase(kept)


def test_allocation_is_calculated_by_a_formula_of_its_line() -> None:
    share = make.allocation()
    foreign, own = make.distribution(), make.distribution(share.line)
    with refused("allocation_calculated_by_formula"):
        write(share, calculated=Decimal(1))
    with refused("allocation_calculated_by_formula"):
        write(share, distribution=own.pk)
    with refused("allocation_formula_of_its_line", "anderen Budgetlinie"):
        write(share, distribution=foreign.pk, calculated=Decimal(1))
    with refused("allocation_calculated_not_negative"):
        write(share, distribution=own.pk, calculated=Decimal(-1))
    write(share, distribution=own.pk, calculated=Decimal(1))
