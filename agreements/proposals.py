"""What a budget line can be shared by: its districts, figures and the year before, as the calculator takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agreements.distribution import Formula, Party, Weighted, calculation_of, thaw
from agreements.models import Allocation, BudgetLine, BudgetYear, IndicatorSet, IndicatorValue
from aqb.models import District

LAST_YEAR = "Vergleichsbetrag"  # shares as the year before did, without any table

Amounts = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Choice:
    """What a person decides: euro, percent, and the weight of each indicator by its title.

    `comparisons` are the districts (official key) whose amount to compare with is not the year before's; None: no limits.
    """

    base: Decimal
    step: Decimal
    floor: Decimal | None
    ceiling: Decimal | None
    weights: Mapping[str, Decimal]
    comparisons: Amounts = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """An indicator with the figure of each district by its official key."""

    title: str
    as_of: str
    unit: str
    values: dict[str, Decimal]


@dataclass(frozen=True)
class Ground:
    """All that is known about a line before anybody decides; `previous` is the same line a year earlier, by official key."""

    line: BudgetLine
    districts: list[District]
    indicators: list[Figures]
    previous: Mapping[str, Decimal]

    def calculation(self, choice: Choice) -> dict[str, Any]:
        """The frozen calculation of a choice; whether it can be met shows when it is done."""
        indicators = [one for one in self.indicators if choice.weights.get(one.title)]
        formula = Formula(
            total=self.line.amount, base=choice.base, step=choice.step, floor=choice.floor, ceiling=choice.ceiling,
            indicators=tuple(Weighted(one.title, one.as_of, one.unit, choice.weights[one.title]) for one in indicators),
        )  # fmt: skip
        parties = [
            Party(
                key=district.ags,
                name=district.name,
                previous=self.comparison(district, choice),
                values=tuple(self._value(one, district, choice) for one in indicators),
            )
            for district in self.districts
        ]
        return calculation_of(formula, parties)

    def _value(self, indicator: Figures, district: District, choice: Choice) -> Decimal:
        if indicator.title == LAST_YEAR:
            return self.comparison(district, choice) or Decimal(0)
        return indicator.values.get(district.ags, Decimal(0))

    def comparison(self, district: District, choice: Choice) -> Decimal | None:
        """The amount that floor and ceiling are measured by; None (and never 0) where there is none."""
        if district.ags in choice.comparisons:
            return choice.comparisons[district.ags] or None
        return self.previous.get(district.ags) or None

    def choice_of(self, calculation: Mapping[str, Any]) -> Choice:
        """The decisions that a frozen calculation stands for, as far as they are still possible."""
        formula, parties = thaw(calculation)
        return Choice(
            base=formula.base, step=formula.step, floor=formula.floor, ceiling=formula.ceiling,
            weights={one.title: one.weight for one in formula.indicators},
            comparisons={
                party.key: party.previous for party in parties if party.previous != (self.previous.get(party.key) or None)
            },
        )  # fmt: skip

    def changes_since(self, calculation: Mapping[str, Any]) -> list[str]:
        """What is different now from what a calculation was made of, in German sentences."""
        now, then = self.calculation(self.choice_of(calculation)), calculation_of(*thaw(calculation))
        said = {
            "total": "der Betrag der Budgetlinie",
            "indicators": "die Auswahl der Indikatoren",
            "districts": "die Werte der Gebietskörperschaften",
        }
        return [words for part, words in said.items() if now[part] != then[part]]


def ground_of(line: BudgetLine) -> Ground:
    """The ground of one line, read from the database."""
    year = line.budget_year.year
    return ground_from(line, list(District.objects.valid_in(year)), previous_amounts(year))


def ground_from(
    line: BudgetLine, districts: list[District], previous: Mapping[str, Mapping[str, Decimal]]
) -> Ground:  # fmt: skip
    """The same where districts and the year before (`previous_amounts`) are known already."""
    before = previous.get(line.key, {})
    as_of = f"in der Regel der Betrag {line.budget_year.year - 1}"
    own = [Figures(LAST_YEAR, as_of, "Euro", dict(before))] if any(before.values()) else []
    return Ground(line, districts, [*indicators_of(line.budget_year), *own], before)


def indicators_of(budget_year: BudgetYear) -> list[Figures]:
    """The indicators of the table that counts, in its order; none where no table was uploaded."""
    newest = IndicatorSet.objects.newest(budget_year.year)
    rows = IndicatorValue.objects.filter(indicator__indicator_set=newest).order_by("indicator__position", "pk")
    found: dict[int, Figures] = {}
    for one in rows.select_related("indicator", "district"):
        about = one.indicator
        known = found.setdefault(about.pk, Figures(about.title, about.as_of, about.unit, {}))
        known.values[one.district.ags] = one.value.normalize()
    return list(found.values())


def previous_amounts(year: int) -> dict[str, dict[str, Decimal]]:
    """Key of a budget line -> official key -> what the district got out of it a year before."""
    rows = Allocation.objects.filter(line__budget_year__year=year - 1).order_by("pk")
    found: dict[str, dict[str, Decimal]] = {}
    for key, ags, amount in rows.values_list("line__key", "district__ags", "amount"):
        found.setdefault(key, {})[ags] = amount
    return found
