"""How each amount of a distribution comes about, step by step, in rows that a person can check."""

from dataclasses import dataclass
from decimal import Decimal

from agreements.distribution import Distribution, Share, formula_in_words
from agreements.distribution.sharing import CEILING, FLOOR, in_cents
from agreements.views.calculator import summary_of
from agreements.views.percents import signed_percent

LIMITS = {FLOOR: "am Mindestwert", CEILING: "am Höchstwert"}


@dataclass(frozen=True)
class Step:
    """A district's way to its amount. Everything in euro; what is exact beyond cents is shown rounded to cents."""

    name: str
    base: Decimal
    parts: list[Decimal]
    before: Decimal
    lower: Decimal | None
    upper: Decimal | None
    limit: str
    exact: Decimal
    rounding: Decimal
    amount: Decimal
    previous: Decimal | None
    percent: str


@dataclass(frozen=True)
class Steps:
    """All of them, with the formula in words and the headings of the indicators."""

    formula: list[str]
    indicators: list[str]
    rows: list[Step]
    total: Decimal
    summary: str
    pot_before: Decimal
    pot: Decimal


def explain(found: Distribution) -> Steps:
    """The distribution as its page shows it; districts in the order of their official keys, as ties are broken."""
    formula = found.formula
    return Steps(
        formula=formula_in_words(formula, [share.party for share in found.shares]),
        indicators=[one.title for one in formula.indicators],
        rows=[_step(share, limited=formula.floor is not None) for share in found.shares],
        total=formula.total,
        summary=summary_of(found),
        pot_before=in_cents(found.pot_before),
        pot=in_cents(found.pot),
    )


def _step(share: Share, *, limited: bool) -> Step:
    exact = in_cents(share.exact)
    return Step(
        name=share.party.name,
        base=share.base,
        parts=[in_cents(part) for part in share.parts],
        before=in_cents(share.before),
        lower=share.lower if limited and share.party.previous is not None else None,
        upper=share.upper,
        limit=LIMITS.get(share.limit, ""),
        exact=exact,
        rounding=share.amount - exact,
        amount=share.amount,
        previous=share.party.previous,
        percent=signed_percent(share.percent),
    )
