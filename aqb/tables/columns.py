"""What a table is made of: columns with a kind of cell, sheets, and the formats in which it travels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from aqb.exports import Cell


class Kind(StrEnum):
    """What stands in the cells of a column; the value is None where a cell is empty."""

    TEXT = "text"  # str
    AMOUNT = "amount"  # Decimal, euro
    DATE = "date"  # date
    NUMBER = "number"  # int
    DECIMAL = "decimal"  # Decimal with any number of places, such as an indicator
    YES_NO = "yes_no"  # bool, written as ja and nein


class Format(StrEnum):
    """The kinds of file."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.CSV: "text/csv; charset=utf-8",
}
TYPES: dict[Kind, type] = {
    Kind.TEXT: str, Kind.AMOUNT: Decimal, Kind.DATE: date, Kind.NUMBER: int, Kind.DECIMAL: Decimal, Kind.YES_NO: bool,
}  # fmt: skip
WIDTHS = {Kind.TEXT: 24, Kind.AMOUNT: 16, Kind.DATE: 12, Kind.NUMBER: 10, Kind.DECIMAL: 14, Kind.YES_NO: 10}


class Stray(str):
    """A text where its column has another kind of cell: what somebody wrote there, to be handed back as it was."""


@dataclass(frozen=True)
class Column:
    """A column: `key` names it in code, `title` is its heading.

    `width` counts characters; `choices` are offered as a list in each cell of a workbook, which may hold others too.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 0
    choices: Sequence[Cell] = ()

    @property
    def characters(self) -> int:
        """Width of the column in characters: never narrower than its heading."""
        return max(self.width or WIDTHS[self.kind], len(self.title) + 2)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: heading row, then rows with one cell for each column."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]] = ()


CHOICES = "Auswahl"


def sheet_of_choices(columns: Sequence[Column]) -> Sheet | None:
    """The sheet that holds what the columns offer, one list below each heading; None when they offer nothing."""
    offering = [column for column in columns if column.choices]
    if not offering:
        return None
    longest = max(len(column.choices) for column in offering)
    rows = [[column.choices[at] if at < len(column.choices) else None for column in offering] for at in range(longest)]
    return Sheet(CHOICES, [Column(one.key, one.title, one.kind, width=30) for one in offering], rows)


def typed(column: Column, value: Cell) -> Cell:
    """The cell as the column's kind has it: yes and no in words; raises TypeError for a value of another kind."""
    if value is None or value == "" or isinstance(value, Stray):
        return value or None
    if column.kind is Kind.YES_NO and isinstance(value, bool):
        return "ja" if value else "nein"
    if not isinstance(value, TYPES[column.kind]) or isinstance(value, bool):
        raise TypeError(f"{value!r} in column {column.key} of kind {column.kind}")
    return value
