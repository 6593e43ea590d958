"""Workbooks as OpenDocument has them (ods, ISO 26300): one part holds all sheets, one after the other."""

import re
from typing import Any

from aqb.inspection.reasons import Unacceptable
from aqb.inspection.sheets import elements
from aqb.inspection.sheets.elements import Listener
from aqb.inspection.sheets.excel_cells import LONGEST_FORMULA, NUMBER, iso
from aqb.inspection.sheets.grid import LONGEST, Grid, Raw, chosen_sheet
from aqb.inspection.sheets.parcel import Parcel

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# What stands in a table without being a cell of it: comments, drawings, earlier states, other tables.
ASIDE = {"annotation", "shapes", "tracked-changes", "forms", "sub-table"}
FETCHING = {"table-source", "cell-range-source", "dde-source", "dde-link", "dde-links", "database-source-sql"}
RUNNING = {"event-listener", "event-listeners", "script"}
WHITE = re.compile(r"[ \t\r\n]+")  # in OpenDocument only one space; more of them and breaks are elements
FORMULA = re.compile(r"^[a-z]+:(?==)")


class _Manifest(Listener):
    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "encryption-data":
            raise Unacceptable("password")


class _Sheets(Listener):
    """All that concerns sheets as a whole: names, which are hidden, which hold anything; and what may not be there.

    Stops at a sheet that is too long to be read, whichever it is.
    """

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self.names: list[str] = []
        self.filled: set[str] = set()
        self.hidden: list[str] = []
        self._hiding: set[str] = set()
        self._style = ""
        self._depth = self._rows = 0
        self._empty = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in FETCHING:
            raise Unacceptable("links")
        if name in RUNNING:
            raise Unacceptable("macros")
        if name == "style":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self._hiding.add(self._style)
        elif name == "table":
            self._depth += 1
            if self._depth == 1:
                self.names.append(attributes.get("name", ""))
                self._rows = 0
                if attributes.get("style-name") in self._hiding:
                    self.hidden.append(self.names[-1])
        elif self._depth == 1:
            self._look_at(name, attributes)

    def _look_at(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table-row":
            self._empty = True
        elif self._empty and name == "table-cell" and ("value-type" in attributes or "formula" in attributes):
            self._empty = False
            self.filled.add(self.names[-1])
            self._rows += 1
            if self._rows > self.most_rows + 1:  # the heading comes on top
                raise Unacceptable("many_rows", f"{self.most_rows}")

    def end(self, name: str) -> None:
        if name == "table":
            self._depth -= 1


def read(parcel: Parcel, wanted: str, chosen: str, grid: Grid) -> str:
    """Fill the grid with the cells of one sheet; answers its name."""
    elements.read(parcel.stream("meta-inf/manifest.xml"), _Manifest())
    sheets = _Sheets(grid.most_rows)
    elements.read(parcel.stream("content.xml"), sheets)
    if sheets.hidden:
        raise Unacceptable("hidden_sheets", ", ".join(f"„{name[:31]}“" for name in sheets.hidden[:5]))
    names = sheets.names
    if not chosen and wanted.casefold() not in {name.strip().casefold() for name in names}:
        names = [name for name in names if name in sheets.filled] or names[:1]
    name = chosen_sheet(names, wanted, chosen)
    elements.read(parcel.stream("content.xml"), Cells(grid, name))
    return name


class Cells(Listener):
    """Takes the cells of the sheet of this name into a grid, row by row."""

    def __init__(self, grid: Grid, sheet: str) -> None:
        self.grid, self.sheet = grid, sheet
        self._tables = self._aside = 0
        self._here = self._hidden = False
        self._row, self._rows, self._column, self._columns = 1, 1, 0, 0
        self._at_column = 0
        self._cells: dict[int, Raw] = {}
        self._cell: dict[str, str] | None = None
        self._lines: list[list[str]] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ASIDE:
            self._aside += 1
        elif name == "table":
            self._tables += 1
            if self._tables == 1:
                self._here = attributes.get("name", "") == self.sheet
        if self._here and not self._aside:
            self._start_here(name, attributes)

    def _start_here(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table-column":
                times = _times(attributes, "number-columns-repeated", LAST_COLUMN)
                if attributes.get("visibility", "visible") != "visible":
                    self.grid.hide_columns(range(self._at_column, self._at_column + times))
                self._at_column += times
            case "table-row":
                self._rows = _times(attributes, "number-rows-repeated", LAST_ROW)
                self._hidden = attributes.get("visibility", "visible") != "visible"
                self._column, self._cells = 0, {}
            case "table-cell" | "covered-table-cell":
                self._begin_cell(name, attributes)
            case "p" if self._cell is not None:
                self._lines.append([])
            case "s" if self._lines:
                self._say(" " * _times(attributes, "c", LONGEST))
            case "tab" if self._lines:
                self._say("\t")
            case "line-break" if self._lines:
                self._say("\n")

    def _begin_cell(self, name: str, attributes: dict[str, str]) -> None:
        spans = ("number-columns-spanned", "number-rows-spanned")
        if name == "covered-table-cell" or any(attributes.get(span, "1") != "1" for span in spans):
            raise Unacceptable("merged", f"in Zeile {self._row}")
        self._columns = _times(attributes, "number-columns-repeated", LAST_COLUMN)
        self._cell, self._lines, self._length = attributes, [], 0

    def end(self, name: str) -> None:
        if self._here and not self._aside:
            if name == "table-cell":
                self._end_cell()
            elif name == "table-row":
                self.grid.repeat(self._row, self._rows, self._cells, hidden=self._hidden)
                self._row += self._rows
        if name in ASIDE:
            self._aside -= 1
        elif name == "table":
            self._tables -= 1
            if not self._tables:
                self._here = False

    def text(self, data: str) -> None:
        if self._here and not self._aside and self._lines:
            self._say(WHITE.sub(" ", data))

    def _say(self, data: str) -> None:
        self._length += len(data)
        if self._length > LONGEST:
            raise Unacceptable("long_cell", f"in Zeile {self._row}")
        self._lines[-1].append(data)

    def _end_cell(self) -> None:
        raw = _raw(self._cell or {}, "\n".join("".join(line) for line in self._lines))
        if raw is not None:
            # One more than may be is enough to be refused.
            for at in range(min(self._columns, self.grid.most_columns + 1)):
                self._cells[self._column + at] = raw
        self._column += self._columns
        self._cell, self._lines = None, []


def _raw(attributes: dict[str, Any], text: str) -> Raw:
    """What a cell holds, by what it says of itself; its text is only how that is shown."""
    if "formula" in attributes:
        return "formula", FORMULA.sub("", attributes["formula"])[:LONGEST_FORMULA]
    match attributes.get("value-type"):
        case None:
            return ("text", text) if text else None
        case "float" | "currency" | "percentage":
            digits = attributes.get("value", "")
            return ("number", digits) if NUMBER.fullmatch(digits) else ("error", text[:20])
        case "date":
            return iso(attributes.get("date-value", ""))
        case "boolean":
            return "yes_no", "1" if attributes.get("boolean-value") == "true" else "0"
        case "string":
            said = attributes.get("string-value", text)
            return ("text", said) if said else None
        case _:
            return "text", text


def _times(attributes: dict[str, str], name: str, most: int) -> int:
    written = attributes.get(name, "1")
    if not written.isascii() or not written.isdecimal() or not 0 < len(written) < 9:
        raise Unacceptable("broken")
    return max(1, min(int(written), most))
