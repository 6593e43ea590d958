"""The calculation itself: base, indicators, limits, rounding, and why each party gets its amount."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from agreements.distribution.formula import HUNDRED, Formula, Party, check, quotas
from agreements.distribution.limits import Claim, bounds, pot_for
from aqb.money import CENT

FLOOR, CEILING = "floor", "ceiling"


@dataclass(frozen=True)
class Share:
    """What one party gets and how it came about. Fractions are exact euro; `amount` is what is paid.

    `parts` is what each indicator would give without limits, `before` that with the base. `exact` is the amount within
    the limits before it is rounded; `limit` says which of them holds (FLOOR, CEILING or nothing).
    """

    party: Party
    base: Decimal
    parts: tuple[Fraction, ...]
    before: Fraction
    lower: Decimal
    upper: Decimal | None
    exact: Fraction
    limit: str
    amount: Decimal

    @property
    def change(self) -> Decimal | None:
        """More or less than the amount to compare with."""
        return None if self.party.previous is None else self.amount - self.party.previous

    @property
    def percent(self) -> Decimal | None:
        """The change in percent; None where there is nothing to compare with."""
        return self.change * HUNDRED / self.party.previous if self.change is not None and self.party.previous else None


@dataclass(frozen=True)
class Distribution:
    """The shares of all parties, in the order of their keys; they add up to the formula's total exactly.

    `pot_before` is what the indicators share without limits, `pot` what they share so that all fits within them.
    """

    formula: Formula
    shares: tuple[Share, ...]
    pot_before: Fraction
    pot: Fraction

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Official key -> amount in euro."""
        return {share.party.key: share.amount for share in self.shares}

    @property
    def at_floor(self) -> int:
        return sum(share.limit == FLOOR for share in self.shares)

    @property
    def at_ceiling(self) -> int:
        return sum(share.limit == CEILING for share in self.shares)

    @property
    def span(self) -> tuple[Decimal, Decimal] | None:
        """The smallest and the largest change in percent; None where nobody has anything to compare with."""
        percents = [share.percent for share in self.shares if share.percent is not None]
        return (min(percents), max(percents)) if percents else None


def distribute(formula: Formula, parties: Iterable[Party]) -> Distribution:
    """Share the formula's total among the parties, whatever order they come in. Raises Impossible where it cannot be."""
    ordered = sorted(parties, key=lambda party: party.key)
    check(formula, ordered)
    weighted = quotas(formula, ordered)
    limits = [bounds(formula, party) for party in ordered]
    base, total = Fraction(formula.base), Fraction(formula.total)
    claims = [
        Claim(base, sum(parts, Fraction(0)), Fraction(lower), None if upper is None else Fraction(upper))
        for parts, (lower, upper) in zip(weighted, limits, strict=True)
    ]
    pot_before = total - base * len(ordered)
    pot = pot_for(total, claims)
    exact = [claim.at(pot) for claim in claims]
    amounts = rounded(exact, formula.total, formula.unit)
    shares = tuple(
        Share(
            party=party, base=formula.base, parts=tuple(pot_before * part for part in parts),
            before=base + pot_before * claim.quota, lower=lower, upper=upper, exact=value,
            limit=_limit(claim, pot), amount=amount,
        )
        for party, parts, (lower, upper), claim, value, amount in zip(
            ordered, weighted, limits, claims, exact, amounts, strict=True
        )
    )  # fmt: skip
    return Distribution(formula, shares, pot_before, pot)


def _limit(claim: Claim, pot: Fraction) -> str:
    free = claim.base + pot * claim.quota
    if free < claim.lower:
        return FLOOR
    return CEILING if claim.upper is not None and free > claim.upper else ""


def rounded(exact: Sequence[Fraction], total: Decimal, step: Decimal) -> list[Decimal]:
    """Multiples of `step` that add up to `total`, each less than a step away from its exact amount.

    What is missing goes step by step to the largest remainders, among equal ones to whoever comes first. Where `total`
    is no multiple of the step, the rest goes to whoever is next in that order. Amounts that are multiples stay, so that
    limits in whole steps are never passed.
    """
    width = Fraction(step)
    units = [value // width for value in exact]
    missing, rest = divmod(total, step)
    by_remainder = sorted(range(len(exact)), key=lambda at: (units[at] * width - exact[at], at))
    left = int(missing) - sum(units)
    for at in by_remainder[:left]:
        units[at] += 1
    amounts = [(unit * step).quantize(CENT) for unit in units]
    if rest:
        amounts[by_remainder[left]] += rest
    return amounts


def in_cents(amount: Fraction) -> Decimal:
    """An exact amount as it is shown: rounded to cents, halves up."""
    return floor(amount * 100 + Fraction(1, 2)) * CENT
