"""Floor and ceiling: what each party gets at least and at most, and how much is shared by indicators so that all fits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from agreements.distribution.formula import HUNDRED, Formula, Impossible, Party
from aqb.money import euro_words, round_half_up

ENOUGH = "Bitte heben Sie die Obergrenze an oder lassen Sie sie weg."


@dataclass(frozen=True)
class Claim:
    """What a party can get: `base` and its `quota` of what is shared, kept between `lower` and `upper` (None: no end)."""

    base: Fraction
    quota: Fraction
    lower: Fraction
    upper: Fraction | None

    def at(self, pot: Fraction) -> Fraction:
        """The amount when `pot` euro are shared by indicators."""
        amount = max(self.base + pot * self.quota, self.lower)
        return amount if self.upper is None else min(amount, self.upper)

    def kinks(self) -> Iterator[Fraction]:
        """The pots at which the amount leaves its floor and reaches its ceiling."""
        if self.quota:
            for limit in (self.lower, self.upper):
                if limit is not None and limit > self.base:
                    yield (limit - self.base) / self.quota

    @property
    def most(self) -> Fraction | None:
        """The most that any pot gives; None without end."""
        return self.upper if self.quota else self.at(Fraction(0))


def bounds(formula: Formula, party: Party) -> tuple[Decimal, Decimal | None]:
    """The least and the most for a party, rounded inwards to the formula's step, so that rounding never passes them.

    Where no multiple of the step lies between them, both are the nearest one to their middle.
    """
    if party.previous is None:
        return Decimal(0), None
    unit = formula.unit
    low = party.previous * (formula.floor or Decimal(0)) / HUNDRED
    lower = ceil(Fraction(low) / Fraction(unit)) * unit
    if formula.ceiling is None:
        return lower, None
    high = party.previous * formula.ceiling / HUNDRED
    upper = floor(Fraction(high) / Fraction(unit)) * unit
    if lower > upper:
        lower = upper = round_half_up((low + high) / 2, unit)
    return lower, upper


def pot_for(total: Fraction, claims: Sequence[Claim]) -> Fraction:
    """How many euro are shared by indicators so that all claims add up to `total`.

    Whoever is at a limit is fixed there and the others share the rest anew: done over and over, that ends at this one
    figure, which is found directly because the sum never falls as the pot grows. Raises Impossible when no pot does it.
    """
    _check_fits(total, claims)
    added = [
        (kink, _added(claims, kink)) for kink in sorted({Fraction(0), *(k for one in claims for k in one.kinks())})
    ]
    low, below = added[0]
    if below == total:
        return low
    for kink, reached in added[1:]:
        if reached >= total:
            return low + (total - below) * (kink - low) / (reached - below)
        low, below = kink, reached
    return low + (total - below) / sum(claim.quota for claim in claims if claim.upper is None)


def _added(claims: Sequence[Claim], pot: Fraction) -> Fraction:
    return sum((claim.at(pot) for claim in claims), Fraction(0))


def _check_fits(total: Fraction, claims: Sequence[Claim]) -> None:
    floors = sum((claim.lower for claim in claims), Fraction(0))
    if floors > total:
        raise Impossible(
            f"Die Untergrenzen ergeben zusammen {_euro(floors)}, die Budgetlinie umfasst {_euro(total)}. "
            "Bitte senken Sie die Untergrenze."
        )
    least = _added(claims, Fraction(0))
    if least > total:
        raise Impossible(
            f"Sockelbeträge und Untergrenzen brauchen zusammen {_euro(least)}, die Budgetlinie umfasst {_euro(total)}. "
            "Bitte senken Sie den Sockelbetrag oder die Untergrenze."
        )
    ends = [claim.most for claim in claims]
    most = sum((end for end in ends if end is not None), Fraction(0))
    if None not in ends and most < total:
        raise Impossible(
            f"Die Obergrenzen lassen höchstens {_euro(most)} zu, zu verteilen sind {_euro(total)}. {ENOUGH}"
        )


def _euro(amount: Fraction) -> str:
    """Limits and totals are whole cents; only sums of them are written."""
    return euro_words(Decimal(amount.numerator) / Decimal(amount.denominator))
