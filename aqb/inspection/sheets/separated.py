"""Tables as text (csv): in which characters, with which separator, and its cells."""

import csv
import re
from io import StringIO

from aqb.inspection.reasons import Unacceptable
from aqb.inspection.sheets.grid import LONGEST, Grid, Raw

SEPARATORS = ";\t,"
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
TOLD = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own way to name the separator
LOOKED_AT = 20  # rows


def read(content: bytes, grid: Grid) -> None:
    """Fill the grid; every record is a row, as a spreadsheet counts that opens the file."""
    text = decoded(content)
    first = 1
    if told := TOLD.match(text):
        text, first = text[told.end() :], 2
    separator = told[1] if told else _separator(text)
    csv.field_size_limit(LONGEST + 1)
    try:
        for number, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), first):
            grid.add(number, {at: _raw(written) for at, written in enumerate(record)})
    except csv.Error as error:
        raise Unacceptable("long_cell" if "field larger" in str(error) else "broken", "in einer Zeile") from error


def decoded(content: bytes) -> str:
    """The text in UTF-8 or UTF-16 as it says at its beginning, else UTF-8, else Windows-1252."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text):
            break
        return text
    raise Unacceptable("no_table", "ein Programm oder etwas anderes, das kein Text ist")


def _separator(text: str) -> str:
    """The separator that gives the first rows the most cells, as many in each as in the heading."""

    def rating(separator: str) -> tuple[int, int]:
        rows = []
        lines = csv.reader(StringIO(text[:200_000], newline=""), delimiter=separator)
        try:
            for record in lines:
                if record:
                    rows.append(len(record))
                if len(rows) == LOOKED_AT:
                    break
        except csv.Error:
            return (0, 0)
        if not rows or rows[0] == 1:
            return (0, 0)
        return (sum(length == rows[0] for length in rows), rows[0])

    return max(SEPARATORS, key=rating)


def _raw(written: str) -> Raw:
    if not written:
        return None
    return ("formula", written[:200]) if written.lstrip().startswith("=") else ("text", written)
