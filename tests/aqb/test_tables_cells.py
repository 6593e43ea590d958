"""What stands in the cells of a foreign table is taken as it stands: digits, days, texts, formulas by their text."""

from decimal import Decimal

import pytest

from aqb.inspection import sheets
from aqb.inspection.sheets.grid import Grid, Raw
from tests import workbooks
from tests.workbooks import line, number, row


def cells(content: bytes, name: str = "a.xlsx", wanted: str = "Projekte") -> list[tuple[int, list[Raw]]]:
    """The rows of a file, as the reading process says them."""
    grid = Grid(100, 20)
    sheets.read(content, name, wanted, "", grid)
    return grid.rows


def only(content: bytes, name: str = "a.xlsx") -> Raw:
    ((_, (cell,)),) = cells(content, name)
    return cell


@pytest.mark.parametrize("digits", ["0.005", "1234.5050000000001", "1E-3", "-7", "999999999999.98999", "1.20"])
def test_number_stays_its_digits(digits: str) -> None:
    assert only(workbooks.excel(row(1, number(digits)))) == ("number", digits)
    cell = (
        f'<table:table-cell office:value-type="float" office:value="{digits}"><text:p>1,2</text:p></table:table-cell>'
    )
    assert only(workbooks.opendocument(line(cell)), "a.ods") == ("number", digits)


@pytest.mark.parametrize(
    ("digits", "look", "expected"),
    [
        ("46477", 1, ("date", "2027-03-31")),
        ("46477", 2, ("date", "2027-03-31")),
        ("46477", 3, ("number", "46477")),
        ("46477.5", 1, ("moment", "2027-03-31T12:00:00")),
        ("46476.999999999996", 1, ("date", "2027-03-31")),
        ("59", 1, ("date", "1900-02-28")),
        ("60", 1, ("number", "60")),
        ("61", 1, ("date", "1900-03-01")),
        ("-1", 1, ("number", "-1")),
        ("99999999", 1, ("number", "99999999")),
    ],
)
def test_number_that_looks_like_a_day_is_one(digits: str, look: int, expected: Raw) -> None:
    assert only(workbooks.excel(row(1, number(digits, look)))) == expected


def test_day_of_a_workbook_that_counts_from_1904() -> None:
    content = workbooks.excel(row(1, number("45015", 1)), book='<workbookPr date1904="1"/>')
    assert only(content) == ("date", "2027-03-31")


def test_cells_of_excel_are_found_where_they_stand_and_as_what_they_are() -> None:
    texts = "<si><t>Joblinge</t></si><si><r><t>Chance </t></r><r><t>Handwerk</t></r><rPh><t>gelesen</t></rPh></si>"
    content = workbooks.excel(
        row(2, '<c r="B2" t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', '<c r="F2" t="b"><v>1</v></c>'),
        row(5, '<c t="e"><v>#REF!</v></c>', '<c t="str"><f>A1&amp;B1</f><v>x</v></c>', "<c><f>SUM(F28:F32)</f><v>7</v></c>"),
        row(6, '<c t="d"><v>2027-03-31</v></c>', '<c t="inlineStr"><is><t>_x0007_ ß</t></is></c>', '<c s="1"/>'),
        texts=texts,
    )  # fmt: skip
    assert cells(content) == [
        (2, [None, ("text", "Joblinge"), ("text", "Chance Handwerk"), None, None, ("yes_no", "1")]),
        (5, [("error", "#REF!"), ("formula", "=A1&B1"), ("formula", "=SUM(F28:F32)")]),
        (6, [("date", "2027-03-31"), ("text", "\x07 ß")]),
    ]


def test_cells_of_opendocument_are_found_where_they_stand_and_as_what_they_are() -> None:
    note = "<office:annotation><text:p>Notiz</text:p></office:annotation>"
    content = workbooks.opendocument(
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>",
        line(
            '<table:table-cell table:number-columns-repeated="2"/>',
            f'<table:table-cell office:value-type="string">{note}<text:p>eins<text:s text:c="2"/>zwei</text:p>'
            "<text:p>drei<text:tab/><text:span>vier</text:span></text:p></table:table-cell>",
            '<table:table-cell office:value-type="date" office:date-value="2027-03-31"/>',
            '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
            '<table:table-cell table:formula="of:=SUM([.A1])" office:value-type="float" office:value="7"/>',
        ),
        line("zweimal", attributes='table:number-rows-repeated="2"'),
    )
    assert cells(content, "a.ods") == [
        (1048001, [None, None, ("text", "eins  zwei\ndrei\tvier"), ("date", "2027-03-31"), ("yes_no", "1"),
                   ("formula", "=SUM([.A1])")]),
        (1048002, [("text", "zweimal")]),
        (1048003, [("text", "zweimal")]),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_text_is_read_in_its_characters_with_its_separator(encoding: str, separator: str) -> None:
    lines = [["Träger", "Betrag"], ["„Maß & Ziel“ GmbH", "12"], [], ["Zwei\nZeilen", ""], ['"Zitat"', "=1+1"]]
    quoted = "\r\n".join(separator.join('"' + one.replace('"', '""') + '"' for one in cells) for cells in lines)
    assert cells(quoted.encode(encoding), "a.csv") == [
        (1, [("text", "Träger"), ("text", "Betrag")]),
        (2, [("text", "„Maß & Ziel“ GmbH"), ("text", "12")]),
        (4, [("text", "Zwei\nZeilen")]),
        (5, [("text", '"Zitat"'), ("formula", "=1+1")]),
    ]


def test_separator_is_the_one_that_makes_a_table() -> None:
    assert [len(found) for _, found in cells("Träger;Betrag\nAwo, Hanau, Main;1,5\n".encode(), "a.csv")] == [2, 2]
    assert cells(b"sep=|\nTitel|Betrag\na|1\n", "a.csv")[0] == (2, [("text", "Titel"), ("text", "Betrag")])


def test_sheet_that_is_called_as_ours_is_taken_from_several() -> None:
    several = workbooks.excel(sheets={"Tabelle1": row(1, "anderes"), " projekte": row(1, "unseres")})
    assert only(several) == ("text", "unseres")


def test_empty_sheets_are_not_asked_about() -> None:
    several = workbooks.excel(sheets={"Tabelle1": "", "Tabelle2": row(1, "da"), "Tabelle3": row(1, '<c s="1"/>')})
    assert only(several) == ("text", "da")
    body = f'<table:table table:name="Leer"/><table:table table:name="Voll">{line("da")}</table:table>'
    assert only(workbooks.opendocument(body=body), "a.ods") == ("text", "da")


def test_empty_hidden_rows_and_columns_do_not_matter() -> None:
    content = workbooks.excel(
        row(1, "da"), row(2, '<c s="1"/>', hidden=True), before='<cols><col min="2" max="16384" hidden="1"/></cols>'
    )
    assert only(content) == ("text", "da")


def test_what_programs_add_under_other_names_is_no_value() -> None:
    foreign = (
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" calcext:value-type="date"'
    )
    cell = f'<table:table-cell office:value-type="float" office:value="{Decimal("1.5")}" {foreign}/>'
    assert only(workbooks.opendocument(line(cell)), "a.ods") == ("number", "1.5")
