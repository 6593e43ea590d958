"""Handing out a table: as a file in one of the formats, or as the answer of a page."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO, TextIOWrapper
from typing import IO

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from aqb.exports import Cell, write_csv
from aqb.tables import excel, opendocument
from aqb.tables.columns import Column, Format, Sheet, sheet_of_choices, typed

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})
# What no spreadsheet takes in the name of a sheet.
NO_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31


def write(
    target: IO[bytes],
    format: Format,  # noqa: A002 - what it is called everywhere
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    sheet: str = "Tabelle",
    beside: Sequence[Sheet] = (),
) -> None:
    """Write a table with its headings to a file open for bytes.

    `title` is the document's, `sheet` the name of the sheet; `beside` are further sheets, which a csv leaves out. Texts
    that begin like a formula are marked (aqb/exports.py). Raises TypeError for a value that is not of its column's
    kind, ValueError for a row of another length. `rows` are asked for one by one.
    """
    if format is Format.CSV:
        _write_csv(target, columns, rows)
        return
    first = Sheet(NO_NAME.sub(" ", sheet)[:LONGEST_NAME], columns, rows)
    choices = sheet_of_choices(columns)
    sheets = [first, *beside, *([choices] if choices else [])]
    (excel if format is Format.XLSX else opendocument).write(target, sheets, title)


def answer(
    format: Format,  # noqa: A002
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    name: str,
    title: str = "",
    sheet: str = "Tabelle",
    beside: Sequence[Sheet] = (),
) -> HttpResponse:
    """The table as a download; `name` says in German words what it is, the file is called after it."""
    target = BytesIO()
    write(target, format, columns, rows, title=title or name, sheet=sheet, beside=beside)
    disposition = content_disposition_header(as_attachment=True, filename=file_name(name, format))
    headers = {"Content-Disposition": str(disposition), "Cache-Control": "private, no-store"}
    return HttpResponse(target.getvalue(), content_type=format.media_type, headers=headers)


def file_name(name: str, format: Format) -> str:  # noqa: A002
    """`projekte-aqb-2027-gross-gerau.xlsx` for "Projekte AQB 2027 Groß-Gerau": fits every machine."""
    return f"{slugify(name.translate(UMLAUTS)) or 'tabelle'}.{format}"


def _write_csv(target: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    text = TextIOWrapper(target, "utf-8", newline="", write_through=True)
    checked = ([typed(*pair) for pair in zip(columns, row, strict=True)] for row in rows)
    write_csv(text, [column.title for column in columns], checked)
    text.detach()  # the target stays open: it is not ours
