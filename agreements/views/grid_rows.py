"""What the grid shows around its cells: rows with their sums, sums of lines, what is left and what is not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agreements.distribution import distribute, thaw
from agreements.forms.allocations import Amounts, GridForm, cell_name
from agreements.models import Allocation, AppliedDistribution, BudgetLine, BudgetYear
from agreements.proposals import previous_amounts
from agreements.views.percents import is_remarkable, percent_of, signed_percent
from aqb.models import District
from aqb.money import ZERO, format_euro
from aqb.screens import NBSP


@dataclass(frozen=True)
class Stored:
    """What the database holds for a vintage: amounts, what formulas gave, and each line's formula.

    `previous` is the year before: key of a line -> official key -> euro.
    """

    amounts: Amounts
    calculated: Amounts
    previous: Mapping[str, Mapping[str, Decimal]]
    distributions: Mapping[int, AppliedDistribution]

    @property
    def before(self) -> dict[str, Decimal]:
        """What each district (official key) got in the year before, all lines together."""
        found: dict[str, Decimal] = {}
        for amounts in self.previous.values():
            for ags, amount in amounts.items():
                found[ags] = found.get(ags, ZERO) + amount
        return found


@dataclass(frozen=True)
class GridCell:
    """A cell: its input, and what the formula gave where it says something else."""

    field: Any
    key: str
    title: str
    from_formula: bool
    by_hand: Decimal | None


@dataclass(frozen=True)
class GridRow:
    """A district in the grid, with the sums of what its cells say now; no change where the year before had nothing."""

    district: District
    cells: list[GridCell]
    total: Decimal
    change: Decimal | None
    percent: str
    is_remarkable: bool
    is_unrounded: bool


@dataclass(frozen=True)
class GridSum:
    """A budget line below the grid: what is allocated and what it holds; `origin` is the formula it came from."""

    key: str
    title: str
    allocated: Decimal
    amount: Decimal
    origin: str = ""
    distribution: AppliedDistribution | None = None

    @property
    def unallocated(self) -> Decimal:
        return self.amount - self.allocated


@dataclass(frozen=True)
class Grid:
    """All of it. `change` is that of the whole vintage to the year before; `unsaved` counts cells."""

    rows: list[GridRow]
    sums: list[GridSum]
    total: GridSum
    change: Decimal | None
    percent: str
    unsaved: int

    @property
    def has_origin(self) -> bool:
        return any(one.origin for one in self.sums)

    @property
    def state(self) -> str:
        """`Vollständig verteilt, 4 Änderungen noch nicht gespeichert`."""
        over = [one for one in self.sums if one.unallocated < 0]
        if over:
            said = "; ".join(f"{one.title} um {_euro(-one.unallocated)} überschritten" for one in over)
        elif self.total.unallocated:
            said = f"Noch zu verteilen: {_euro(self.total.unallocated)}"
        else:
            said = "Vollständig verteilt"
        if not self.unsaved:
            return said
        return f"{said}, {self.unsaved}{NBSP}{'Änderung' if self.unsaved == 1 else 'Änderungen'} noch nicht gespeichert"

    @property
    def icon(self) -> str:
        if any(one.unallocated < 0 for one in self.sums):
            return "danger"
        return "info" if self.total.unallocated else "success"


def stored_in(budget_year: BudgetYear) -> Stored:
    """Read everything that the grid compares with."""
    amounts, calculated = {}, {}
    rows = Allocation.objects.filter(line__budget_year=budget_year)
    for line, district, amount, by_formula in rows.values_list("line", "district", "amount", "calculated"):
        amounts[line, district] = amount
        if by_formula is not None:
            calculated[line, district] = by_formula
    applied = AppliedDistribution.objects.filter(allocations__line__budget_year=budget_year).order_by("pk").distinct()
    return Stored(
        amounts,
        calculated,
        previous_amounts(budget_year.year),
        {one.line_id: one for one in applied},
    )


def amounts_in(budget_year: BudgetYear) -> Amounts:
    """What the database holds for a vintage."""
    rows = Allocation.objects.filter(line__budget_year=budget_year).order_by("pk")
    return {(line, district): amount for line, district, amount in rows.values_list("line", "district", "amount")}


def grid(budget_year: BudgetYear, form: GridForm, stored: Stored) -> Grid:
    """Rows and sums of what the form says now."""
    amounts = form.amounts
    calculated = _calculated(form, stored)
    by_district = stored.before
    rows = [
        _row(budget_year, district, form, amounts, calculated, by_district.get(district.ags))
        for district in form.districts
    ]
    sums = [_sum(line, form, amounts, stored) for line in form.lines]
    total = GridSum(
        "0", "zusammen", sum((one.allocated for one in sums), ZERO), sum((one.amount for one in sums), ZERO)
    )
    before = sum(by_district.values(), ZERO)
    change = total.allocated - before if before else None
    return Grid(rows, sums, total, change, signed_percent(percent_of(change, before)), len(form.changes))


def _calculated(form: GridForm, stored: Stored) -> Amounts:
    """What formulas gave: those that are stored, and those that a line was just filled by."""
    found = {cell: amount for cell, amount in stored.calculated.items() if cell[0] not in form.origins}
    keys = {district.ags: district.pk for district in form.districts}
    for line, origin in form.origins.items():
        amounts = distribute(*thaw(origin.calculation)).amounts
        found |= {(line, keys[ags]): amount for ags, amount in amounts.items() if ags in keys}
    return found


def _sum(line: BudgetLine, form: GridForm, amounts: Amounts, stored: Stored) -> GridSum:
    allocated = sum((amount for (of, _), amount in amounts.items() if of == line.pk), ZERO)
    applied, new = stored.distributions.get(line.pk), form.origins.get(line.pk)
    name = f"{new.name} (noch nicht gespeichert)" if new else applied.name if applied else ""
    return GridSum(str(line.pk), line.title, allocated, line.amount, name, None if new else applied)


def _row(
    budget_year: BudgetYear, district: District, form: GridForm, amounts: Amounts, calculated: Amounts,
    before: Decimal | None,
) -> GridRow:  # fmt: skip
    own = [amounts[line.pk, district.pk] for line in form.lines]
    total = sum(own, ZERO)
    change = total - before if before is not None else None
    percent = percent_of(change, before)
    return GridRow(
        district=district,
        cells=[_cell(line, district, form, amounts, calculated) for line in form.lines],
        total=total,
        change=change,
        percent=signed_percent(percent),
        is_remarkable=is_remarkable(percent),
        is_unrounded=bool(budget_year.rounding) and any(amount % budget_year.rounding for amount in own),
    )


def _cell(line: BudgetLine, district: District, form: GridForm, amounts: Amounts, calculated: Amounts) -> GridCell:
    cell = (line.pk, district.pk)
    given = calculated.get(cell)
    differs = given if given is not None and given != amounts[cell] else None
    return GridCell(form[cell_name(cell)], f"{line.pk}-{district.pk}", line.title, given is not None, differs)


def _euro(amount: Decimal) -> str:
    return f"{format_euro(amount)}{NBSP}€"
