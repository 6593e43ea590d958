"""The one place that writes cells which a spreadsheet opens: CSV files, and the cells of workbooks.

A text that begins like a formula would be computed by the spreadsheet of whoever opens it, with that person's rights;
it gets an apostrophe in front, and so does one that looks as if it had one already: what is read back is what was
written. Only texts: a negative amount stays a number.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

from django.utils import timezone

type Cell = str | int | Decimal | date | datetime | None

# Also the line feed and the wide forms, which some spreadsheets take for the same (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARKED = re.compile(f"'*[{re.escape(''.join(FORMULA))}]")
BOM = "\ufeff"  # without it a German Excel reads UTF-8 as Windows-1252


def cell(value: Cell) -> Cell:
    """The value as it may stand in a spreadsheet: a text that begins like a formula is marked as text, the rest stays."""
    if not isinstance(value, str):
        return value
    readable = value.replace("\0", "")  # some readers drop it, and the text would begin with what comes next
    return f"'{readable}" if MARKED.match(readable) else readable


def plain(written: str) -> str:
    """The text that `cell` wrote like this; what somebody else wrote stays, unless it looks marked."""
    return written[1:] if written.startswith("'") and MARKED.match(written) else written


def text(value: Cell) -> str:
    """A cell in a CSV file: amounts as `1234,50`, days as `2027-03-31`, moments as `2027-03-31 10:42:05` in Hesse."""
    match value:
        case None:
            return ""
        case bool():  # before int, of which it is one
            return "ja" if value else "nein"
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return str(cell(value))


def write_csv(target: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write heading and rows as a German Excel reads them (semicolons, all quoted); answers the number of rows.

    `target` must be open for text with `newline=""` and encoding UTF-8. Raises ValueError for a row whose length
    differs from the heading's: its values would stand below the wrong names.
    """
    target.write(BOM)
    writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([text(column) for column in columns])
    number = 0
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"A row of {len(row)} cells below {len(columns)} headings")
        writer.writerow([text(value) for value in row])
        number += 1
    return number
