"""What a distribution is calculated from, and which formulas make no sense."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aqb.money import CENT, euro_words

HUNDRED = Decimal(100)


class Impossible(ValueError):
    """A formula that cannot be met; `reasons` are German sentences that say why and what to change."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Weighted:
    """An indicator with its weight in percent; `as_of` says what its figures stand for ("Jahresmittel 2026")."""

    title: str
    as_of: str
    unit: str
    weight: Decimal


@dataclass(frozen=True)
class Formula:
    """The rules of one distribution. Amounts in euro, `floor` and `ceiling` in percent of the amount to compare with.

    `step` is what the amounts are rounded to, 0 where cents are kept. Without `floor` or `ceiling` there is none.
    """

    total: Decimal
    base: Decimal
    step: Decimal
    floor: Decimal | None
    ceiling: Decimal | None
    indicators: tuple[Weighted, ...]

    @property
    def unit(self) -> Decimal:
        """The smallest amount that is dealt out."""
        return self.step or CENT


@dataclass(frozen=True)
class Party:
    """Who shares. `key` is the official key, which breaks ties; `previous` the amount to compare with, in euro.

    Without `previous` no limits hold: a new district, or one whose territory has changed. `values` are the figures of
    the formula's indicators, in their order.
    """

    key: str
    name: str
    previous: Decimal | None
    values: tuple[Decimal, ...]


def check(formula: Formula, parties: Sequence[Party]) -> None:
    """Raise Impossible with everything that is wrong before anything is calculated."""
    if reasons := [*_slips_of(formula), *_slips_in_figures(formula, parties)]:
        raise Impossible(*reasons)
    bases = formula.base * len(parties)
    if bases > formula.total:
        raise Impossible(
            f"Die Sockelbeträge ergeben zusammen {euro_words(bases)}, die Budgetlinie umfasst {euro_words(formula.total)}. "
            "Bitte senken Sie den Sockelbetrag."
        )


def _slips_of(formula: Formula) -> Iterator[str]:
    if formula.total <= 0:
        yield "Die Budgetlinie umfasst keinen Betrag, der verteilt werden kann."
    if formula.base < 0 or formula.step < 0:
        yield "Sockelbetrag und Rundung dürfen nicht negativ sein."
    floor, ceiling = formula.floor, formula.ceiling
    if (floor is not None and floor < 0) or (ceiling is not None and ceiling < 0):
        yield "Untergrenze und Obergrenze dürfen nicht negativ sein."
    if floor is not None and ceiling is not None and floor > ceiling:
        yield f"Die Untergrenze ({in_percent(floor)}) liegt über der Obergrenze ({in_percent(ceiling)})."
    weights = [indicator.weight for indicator in formula.indicators]
    if any(weight < 0 for weight in weights):
        yield "Ein Gewicht darf nicht negativ sein."
    elif sum(weights, Decimal(0)) != HUNDRED:
        yield f"Die Gewichte ergeben zusammen {in_percent(sum(weights, Decimal(0)))}. Sie müssen genau 100\u00a0% ergeben."


def _slips_in_figures(formula: Formula, parties: Sequence[Party]) -> Iterator[str]:
    if not parties:
        yield "Es gibt keine Gebietskörperschaft, an die verteilt werden kann."
        return
    if len({party.key for party in parties}) < len(parties):
        raise ValueError("a district stands twice among those who share")
    for position, indicator in enumerate(formula.indicators):
        values = [party.values[position] for party in parties]
        if min(values) < 0:
            yield f"Der Indikator „{indicator.title}“ enthält einen negativen Wert."
        elif indicator.weight and not sum(values):
            yield f"Der Indikator „{indicator.title}“ ist überall 0; nach ihm lässt sich nichts verteilen."


def quotas(formula: Formula, parties: Sequence[Party]) -> list[tuple[Fraction, ...]]:
    """Each party's part of every indicator, already weighted: all of them together are exactly 1."""
    sums = [sum(Fraction(party.values[at]) for party in parties) for at in range(len(formula.indicators))]
    weights = [Fraction(indicator.weight) / 100 for indicator in formula.indicators]
    return [
        tuple(
            weight * Fraction(value) / whole if weight else Fraction(0)
            for weight, value, whole in zip(weights, party.values, sums, strict=True)
        )
        for party in parties
    ]


def in_percent(value: Decimal) -> str:
    """`90 %`, `97,5 %`: as many places as were written."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text.replace('.', ',')}\u00a0%"
