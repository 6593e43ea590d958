"""Workbooks and csv files hold typed cells: amounts to the cent, days as days, texts that compute nothing."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from aqb import tables
from aqb.exports import Cell, plain
from aqb.money import LARGEST
from aqb.tables import Column, Format, Kind, Sheet

COLUMNS = [
    Column("title", "Titel", choices=["Joblinge", "Rückenwind"]),
    Column("amount", "Betrag", Kind.AMOUNT),
    Column("start", "Beginn", Kind.DATE),
    Column("places", "Plätze", Kind.NUMBER),
    Column("part_time", "Teilzeit", Kind.YES_NO),
]
ROW: list[Cell] = ["=1+1", Decimal("1234.50"), date(2027, 3, 31), 18, True]
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
amounts = st.decimals(min_value=-LARGEST, max_value=LARGEST, places=2)


def written(format: Format, *rows: list[Cell], columns: list[Column] | None = None) -> bytes:  # noqa: A002
    target = BytesIO()
    tables.write(target, format, columns or COLUMNS, rows, title="Projekte AQB 2027", sheet="Projekte")
    return target.getvalue()


def part(content: bytes, name: str) -> Any:
    with ZipFile(BytesIO(content)) as packed:
        return fromstring(packed.read(name))


def digits(content: bytes, format: Format) -> str:  # noqa: A002
    """The digits of the first number in the file, as they stand there."""
    if format is Format.XLSX:
        sheet = part(content, "xl/worksheets/sheet1.xml")
        return next(one.text for one in sheet.iter() if one.tag.endswith("}v"))
    cells = part(content, "content.xml").iter(f"{TABLE}table-cell")
    return next(cell.get(f"{OFFICE}value") for cell in cells if cell.get(f"{OFFICE}value"))


@given(amounts)
@example(LARGEST)
@example(Decimal("0.01"))
def test_amount_stands_in_a_workbook_with_its_own_digits(amount: Decimal) -> None:
    for format in (Format.XLSX, Format.ODS):  # noqa: A001
        content = written(format, [amount], columns=[Column("amount", "Betrag", Kind.AMOUNT)])
        assert digits(content, format) == f"{amount:f}"


def test_workbook_holds_typed_cells_with_german_formats_below_a_fixed_heading() -> None:
    book = load_workbook(BytesIO(written(Format.XLSX, ROW)))
    sheet = book["Projekte"]
    title, amount, start, places, part_time = sheet[2]
    assert (title.value, title.data_type) == ("'=1+1", "s")
    assert (amount.data_type, amount.number_format) == ("n", "#,##0.00")
    assert (start.value.date(), start.number_format) == (date(2027, 3, 31), "dd.mm.yyyy")
    assert (places.value, places.data_type) == (18, "n")
    assert part_time.value == "ja"
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["A"].width == 24
    assert (book.properties.title, book.properties.language) == ("Projekte AQB 2027", "de-DE")
    (validation,) = sheet.data_validations.dataValidation
    assert (str(validation.sqref), validation.formula1) == ("A2:A1048576", "Auswahl!$A$2:$A$3")
    assert [cell.value for cell in book["Auswahl"]["A"]] == ["Titel", "Joblinge", "Rückenwind"]


def test_opendocument_holds_typed_cells_and_names_its_language() -> None:
    content = written(Format.ODS, ROW)
    with ZipFile(BytesIO(content)) as packed:
        assert packed.namelist()[0] == "mimetype"
        assert packed.getinfo("mimetype").compress_type == 0
    cells = list(part(content, "content.xml").iter(f"{TABLE}table-cell"))[len(COLUMNS) :][: len(COLUMNS)]
    assert [cell.get(f"{OFFICE}value-type") for cell in cells] == ["string", "float", "date", "float", "string"]
    assert [cell.get(f"{OFFICE}date-value") for cell in cells][2] == "2027-03-31"
    assert ["".join(cell.itertext()) for cell in cells] == ["'=1+1", "1.234,50", "31.03.2027", "18", "ja"]
    about = "".join(part(content, "meta.xml").itertext())
    assert "Projekte AQB 2027de-DE" in about


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=30))
@example("_x0041_ und \x07")
@example("'=1")
@example(" zwei  Leerzeichen ")
def test_text_of_an_excel_workbook_is_what_was_written(text: str) -> None:
    from openpyxl.utils.escape import unescape

    value = load_workbook(BytesIO(written(Format.XLSX, [text], columns=[Column("title", "Titel")]))).active["A2"].value
    assert plain(unescape(value)) == text


def test_csv_is_what_a_german_spreadsheet_reads() -> None:
    text = written(Format.CSV, ROW).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    assert rows == [[column.title for column in COLUMNS], ["'=1+1", "1234,50", "2027-03-31", "18", "ja"]]


@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize(
    "row", [[1.5], ["1234,50"], [True], [date(2027, 1, 1)], [Decimal(1), Decimal(2)], []], ids=repr
)
def test_value_of_another_kind_or_a_row_of_another_length_is_our_mistake(format: Format, row: Any) -> None:  # noqa: A002
    with pytest.raises((TypeError, ValueError)):
        written(format, row, columns=[Column("amount", "Betrag", Kind.AMOUNT)])


def test_text_that_fits_into_no_cell_is_never_cut() -> None:
    with pytest.raises(ValueError, match="32768 characters"):
        written(Format.XLSX, ["x" * 32_768], columns=[Column("title", "Titel")])


def test_download_is_named_after_what_it_is() -> None:
    response = tables.answer(Format.ODS, COLUMNS, [ROW], name="Projekte AQB 2027 Groß-Gerau")
    assert response["Content-Disposition"] == 'attachment; filename="projekte-aqb-2027-gross-gerau.ods"'
    assert response["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    assert tables.file_name("„“", Format.CSV) == "tabelle.csv"


def test_sheets_beside_the_first_one_have_their_own_columns() -> None:
    target = BytesIO()
    beside = [Sheet("Erläuterung", [Column("what", "Spalte"), Column("why", "Bedeutung")], [["Titel", "Name"]])]
    tables.write(target, Format.XLSX, COLUMNS, [], title="Vorlage", sheet="Projekte", beside=beside)
    assert load_workbook(target).sheetnames == ["Projekte", "Erläuterung", "Auswahl"]
