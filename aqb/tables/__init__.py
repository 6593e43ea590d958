"""Tables of typed cells: written as workbook (xlsx, ods) or csv, and read from what people send.

An amount is a number with two places wherever it goes, never a float and never a text; a day is a date. Who exports
describes the columns once and hands over rows (`answer`, `write`); who imports describes the same columns and gets
records, each fault with the row and column that the spreadsheet shows: `records(read(content, name=…), COLUMNS)`.
"""

from aqb.tables.columns import Column, Format, Kind, Sheet, Stray
from aqb.tables.reading import Table, pasted, read
from aqb.tables.records import Place, Record, meant, records
from aqb.tables.writing import answer, file_name, write

__all__ = [
    "Column", "Format", "Kind", "Place", "Record", "Sheet", "Stray", "Table",
    "answer", "file_name", "meant", "pasted", "read", "records", "write",
]  # fmt: skip
