"""Writing a workbook as Excel has it (xlsx), row by row, so that a long table takes no more memory than a short one.

Numbers are handed to openpyxl as the digits that shall stand in the file: its own way leads through a float.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from aqb import clock
from aqb.exports import Cell, cell
from aqb.inspection.sheets.grid import letter
from aqb.tables.columns import CHOICES, Column, Kind, Sheet, typed

FORMATS = {
    Kind.AMOUNT: "#,##0.00", Kind.DATE: "dd.mm.yyyy", Kind.NUMBER: "0", Kind.DECIMAL: "General",
    Kind.TEXT: "@", Kind.YES_NO: "@",
}  # fmt: skip
BEGINNING = date(1899, 12, 30)  # day 0 of a workbook, if one believes that 1900 was a leap year
FIRST_DAY = date(1900, 3, 1)  # before it, that belief gives another day
LONGEST = 32_767  # characters in a cell; openpyxl would cut what is longer
# What XML cannot hold stands as _x0007_, and so does whatever looks like that already (ECMA-376, ST_Xstring).
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write(target: IO[bytes], sheets: Sequence[Sheet], title: str) -> None:
    """Write the sheets; what the columns of the first one offer stands in the sheet CHOICES."""
    book = Workbook(write_only=True)
    about = book.properties
    about.title, about.creator, about.language = title, "AQB", "de-DE"
    about.created = about.modified = clock.now().replace(tzinfo=None)
    for sheet in sheets:
        _write_sheet(book, sheet)
    book.save(target)


def _write_sheet(book: Workbook, sheet: Sheet) -> None:
    page: Any = book.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for at, column in enumerate(sheet.columns):
        page.column_dimensions[letter(at)].width = column.characters
    for validation in _validations(sheet.columns):
        page.data_validations.append(validation)
    try:
        page.append([_heading(page, column) for column in sheet.columns])
        _write_rows(page, sheet.columns, sheet.rows)
    finally:
        page.close()  # also when a row is refused: what is open would be closed by chance


def _heading(page: Any, column: Column) -> WriteOnlyCell:
    heading = WriteOnlyCell(page, value=column.title)
    heading.font, heading.fill = Font(bold=True), PatternFill("solid", fgColor="FFE8EDF5")
    heading.alignment = Alignment(vertical="top", wrap_text=True)
    return heading


def _write_rows(page: Any, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    cells = [_styled(page, column) for column in columns]  # written when appended, so each serves for all rows
    for row in rows:
        for target, column, value in zip(cells, columns, row, strict=True):
            target.value, target.data_type = _content(typed(column, value))
        page.append(cells)


def _styled(page: Any, column: Column) -> Any:
    styled = WriteOnlyCell(page)
    styled.number_format = FORMATS[column.kind]
    styled.alignment = Alignment(vertical="top", wrap_text=column.kind is Kind.TEXT)
    return styled


def _content(value: Cell) -> tuple[str | None, str]:
    """What stands in the file, and how it is to be understood: "n" a number (days are counted), "s" a text."""
    if isinstance(value, Decimal | int):
        return f"{value:f}" if isinstance(value, Decimal) else str(value), "n"
    if isinstance(value, date):
        return (str((value - BEGINNING).days), "n") if value >= FIRST_DAY else (value.isoformat(), "s")
    if value is None:
        return None, "n"
    text = UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", str(cell(value)))
    if len(text) > LONGEST:
        raise ValueError(f"A text of {len(text)} characters does not fit into a cell")
    return text, "s"


def _validations(columns: Sequence[Column]) -> Iterable[DataValidation]:
    """A list below each cell of a column that offers something; other values only raise a question."""
    offering = [at for at, column in enumerate(columns) if column.choices]
    for place, at in enumerate(offering):
        name = letter(place)
        source = f"{CHOICES}!${name}$2:${name}${len(columns[at].choices) + 1}"
        validation = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
        validation.showErrorMessage = True
        validation.errorTitle, validation.error = columns[at].title, "Dieser Eintrag steht nicht in der Auswahl."
        validation.add(f"{letter(at)}2:{letter(at)}1048576")
        yield validation
