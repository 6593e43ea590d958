"""Tables of typed cells: written as workbook (xlsx, ods) or csv, and read from what people send (see reading.py).

An amount is a number with two places wherever it goes, never a float and never a text; a day is a date. Who exports
describes the columns once and hands over rows; who imports describes the same columns.
"""

from aqb.tables.columns import Column, Format, Kind, Sheet
from aqb.tables.writing import answer, file_name, write

__all__ = ["Column", "Format", "Kind", "Sheet", "answer", "file_name", "write"]
