"""A project's money by budget line: what the agreement states, and what the other projects leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from agreements.models import AgreementVersion, BudgetLine
from aqb.money import ZERO, format_euro
from aqb.screens import NBSP
from projects.models import ProjectEntry

# Amounts of a project in euro by budget line (its id) and cash year.
Shares = Mapping[tuple[int, int], Decimal]


@dataclass(frozen=True)
class Pot:
    """A budget line as one project sees it; `available` is the most that it may take, in euro."""

    line: BudgetLine
    agreed: Decimal
    available: Decimal

    def rest(self, wanted: Decimal) -> Decimal:
        """What is left when the project takes `wanted`; below zero when that is too much."""
        return self.available - wanted

    def shortfall(self, wanted: Decimal, whom: str = "dieses Projekt") -> str:
        """The sentence that says how much is missing for `wanted`, which `whom` wants; empty when there is enough."""
        missing = -self.rest(wanted)
        if missing <= 0:
            return ""
        most = max(self.available, ZERO)
        return (
            f"{_in_line(self.line.title)} fehlen {format_euro(missing)}{NBSP}€. "
            f"Für {whom} sind höchstens {format_euro(most)}{NBSP}€ verfügbar."
        )


def _in_line(title: str) -> str:
    return f"Im {title}" if title.endswith("budget") else f"In der Budgetlinie „{title}“"


def pots(version: AgreementVersion, entry: ProjectEntry | None = None) -> list[Pot]:
    """The agreed lines of a version in their order, as `entry` (or a new project) sees them."""
    own: dict[int, Decimal] = {}
    if entry is not None:
        own = dict(entry.shares.order_by().values_list("line").annotate(total=Sum("amount")))
    return [
        Pot(agreed.line, agreed.amount, agreed.remaining + own.get(agreed.line_id, ZERO))
        for agreed in version.lines.with_totals().select_related("line")
    ]


def shares_of(entry: ProjectEntry) -> dict[tuple[int, int], Decimal]:
    """The stored amounts of an entry."""
    return {(share.line_id, share.cash_year): share.amount for share in entry.shares.all()}


def in_line(shares: Shares, line_id: int) -> Decimal:
    """What `shares` take from one line over all cash years."""
    return sum((amount for (line, _), amount in shares.items() if line == line_id), ZERO)


def in_year(shares: Shares, cash_year: int) -> Decimal:
    """What `shares` take in one cash year from all lines."""
    return sum((amount for (_, year), amount in shares.items() if year == cash_year), ZERO)
