"""Reading the tables of strangers, cell by cell as they stand in the file: inside the reading process only.

Only what our two formats and csv need is read, in streams and with limits, and every number stays the digits that stand
there. No library for workbooks is used: they hold the whole file in memory, and make floats of numbers.
"""

from pathlib import PurePath

from aqb.inspection.reasons import Unacceptable
from aqb.inspection.sheets import excel, opendocument, separated
from aqb.inspection.sheets.grid import Grid
from aqb.inspection.sheets.parcel import Parcel

# How files begin that are given out for tables, and what they are.
BEGINNINGS = {
    b"%PDF": "ein PDF", b"MZ\x90\0": "ein Programm", b"\x7fELF": "ein Programm",
    b"\x89PNG": "ein Bild", b"\xff\xd8\xff": "ein Bild", b"GIF8": "ein Bild", b"{\\rtf": "ein Textdokument",
    b"Rar!": "ein Archiv", b"7z\xbc\xaf": "ein Archiv", b"\x1f\x8b": "ein Archiv",
}  # fmt: skip
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<workbook")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office formats, and new ones behind a password
PASSWORD = "EncryptedPackage".encode("utf-16-le")
CALLED = {"xlsx": "eine Excel-Arbeitsmappe", "ods": "eine OpenDocument-Tabelle", "csv": "eine Textdatei"}
ENDINGS = {".xlsx": "xlsx", ".ods": "ods", ".csv": "csv", ".txt": "csv", ".tsv": "csv"}
WITH_MACROS = {".xlsm", ".xltm", ".xlam", ".xlsb"}


def read(content: bytes, name: str, wanted: str, chosen: str, grid: Grid) -> tuple[str, str]:
    """Fill the grid from the file; answers the kind of file and the name of the sheet.

    `name` is what the file is called, `wanted` the sheet that is taken from among several, `chosen` the one that the
    person has named.
    """
    ending = PurePath(name).suffix.lower()
    if ending in WITH_MACROS:
        raise Unacceptable("macros")
    kind, parcel = _kind(content)
    if ending not in ENDINGS:
        raise Unacceptable("other_ending", ending or "keine")
    if ENDINGS[ending] != kind:
        raise Unacceptable("other_name", CALLED[kind])
    sheet = ""
    if parcel is None:
        separated.read(content, grid)
    else:
        sheet = (excel if kind == "xlsx" else opendocument).read(parcel, wanted, chosen, grid)
    grid.checked()
    return kind, sheet


def _kind(content: bytes) -> tuple[str, Parcel | None]:
    """What the file is by its content, and its parts where it has some."""
    if content.startswith(COMPOUND):
        raise Unacceptable("password" if PASSWORD in content else "old_excel")
    if content.startswith((b"PK\3\4", b"PK\5\6")):
        parcel = Parcel(content)
        return _kind_of_parcel(parcel), parcel
    for beginning, what in BEGINNINGS.items():
        if content.startswith(beginning):
            raise Unacceptable("no_table", what)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:10].lower().startswith(MARKUP):
        raise Unacceptable("no_table", "eine Webseite oder XML")
    return "csv", None


def _kind_of_parcel(parcel: Parcel) -> str:
    names = parcel.names
    if any(name.endswith(("vbaproject.bin", "workbook.bin")) or "macrosheets/" in name for name in names):
        raise Unacceptable("macros")
    if any(name.startswith(("basic/", "scripts/")) for name in names):
        raise Unacceptable("macros")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and b"opendocument.spreadsheet" in parcel.part("mimetype"):
        return "ods"
    known = "word/document.xml" in names or "content.xml" in names
    raise Unacceptable("no_table", "ein Textdokument" if known else "ein ZIP-Archiv")
