"""A file that is no honest table is refused with the sentence that says why, before it costs anything."""

from collections.abc import Callable
from io import BytesIO
from struct import pack
from zipfile import ZipFile

import pytest

from aqb import tables, virus
from aqb.access import Refused
from aqb.inspection import sheets
from aqb.inspection.reasons import Unacceptable
from aqb.inspection.sheets.grid import Grid
from tests import hostile, workbooks
from tests.workbooks import excel, line, opendocument, packed, row

BOMB = '<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;">]>'
EXTERNAL = '<!DOCTYPE a SYSTEM "http://boese.example/a.dtd">'
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
MANY = "".join(row(at, "x") for at in range(1, 103))
MERGED = '<table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>x</text:p></table:table-cell>'
HIDING = (
    '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def lying() -> bytes:
    """An archive that says its part is small."""
    content = bytearray(packed({"xl/workbook.xml": "x" * 5_000_000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = pack("<I", 10)
    return bytes(content)


def twice() -> bytes:
    """Two parts of one name, of which every program takes another."""
    written = BytesIO(excel(row(1, "x")))
    with ZipFile(written, "a") as file:
        file.writestr("XL/Workbook.xml", "<a/>")
    return written.getvalue()


def huge() -> bytes:
    """A sheet of 70 MB that was packed to 70 kB."""
    return excel(row(1, "x"), more={"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 70_000_000})


CASES: dict[str, tuple[str, str, Callable[[], bytes], str]] = {
    "pdf": ("no_table", "a.xlsx", hostile.plain, "ein PDF"),
    "program": ("no_table", "a.csv", lambda: b"MZ\x90\0" + bytes(60), "ein Programm"),
    "binary": ("no_table", "a.csv", lambda: bytes(range(256)), "ein Programm oder etwas anderes, das kein Text ist"),
    "web page": ("no_table", "a.csv", lambda: b"\n<!DOCTYPE html><table></table>", "eine Webseite oder XML"),
    "archive": ("no_table", "a.xlsx", lambda: packed({"a.txt": "x"}), "ein ZIP-Archiv"),
    "text": ("no_table", "a.ods", lambda: packed({"word/document.xml": "<a/>"}), "ein Textdokument"),
    "other ending": ("other_name", "a.csv", lambda: excel(row(1, "x")), "eine Excel-Arbeitsmappe"),
    "csv as xlsx": ("other_name", "a.xlsx", lambda: b"a;b\n1;2", "eine Textdatei"),
    "unknown ending": ("other_ending", "a.pdf", lambda: b"a;b\n1;2", ".pdf"),
    "old excel": ("old_excel", "a.xls", lambda: COMPOUND, ""),
    "password": ("password", "a.xlsx", lambda: COMPOUND + "EncryptedPackage".encode("utf-16-le"), ""),
    "password ods": ("password", "a.ods", lambda: opendocument(line("x"), more={"META-INF/manifest.xml":
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:encryption-data/></m:manifest>'}), ""),
    "xlsm": ("macros", "a.xlsm", lambda: excel(row(1, "x")), ""),
    "xlsb": ("macros", "a.xlsx", lambda: packed({"xl/workbook.bin": "x"}), ""),
    "hidden macro": ("macros", "a.xlsx", lambda: excel(row(1, "x"), more={"xl/vbaProject.bin": "x"}), ""),
    "macro by type": ("macros", "a.xlsx", lambda: excel(row(1, "x"), kind="application/x.macroEnabled.main+xml"), ""),
    "active part": ("macros", "a.xlsx", lambda: excel(row(1, "x"), more={"xl/activeX/a.bin": "x"}), ""),
    "basic": ("macros", "a.ods", lambda: opendocument(line("x"), more={"Basic/Standard/a.xml": "x"}), ""),
    "event": ("macros", "a.ods", lambda: opendocument(line("x"), before="<office:event-listeners/>"), ""),
    "links": ("links", "a.xlsx", lambda: excel(row(1, "x"), more={"xl/externalLinks/externalLink1.xml": "x"}), ""),
    "link in book": ("links", "a.xlsx", lambda: excel(row(1, "x"), book="<externalReferences><externalReference/>"
        "</externalReferences>"), ""),
    "dde": ("links", "a.ods", lambda: opendocument(line("x"), after="<table:dde-links/>"), ""),
    "entities": ("entities", "a.ods", lambda: opendocument(line("x"), prolog=BOMB), ""),
    "external": ("entities", "a.ods", lambda: opendocument(line("x"), prolog=EXTERNAL), ""),
    "entities of excel": ("entities", "a.xlsx", lambda: excel(more={"xl/styles.xml": f"{BOMB}<a>&b;</a>"}), ""),
    "torn zip": ("broken", "a.xlsx", lambda: excel(row(1, "x"))[:-100], ""),
    "torn xml": ("broken", "a.xlsx", lambda: excel("<row><c>"), ""),
    "strange encoding": ("broken", "a.xlsx", lambda: excel(more={"xl/styles.xml": '<?xml version="1.0" encoding="x"?><a/>'}), ""),
    "lying size": ("broken", "a.xlsx", lambda: excel(row(1, "x"), more={"xl/workbook.xml": ""}), ""),
    "two of a name": ("broken", "a.xlsx", twice, ""),
    "rows backwards": ("broken", "a.xlsx", lambda: excel(row(7, "x"), row(3, "y")), ""),
    "cell elsewhere": ("broken", "a.xlsx", lambda: excel(row(7, '<c r="A9"><v>1</v></c>')), ""),
    "shared text that is not there": ("broken", "a.xlsx", lambda: excel(row(1, '<c t="s"><v>9</v></c>')), ""),
    "unpacked too large": ("much", "a.xlsx", huge, ""),
    "deep": ("much", "a.xlsx", lambda: excel(row(1, "<c>" + "<a>" * 300)), ""),
    "parts": ("much", "a.xlsx", lambda: packed({f"{at}": "" for at in range(2_001)}), ""),
    "rows": ("many_rows", "a.xlsx", lambda: excel(MANY), "100"),
    "rows of ods": ("many_rows", "a.ods", lambda: opendocument(*[line("x")] * 102), "100"),
    "repeated rows": ("many_rows", "a.ods", lambda: opendocument(
        line("x", attributes='table:number-rows-repeated="99999"')), "100"),
    "rows of csv": ("many_rows", "a.csv", lambda: b"x\n" * 102, "100"),
    "columns": ("many_columns", "a.xlsx", lambda: excel(row(1, '<c r="XFD1"><v>1</v></c>')), "20"),
    "columns of csv": ("many_columns", "a.csv", lambda: b";".join([b"x"] * 21), "20"),
    "long cell": ("long_cell", "a.xlsx", lambda: excel(row(1, "x" * 32_768)), "A1"),
    "long cell of csv": ("long_cell", "a.csv", lambda: b"x" * 40_000, "in einer Zeile"),
    "merged": ("merged", "a.xlsx", lambda: excel(
        row(1, "x"), after='<mergeCells><mergeCell ref="B4:C5"/></mergeCells>'), "B4:C5"),
    "merged in ods": ("merged", "a.ods", lambda: opendocument(line("x"), line(MERGED)), "in Zeile 2"),
    "hidden sheet": ("hidden_sheets", "a.xlsx", lambda: excel(
        sheets={"Projekte": row(1, "x"), "Geheim": ""}, states={"Geheim": "veryHidden"}), "„Geheim“"),
    "hidden sheet of ods": ("hidden_sheets", "a.ods", lambda: opendocument(
        line("x"), styles=HIDING, table='table:style-name="h"'), "„Projekte“"),
    "hidden rows": ("hidden_rows", "a.xlsx", lambda: excel(row(1, "x"), row(5, "y", hidden=True)), "5"),
    "filtered rows": ("hidden_rows", "a.ods", lambda: opendocument(
        line("x"), line("y", attributes='table:visibility="filter"')), "2"),
    "hidden columns": ("hidden_columns", "a.xlsx", lambda: excel(
        row(1, "x", "y"), before='<cols><col min="2" max="2" hidden="1"/></cols>'), "B"),
    "hidden columns of ods": ("hidden_columns", "a.ods", lambda: opendocument(
        '<table:table-column/><table:table-column table:visibility="collapse"/>', line("x", "y")), "B"),
    "several sheets": ("several_sheets", "a.xlsx", lambda: excel(
        sheets={"Eins": row(1, "x"), "Zwei": row(1, "y")}), "„Eins“, „Zwei“"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_file_is_refused_with_its_reason_and_place(name: str) -> None:
    reason, called, build, place = CASES[name]
    content = build()
    with pytest.raises(Unacceptable) as refusal:
        sheets.read(content, called, "Projekte", "", Grid(100, 20))
    assert (refusal.value.reason, refusal.value.place) == (reason, place)


def test_sheet_that_is_named_must_be_there() -> None:
    with pytest.raises(Unacceptable) as refusal:
        sheets.read(excel(row(1, "x")), "a.xlsx", "Projekte", "Zahlen", Grid(100, 20))
    assert str(refusal.value) == "Das genannte Blatt gibt es in der Datei nicht. Es gibt: „Projekte“."


def test_part_that_is_larger_than_it_says_is_never_unpacked_whole() -> None:
    with pytest.raises(Unacceptable):
        sheets.read(lying(), "a.xlsx", "", "", Grid(100, 20))


def refused(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(Refused) as refusal:
        tables.read(content, name=name, wanted="Projekte")
    (sentence,) = refusal.value.reasons
    return sentence


def test_reason_comes_as_a_german_sentence_out_of_the_process() -> None:
    assert "(B4:C5)" in refused(CASES["merged"][2]())
    assert refused(b"") == "In der Datei steht keine Tabelle: Es ist keine Zelle ausgefüllt."
    assert refused(excel(row(1, ""))) == "In der Datei steht keine Tabelle: Es ist keine Zelle ausgefüllt."
    assert "10 MB" in refused(bytes(10 * 1024 * 1024 + 1))


def test_shared_texts_beyond_all_measure_are_refused_within_the_limits_of_the_process() -> None:
    assert "ungewöhnlich groß" in refused(excel(row(1, "x"), texts=f"<si><t>{'x' * 20_000_000}</t></si>"))


def test_virus_scanner_is_asked_first(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    settings.CLAMD = "127.0.0.1:1"  # type: ignore[attr-defined]
    assert refused(excel(row(1, "x"))) == virus.SILENT


def test_limits_are_settings(settings: object) -> None:
    settings.TABLE_ROWS = 1  # type: ignore[attr-defined]
    assert "mehr als 1 Zeilen" in refused(workbooks.excel(row(1, "a"), row(2, "b"), row(3, "c")))
