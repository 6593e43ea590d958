"""The cells of a sheet of an Excel workbook, exactly as they stand there."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from aqb.inspection.reasons import Unacceptable
from aqb.inspection.sheets import elements
from aqb.inspection.sheets.elements import Done, Listener
from aqb.inspection.sheets.grid import MOST_CHARACTERS, Grid, Raw

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{0,40})?([eE][+-]?\d{1,3})?", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Formats of numbers that every program knows and that show days or times (ECMA-376, 18.8.30).
DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
LONGEST_FORMULA = 200


class Texts(Listener):
    """The shared texts, and which they are; the same for texts that stand in their cell. Readings (rPh) are left out."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._pieces: list[str] = []
        self._open = self._aside = False
        self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside = True
        elif name == "t":
            self._open = not self._aside

    def end(self, name: str) -> None:
        if name == "t":
            self._open = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self.all.append(unescaped("".join(self._pieces)))

    def text(self, data: str) -> None:
        if self._open:
            self._characters += len(data)
            if self._characters > MOST_CHARACTERS:
                raise Unacceptable("much")
            self._pieces.append(data)


class Styles(Listener):
    """Which styles of cells show a number as a date."""

    def __init__(self) -> None:
        self.dates: list[bool] = []
        self._formats: dict[str, str] = {}
        self._of_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._of_cells = True
        elif name == "xf" and self._of_cells:
            number = attributes.get("numFmtId", "0")
            self.dates.append(_shows_dates(number, self._formats.get(number)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._of_cells = False


def _shows_dates(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number) in DATES
    return any(sign in "dmyhs" for sign in NOT_SHOWN.sub("", code.split(";")[0]).lower())


class Cells(Listener):
    """Takes the cells of a sheet into a grid, row by row."""

    def __init__(self, grid: Grid, texts: Texts, styles: Styles, *, from_1904: bool) -> None:
        self.grid, self.texts, self.styles, self.from_1904 = grid, texts, styles, from_1904
        self._row, self._column = 0, -1
        self._hidden = self._open = self._aside = False
        self._cells: dict[int, Raw] = {}
        self._kind, self._style = "n", 0
        self._value: list[str] = []
        self._formula: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "c":
                self._begin_cell(attributes)
            case "v":
                self._open = True
            case "t":
                self._open = not self._aside
            case "rPh":
                self._aside = True
            case "f":
                self._formula = []
            case "row":
                self._begin_row(attributes)
            case "mergeCell":
                raise Unacceptable("merged", attributes.get("ref", "")[:20])
            case "col" if attributes.get("hidden") in {"1", "true"}:
                self.grid.hide_columns(range(_whole(attributes.get("min")) - 1, _whole(attributes.get("max"))))

    def end(self, name: str) -> None:
        match name:
            case "c":
                self._cells[self._column] = self._cell()
                self._formula = None
            case "v" | "t":
                self._open = False
            case "rPh":
                self._aside = False
            case "row":
                self.grid.add(self._row, self._cells, hidden=self._hidden)

    def text(self, data: str) -> None:
        if self._open:
            self._value.append(data)
        elif self._formula is not None:
            self._formula.append(data)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = _whole(attributes["r"]) if "r" in attributes else self._row + 1
        if not self._row < number <= LAST_ROW:
            raise Unacceptable("broken")
        self._row, self._column, self._cells = number, -1, {}
        self._hidden = attributes.get("hidden") in {"1", "true"}

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._column + 1 if "r" not in attributes else _column(attributes["r"], self._row)
        if self._column >= LAST_COLUMN or self._column in self._cells:
            raise Unacceptable("broken")
        self._kind, self._style = attributes.get("t", "n"), _whole(attributes.get("s", "0"))
        self._value, self._formula = [], None

    def _cell(self) -> Raw:
        value = "".join(self._value)
        if self._formula is not None:
            return "formula", f"={''.join(self._formula)[:LONGEST_FORMULA]}"
        match self._kind:
            case "s":
                return self._shared(value)
            case "inlineStr" | "str":
                return ("text", unescaped(value)) if value else None
            case "b":
                return "yes_no", "1" if value.strip() == "1" else "0"
            case "d":
                return iso(value)
            case "e":
                return "error", value[:20]
            case _:
                return self._number(value.strip())

    def _shared(self, index: str) -> Raw:
        at = _whole(index.strip())
        if at >= len(self.texts.all):
            raise Unacceptable("broken")
        return ("text", self.texts.all[at]) if self.texts.all[at] else None

    def _number(self, digits: str) -> Raw:
        if not digits:
            return None
        if not NUMBER.fullmatch(digits):
            return "error", digits[:20]
        if self._style < len(self.styles.dates) and self.styles.dates[self._style]:
            return moment(digits, from_1904=self.from_1904)
        return "number", digits


class _AnyCell(Listener):
    """Stops at the first cell that holds something."""

    found = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"v", "is", "f"}:
            self.found = True
            raise Done


def is_empty(pieces: Iterator[bytes]) -> bool:
    """Whether no cell of a sheet holds anything; asks only for as much as it takes to know."""
    listener = _AnyCell()
    elements.read(pieces, listener)
    return not listener.found


def moment(digits: str, *, from_1904: bool) -> Raw:
    """The day that a workbook counts with this number; with a time of day it is a moment. Without one it stays a number."""
    days = Decimal(digits)
    if not 0 <= days < 2_958_466 or (60 <= days < 61 and not from_1904):  # 60 is a 29 February 1900 that never was
        return "number", digits
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if days >= 61 else 31)
    day = first + timedelta(days=int(days))
    seconds = round((days - int(days)) * 86_400)
    if seconds in {0, 86_400}:
        return "date", (day + timedelta(days=seconds // 86_400)).isoformat()
    return "moment", f"{day.isoformat()}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def iso(value: str) -> Raw:
    """A date as ISO 8601 has it."""
    day, _, time = value.strip().partition("T")
    with suppress(ValueError):
        date.fromisoformat(day)
        return ("moment", value[:30]) if time.strip("0:.Z") else ("date", day)
    return "error", value[:20]


def unescaped(text: str) -> str:
    """Characters that XML cannot hold stand as _x0007_ (ECMA-376, ST_Xstring)."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _whole(written: str | None) -> int:
    if written is None or not written.isascii() or not written.isdecimal() or len(written) > 9:
        raise Unacceptable("broken")
    return int(written)


def _column(reference: str, row: int) -> int:
    """Position of a cell in its row; its reference must name that row."""
    found = REFERENCE.fullmatch(reference)
    if not found or int(found[2]) != row:
        raise Unacceptable("broken")
    number = 0
    for sign in found[1]:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1
