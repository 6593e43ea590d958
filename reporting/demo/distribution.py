"""How the demo's current budget was shared: invented figures, three trials, one of them taken over with two corrections."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from agreements.actions import distribution, plan
from agreements.actions.distribution import Origin
from agreements.models import BudgetLine, BudgetYear, DistributionScenario
from agreements.proposals import LAST_YEAR, Choice, Figures, Ground, ground_of
from aqb.models import District
from reporting.demo import money
from reporting.demo.cast import Cast

FIGURES = Path(__file__).with_name("indicators.csv")
UNEMPLOYED, SGB_II, SCHOOL = (
    "Arbeitslose unter 25 Jahren", "Leistungsberechtigte SGB II", "Schulabgänge ohne Abschluss",
)  # fmt: skip
ABOUT = {
    "unemployed": (UNEMPLOYED, "Jahresmittel {year}, erfunden", "Personen"),
    "sgb_ii": (SGB_II, "erwerbsfähig, Juni {year}, erfunden", "Personen"),
    "school": (SCHOOL, "Schuljahr {before}/{year}, erfunden", "Personen"),
}
TAKEN = "B – Sockel und drei Indikatoren"
BALANCES = "06412"  # Frankfurt makes up for what was set by hand


def share(vintage: BudgetYear, cast: Cast) -> None:
    """Read figures, calculate three trials for the main line, and allocate by the second one."""
    distribution.store_indicators(
        budget_year=vintage, indicators=_figures(vintage.year - 1), source="indikatoren-erfunden.xlsx", by=cast.ministry
    )
    main = vintage.lines.get(key="regel")
    ground = ground_of(main)
    trials = {
        name: distribution.save_scenario(line=main, name=name, calculation=ground.calculation(choice), by=cast.ministry)
        for name, choice in _choices(ground, vintage).items()
    }
    plan.save_allocations(
        budget_year=vintage, amounts=_amounts(vintage, main, trials[TAKEN]), by=cast.ministry,
        origins={main.pk: Origin(TAKEN, trials[TAKEN].calculation)},
    )  # fmt: skip


def _figures(year: int) -> list[Figures]:
    with FIGURES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Figures(title, as_of.format(year=year, before=year - 1), unit, {row["ags"]: Decimal(row[key]) for row in rows})
        for key, (title, as_of, unit) in ABOUT.items()
    ]


def _choices(ground: Ground, vintage: BudgetYear) -> dict[str, Choice]:
    """Hanau has no year before, and the Main-Kinzig-Kreis had it together with Hanau: both are compared with a part."""
    together = ground.previous[money.MAIN_KINZIG]
    weight = money.weights(vintage.year)
    part = weight[money.HANAU] / (weight[money.HANAU] + weight[money.MAIN_KINZIG])
    hanau = (together * part / money.STEP).to_integral_value() * money.STEP
    parts = {money.HANAU: hanau, money.MAIN_KINZIG: together - hanau}

    def choice(base: int, floor: int | None, ceiling: int | None, **weights: int) -> Choice:
        titles = {"last": LAST_YEAR, "unemployed": UNEMPLOYED, "sgb_ii": SGB_II, "school": SCHOOL}
        return Choice(
            base=Decimal(base), step=money.STEP, floor=_percent(floor), ceiling=_percent(ceiling),
            weights={titles[name]: Decimal(value) for name, value in weights.items()}, comparisons=parts,
        )  # fmt: skip

    return {
        f"A – wie {vintage.year - 1}": choice(0, None, None, last=100),
        TAKEN: choice(150_000, 90, 110, unemployed=40, sgb_ii=40, school=20),
        "C – nur SGB II": choice(0, 85, 115, sgb_ii=100),
    }


def _percent(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _amounts(
    vintage: BudgetYear, main: BudgetLine, trial: DistributionScenario
) -> Mapping[tuple[int, int], Decimal]:  # fmt: skip
    """The other lines as ever; the main one as calculated, but for what is known and what makes up for it."""
    districts = dict(District.objects.values_list("ags", "pk"))
    found: dict[tuple[int, int], Decimal] = {}
    for line in vintage.lines.all():
        shares = dict(money.shares(vintage.year, line.key))
        if line == main:
            shares = {ags: Decimal(amount) for ags, amount in trial.amounts.items()}
            known = Decimal(money.FIXED[vintage.year, money.OFFENBACH][line.key])
            shares[BALANCES] += shares[money.OFFENBACH] - known
            shares[money.OFFENBACH] = known
        found |= {(line.pk, districts[ags]): amount for ags, amount in shares.items()}
    return found
