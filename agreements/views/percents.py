"""How changes are written: with their sign and one place, and when they deserve a second look."""

from decimal import Decimal

from aqb.money import round_half_up
from aqb.screens import NBSP

REMARKABLE = Decimal(5)  # percent: a change to the year before that deserves a second look


def signed_percent(percent: Decimal | None, places: int = 1) -> str:
    """`+0,7 %`, `−5,0 %`, `±0,0 %`; nothing where there is nothing to compare with."""
    if percent is None:
        return ""
    rounded = round_half_up(percent, Decimal(10) ** -places)
    sign = "+" if rounded > 0 else "\u2212" if rounded < 0 else "\u00b1"
    return f"{sign}{abs(rounded):.{places}f}{NBSP}%".replace(".", ",")


def is_remarkable(percent: Decimal | None) -> bool:
    return percent is not None and abs(percent) >= REMARKABLE


def percent_of(change: Decimal | None, before: Decimal | None) -> Decimal | None:
    """A change in percent of what was before; None where that was nothing."""
    return change * 100 / before if change is not None and before else None
