"""What the page about a table that was read shows: figures, tabs, rows, and whether it can be taken over."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

from aqb.exports import Cell
from aqb.money import ZERO
from aqb.screens import Badge
from aqb.tables import Column, Stray
from aqb.tables.kept import from_json
from projects.models import TableImport
from projects.table.columns import SAID, columns
from projects.table.known import Known
from projects.table.plan import CHANGED, NEW, REFUSED, SAME

PER_PAGE = 30
BADGES = {
    REFUSED: Badge("Nicht übernommen", "danger", "close"), CHANGED: Badge("Geändert", "info", "edit"),
    NEW: Badge("Neu", "success", "add"), SAME: Badge("Unverändert", "neutral", ""),
}  # fmt: skip
# Name in the address -> what the tab is called, and the rows that it shows, in this order.
TABS = {
    "offen": ("Nicht übernommen und geändert", (REFUSED, CHANGED)),
    "abgelehnt": ("Nicht übernommen", (REFUSED,)),
    "geaendert": ("Geändert", (CHANGED,)),
    "neu": ("Neu", (NEW,)),
    "gleich": ("Unverändert", (SAME,)),
    "alle": ("Alle", (REFUSED, CHANGED, NEW, SAME)),
}


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int


@dataclass(frozen=True)
class Total:
    """A budget line after the table, in euro."""

    title: str
    agreed: Decimal
    before: Decimal
    after: Decimal
    missing: Decimal

    @property
    def rest(self) -> Decimal:
        return self.agreed - self.after


class Preview:
    """The result of reading a table, as its page shows it."""

    def __init__(self, kept: TableImport, tab: str, page: str | None) -> None:
        self.rows: list[dict[str, Any]] = kept.rows or []
        self.counts = Counter(row["what"] for row in self.rows)
        self.tab = tab if tab in TABS else self._first_tab()
        shown = TABS[self.tab][1]
        found = [row for what in shown for row in self.rows if row["what"] == what]
        if self.tab == "alle":
            found = self.rows
        self.page = Paginator(found, PER_PAGE).get_page(page)
        self.totals = [
            Total(one["title"], *(Decimal(one[key]) for key in ("agreed", "before", "after", "missing")))
            for one in kept.totals
        ]

    def _first_tab(self) -> str:
        """Where the eye should go: what is refused or changed, else what there is."""
        return next((name for name, (_, shown) in TABS.items() if all(self.counts[one] for one in shown)), "alle")

    @property
    def tabs(self) -> list[Tab]:
        """All tabs that show something."""
        counted = [Tab(name, label, sum(self.counts[one] for one in shown)) for name, (label, shown) in TABS.items()]
        both = self.counts[REFUSED] and self.counts[CHANGED]
        return [tab for tab in counted if tab.count and (tab.name != "offen" or both)]

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """The rows of this page with badge and amount."""
        return [
            {**row, "badge": BADGES[row["what"]], "amount": None if row["amount"] is None else Decimal(row["amount"])}
            for row in self.page
        ]

    @property
    def accepted(self) -> int:
        """Rows that would be taken over."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def refused(self) -> int:
        return self.counts[REFUSED]

    @property
    def new(self) -> int:
        return self.counts[NEW]

    @property
    def changed(self) -> int:
        return self.counts[CHANGED]

    @property
    def same(self) -> int:
        return self.counts[SAME]

    @property
    def projects(self) -> int:
        return len({row["project"] for row in self.rows})

    @property
    def created(self) -> int:
        """Projects that would be made."""
        return len({row["project"] for row in self.rows if row["what"] == NEW and row["fresh"]})

    @property
    def touched(self) -> int:
        """Projects that are there and would be changed."""
        return len({row["project"] for row in self.rows if row["what"] in {NEW, CHANGED} and not row["fresh"]})

    @property
    def after(self) -> Decimal:
        return sum((one.after for one in self.totals), ZERO)

    @property
    def agreed(self) -> Decimal:
        return sum((one.agreed for one in self.totals), ZERO)

    @property
    def overdrawn(self) -> list[Total]:
        return [one for one in self.totals if one.missing]

    @property
    def can_be_taken(self) -> bool:
        return bool(self.accepted) and not self.overdrawn


def refused_table(kept: TableImport, state: Known) -> tuple[list[Column], Iterator[list[Cell]]]:
    """Columns and rows of what is not taken over: as it was written, with row and reason in front."""
    reasons = {row["number"]: _reason(row["faults"]) for row in kept.rows or [] if row["what"] == REFUSED}
    listed = columns(state)

    def rows() -> Iterator[list[Cell]]:
        for record in from_json(kept.records):
            if record.number in reasons:
                cells: list[Cell] = [
                    Stray(record.written[one.key]) if one.key in record.written else record.values.get(one.key)
                    for one in listed
                ]
                yield [record.number, reasons[record.number], *cells]

    return [*SAID, *listed], rows()


def _reason(faults: list[dict[str, str]]) -> str:
    return " ".join(
        f"Spalte {one['letter']} {one['title']} „{one['shown']}“: {one['sentence']}"
        if one["title"]
        else one["sentence"]
        for one in faults
    )
