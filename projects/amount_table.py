"""The table of a project's amounts, budget line by cash year, as pages show it: with inputs or only to read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.forms import BaseForm, BoundField

from aqb.forms import EuroFormField
from aqb.locked_fields import Locked, locked
from aqb.money import ZERO
from projects.amounts import Pot, Shares, in_line, in_year

AT_FIRST = 3  # cash years whose inputs are shown at once; the later ones are needed by few


def cell_name(line_id: int, cash_year: int) -> str:
    """Name of the form field for one amount."""
    return f"amount_{line_id}_{cash_year}"


class Problem(NamedTuple):
    """What is wrong with the amounts: the input that it is about, its label, the sentence."""

    name: str
    label: str
    sentence: str


class Written(NamedTuple):
    """Amounts as far as they can be read, and what cannot; `last` is each line's last input with something in it."""

    shares: dict[tuple[int, int], Decimal]
    unread: list[Problem]
    last: dict[int, Problem]


def read_amounts(pots: Sequence[Pot], cash_years: range, value: Callable[[str], Any]) -> Written:
    """What stands in the inputs; `value` gives the content of one by its name: text as typed, a Decimal, or None."""
    found = Written({}, [], {})
    for pot in pots:
        for year in cash_years:
            name, label = cell_name(pot.line.pk, year), f"{pot.line.title} {year}"
            amount, sentence = EuroFormField.read(value(name))
            found.shares[pot.line.pk, year] = amount or ZERO
            if sentence:
                found.unread.append(Problem(name, label, sentence))
            if amount:
                found.last[pot.line.pk] = Problem(name, label, pot.shortfall(in_line(found.shares, pot.line.pk)))
    return found


@dataclass(frozen=True)
class Cell:
    """One amount; `field` is its input, where there is a form. `late`: its cash year is shown on request."""

    cash_year: int
    amount: Decimal
    field: BoundField | None
    late: bool


@dataclass(frozen=True)
class Row:
    """One budget line: its amounts, their sum, and what is left of the line."""

    pot: Pot
    cells: list[Cell]
    total: Decimal
    rest: Decimal


class AmountTable:
    """All amounts of a project with the sums by line, by cash year, and of the project."""

    def __init__(
        self,
        pots: Sequence[Pot],
        cash_years: range,
        shares: Shares,
        form: BaseForm | None = None,
        written: Written | None = None,
    ) -> None:
        self.cash_years = cash_years
        self.form, self.written = form, written
        self.late_years = list(cash_years[AT_FIRST:])
        self.last_early = cash_years[:AT_FIRST][-1]
        self.rows = [self._row(pot, shares, form) for pot in pots]
        self.year_totals = [(year, in_year(shares, year), year in self.late_years) for year in cash_years]
        self.total = sum((row.total for row in self.rows), ZERO)

    @classmethod
    def as_written(
        cls, pots: Sequence[Pot], cash_years: range, value: Callable[[str], Any], form: BaseForm | None = None
    ) -> "AmountTable":
        """The table of what stands in the inputs, right or wrong; see `read_amounts`."""
        written = read_amounts(pots, cash_years, value)
        return cls(pots, cash_years, written.shares, form, written)

    def _row(self, pot: Pot, shares: Shares, form: BaseForm | None) -> Row:
        cells = [
            Cell(
                year,
                shares.get((pot.line.pk, year), ZERO),
                form[cell_name(pot.line.pk, year)] if form is not None else None,
                year in self.late_years,
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
    def problems(self) -> list[Problem]:
        """What is wrong, in the order of the inputs: as the form has found it, else as it stands written."""
        return list(self._of_form()) or list(self._as_it_stands())

    def _of_form(self) -> Iterator[Problem]:
        for row in self.rows:
            for cell in row.cells:
                if cell.field is not None and cell.field.errors:
                    yield Problem(cell.field.name, str(cell.field.label), " ".join(map(str, cell.field.errors)))

    def _as_it_stands(self) -> Iterator[Problem]:
        if self.written is not None:
            yield from self.written.unread
            yield from (problem for problem in self.written.last.values() if problem.sentence)

    @property
    def late_words(self) -> str:
        """`Kassenjahr 2030`, `Kassenjahre 2030 und 2031`: the years that are shown on request."""
        years = [str(year) for year in self.late_years]
        words = " und ".join([", ".join(years[:-1]), years[-1]] if len(years) > 1 else years)
        return f"Kassenjahr{'e' if len(years) > 1 else ''} {words}"

    @property
    def shows_late(self) -> bool:
        """Whether the later cash years are needed: something stands in them."""
        named = {problem.name for problem in self.problems}
        late = [cell for row in self.rows for cell in row.cells if cell.late]
        return any(cell.amount or (cell.field is not None and cell.field.name in named) for cell in late)
