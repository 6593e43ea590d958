"""Taking in a foreign table: as its cells, read by the process of its own, and never believed unchecked."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from aqb import virus
from aqb.access import Refused
from aqb.inspection.process import ask
from aqb.inspection.reasons import SENTENCES, Unacceptable
from aqb.inspection.sheets.excel_cells import NUMBER
from aqb.inspection.sheets.grid import LONGEST, Raw
from aqb.inspection.table_reasons import IN_OTHER_WORDS, LARGEST_TABLE, TABLE_SENTENCES
from aqb.tables.columns import Format

SECONDS = 30  # 5,000 rows of 60 columns take six
KINDS = {"text", "number", "date", "moment", "formula", "error", "yes_no"}
PASTED = "Zwischenablage.txt"


@dataclass(frozen=True)
class Row:
    """A row that holds something, with the number that the spreadsheet shows beside it."""

    number: int
    cells: list[Raw]

    def cell(self, at: int) -> Raw:
        """The cell at this position (from 0); None when it is empty."""
        return self.cells[at] if at < len(self.cells) else None


@dataclass(frozen=True)
class Table:
    """What stands on a sheet: the first row that holds something, which is the heading, and those below."""

    format: Format
    sheet: str  # "" in a csv
    heading: Row
    rows: list[Row]


def read(content: bytes, *, name: str, wanted: str = "", chosen: str = "") -> Table:
    """The table in a file (xlsx, ods, csv) that is called `name`.

    `wanted` is the sheet that is taken from among several, `chosen` the one that the person named instead. Refuses with
    a German sentence each: whatever is no table, is hidden, merged, protected, too large, or fetches or runs something.
    """
    if len(content) > LARGEST_TABLE:
        raise Refused(TABLE_SENTENCES["table_too_big"])
    if not content:
        raise Refused(TABLE_SENTENCES["nothing"])
    virus.ask(content)
    return _asked(content, name, wanted, chosen)


def pasted(text: str) -> Table:
    """The table that was copied from a spreadsheet and pasted as text."""
    return _asked(text.encode(errors="replace"), PASTED, "", "")


def _asked(content: bytes, name: str, wanted: str, chosen: str) -> Table:
    wishes = {"name": name, "wanted": wanted, "chosen": chosen[:LONGEST]}
    limits = {"rows": settings.TABLE_ROWS, "columns": settings.TABLE_COLUMNS}
    try:
        answer = ask("table", content, seconds=SECONDS, **wishes, **limits)
    except Unacceptable as error:
        reason = IN_OTHER_WORDS.get(error.reason, error.reason)
        raise Refused((SENTENCES | TABLE_SENTENCES)[reason].format(error.place)) from error
    try:
        (said,) = answer.files
        rows = [_row(one) for one in json.loads(said)]
        format, sheet = Format(answer.values["kind"]), str(answer.values["sheet"])  # noqa: A001
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused(TABLE_SENTENCES["table_unreadable"]) from error
    if not rows:
        raise Refused(TABLE_SENTENCES["nothing"])
    return Table(format, sheet, rows[0], rows[1:])


def _row(said: Any) -> Row:
    number, cells = said
    if type(number) is not int or not isinstance(cells, list) or len(cells) > settings.TABLE_COLUMNS:
        raise ValueError("no row")
    return Row(number, [_cell(one) for one in cells])


def _cell(said: Any) -> Raw:
    """A cell as the process may describe one; raises ValueError for everything else."""
    if said is None:
        return None
    kind, text = said
    if kind not in KINDS or not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError("no cell")
    if kind == "number" and not NUMBER.fullmatch(text):
        raise ValueError("no number")
    if kind in {"date", "moment"}:
        date.fromisoformat(text[:10])
    text.encode()  # halves of characters, which no text may have
    return kind, text
