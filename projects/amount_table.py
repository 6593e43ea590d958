"""The table of a project's amounts, budget line by cash year, as pages show it: with inputs or only to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.forms import BaseForm, BoundField

from aqb.locked_fields import Locked, locked
from aqb.money import ZERO
from projects.amounts import Pot, Shares, in_line, in_year


def cell_name(line_id: int, cash_year: int) -> str:
    """Name of the form field for one amount."""
    return f"amount_{line_id}_{cash_year}"


@dataclass(frozen=True)
class Cell:
    """One amount; `field` is its input, where there is a form."""

    cash_year: int
    amount: Decimal
    field: BoundField | None


@dataclass(frozen=True)
class Row:
    """One budget line: its amounts, their sum, and what is left of the line."""

    pot: Pot
    cells: list[Cell]
    total: Decimal
    rest: Decimal


class AmountTable:
    """All amounts of a project with the sums by line, by cash year, and of the project."""

    def __init__(self, pots: Sequence[Pot], cash_years: range, shares: Shares, form: BaseForm | None = None) -> None:
        self.cash_years = cash_years
        self.rows = [self._row(pot, shares, form) for pot in pots]
        self.year_totals = [(year, in_year(shares, year)) for year in cash_years]
        self.total = sum((row.total for row in self.rows), ZERO)

    def _row(self, pot: Pot, shares: Shares, form: BaseForm | None) -> Row:
        cells = [
            Cell(
                year,
                shares.get((pot.line.pk, year), ZERO),
                form[cell_name(pot.line.pk, year)] if form is not None else None,
            )
            for year in self.cash_years
        ]
        total = in_line(shares, pot.line.pk)
        return Row(pot, cells, total, pot.rest(total))

    @property
    def locked(self) -> Locked | None:
        """Why the amounts can only be read; they are locked together."""
        fields = (cell.field for row in self.rows for cell in row.cells if cell.field is not None)
        return next((found for field in fields if (found := locked(field))), None)

    @property
    def errors(self) -> list[BoundField]:
        """The inputs whose amount is refused; their sentences stand below the table."""
        return [cell.field for row in self.rows for cell in row.cells if cell.field is not None and cell.field.errors]
