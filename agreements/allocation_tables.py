"""Allocations as a table: a row for each district, a column for each budget line; what reading one would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agreements.district_tables import WHO, Districts
from agreements.models import BudgetLine
from aqb.access import Refused
from aqb.exports import Cell
from aqb.models import District
from aqb.money import ZERO
from aqb.tables import Column, Kind, Place, Record, Table, records

Amounts = Mapping[tuple[int, int], Decimal]  # budget line, district


@dataclass(frozen=True)
class Change:
    """A cell that differs from what is stored: where it stands in the table, before and after."""

    row: int
    letter: str
    district: District
    line: BudgetLine
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Fault:
    """A cell that is not taken over: the row, the cell and the sentence."""

    row: int
    place: Place


@dataclass
class Preview:
    """What reading a table would do. `over` names lines that would be exceeded, with the amount."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    over: list[tuple[BudgetLine, Decimal]] = field(default_factory=list)


def columns_of(lines: Sequence[BudgetLine]) -> list[Column]:
    """The columns of the table, the same for writing and reading."""
    return [*WHO, *(Column(_key(line), line.title, Kind.AMOUNT) for line in lines)]


def rows_of(lines: Sequence[BudgetLine], districts: Sequence[District], stored: Amounts) -> list[list[Cell]]:
    """What is stored, as it can be read again."""
    return [
        [one.ags, one.name, *(stored.get((line.pk, one.pk), ZERO) for line in lines)] for one in districts
    ]  # fmt: skip


def preview(
    table: Table, *, lines: Sequence[BudgetLine], districts: Sequence[District], stored: Amounts, year: int
) -> Preview:
    """Compare a table with what is stored; an empty cell leaves its allocation alone.

    Refuses the table as a whole where its columns are unknown, or none says which district a row is about.
    """
    result, found = Preview(), Districts(districts, year)
    rows = records(table, columns_of(lines))
    if rows and not {"ags", "name"} & rows[0].heading.letters.keys():
        raise Refused(f"Es fehlt die Spalte „{WHO[0].title}“ oder „{WHO[1].title}“.")
    for record in rows:
        if (district := found.find(record)) is not None:
            for line in lines:
                _compare(result, record, district, line, stored)
        result.faults += [Fault(record.number, one) for one in record.faults]
        result.notes += [Fault(record.number, one) for one in record.notes]
    result.over = _over(result, lines, stored)
    return result


def _compare(result: Preview, record: Record, district: District, line: BudgetLine, stored: Amounts) -> None:
    amount = record.values.get(_key(line))
    if not isinstance(amount, Decimal):
        return
    before = stored.get((line.pk, district.pk), ZERO)
    if amount == before:
        result.unchanged += 1
    else:
        result.changes.append(Change(record.number, record.heading.letters[_key(line)], district, line, before, amount))


def _over(result: Preview, lines: Sequence[BudgetLine], stored: Amounts) -> list[tuple[BudgetLine, Decimal]]:
    over = []
    for line in lines:
        now = sum((amount for (of, _), amount in stored.items() if of == line.pk), ZERO)
        then = now + sum((one.difference for one in result.changes if one.line == line), ZERO)
        if then > line.amount:
            over.append((line, then - line.amount))
    return over


def _key(line: BudgetLine) -> str:
    return f"line-{line.pk}"
