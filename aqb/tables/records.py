"""Rows of a foreign table as values of described columns, each fault with the place that the spreadsheet shows."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from aqb.access import Refused
from aqb.exports import Cell
from aqb.inspection.sheets.grid import letter
from aqb.tables.columns import Column, Kind
from aqb.tables.reading import Row, Table
from aqb.tables.values import Unreadable, read, shown, text

LONGEST_SHOWN = 60  # characters of a cell that a sentence repeats
IGNORED = re.compile(r"[\W_]+")
SURE = 0.6  # how alike a name must be to be meant (difflib)


@dataclass(frozen=True)
class Place:
    """Something about one cell: the column as the spreadsheet names it, what stands there, and the sentence."""

    key: str
    letter: str
    title: str
    shown: str
    sentence: str


@dataclass(frozen=True)
class Heading:
    """Where the columns stand on the sheet: their letters by key, and their titles."""

    letters: dict[str, str]
    titles: dict[str, str]


@dataclass
class Record:
    """A row as values by column key: None where a cell is empty, missing where it is faulty or there is no such column.

    `written` is what stands in the faulty cells.
    """

    number: int
    heading: Heading
    values: dict[str, Cell] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    faults: list[Place] = field(default_factory=list)
    notes: list[Place] = field(default_factory=list)

    def place(self, key: str, sentence: str) -> Place:
        """A sentence about the cell in this column."""
        seen = self.written[key] if key in self.written else text(self.values.get(key))
        heading = self.heading
        return Place(key, heading.letters.get(key, ""), heading.titles.get(key, key), _shortened(seen), sentence)

    def refuse(self, key: str, sentence: str) -> None:
        """Whatever stands there does not do: say why."""
        self.faults.append(self.place(key, sentence))


def records(table: Table, columns: Sequence[Column], *, needed: Collection[str] = ()) -> list[Record]:
    """The rows below the heading, read as the columns say.

    The heading may have the columns in any order and lack those not `needed` (keys). Refuses the table when a column is
    unknown, missing or double, with a guess of what is meant; faults of single cells stand in their record.
    """
    places = _places(table, columns, needed)
    letters = {column.key: letter(at) for at, column in places.items()}
    heading = Heading(letters, {column.key: column.title for column in columns})
    return [_record(row, places, heading) for row in table.rows]


def meant(name: str, known: Collection[str]) -> str | None:
    """The known name that is most likely meant by a wrong one, or None."""
    by_form = {_form(one): one for one in known}
    close = get_close_matches(_form(name), list(by_form), n=1, cutoff=SURE)
    return by_form[close[0]] if close else None


def _record(row: Row, places: dict[int, Column], heading: Heading) -> Record:
    record = Record(row.number, heading)
    for at, column in places.items():
        raw = row.cell(at)
        try:
            reading = read(column.kind, raw)
        except Unreadable as error:
            record.written[column.key] = shown(raw, column.kind)
            record.refuse(column.key, str(error))
            continue
        record.values[column.key] = reading.value
        if reading.note:
            record.notes.append(record.place(column.key, reading.note))
    return record


def _places(table: Table, columns: Sequence[Column], needed: Collection[str]) -> dict[int, Column]:
    """Which column stands where."""
    by_form = {_form(column.title): column for column in columns}
    places: dict[int, Column] = {}
    faults: list[str] = []
    for at, title in _headings(table):
        column = by_form.get(_form(title))
        if column is None:
            faults.append(_unknown(at, title, columns))
        elif column in places.values():
            faults.append(f"Die Spalte „{column.title}“ kommt zweimal vor. Bitte löschen Sie eine davon.")
        else:
            places[at] = column
    if not places:
        raise Refused(_no_heading(table, columns))
    found = {column.key for column in places.values()}
    if missing := [column.title for column in columns if column.key in needed and column.key not in found]:
        faults.append(f"Es fehlt: {', '.join(f'Spalte „{title}“' for title in missing)}.")
    if faults:
        raise Refused(*faults[:10])
    return places


def _headings(table: Table) -> list[tuple[int, str]]:
    """Position and text of each heading; a column without one counts when something stands below."""
    width = max(len(row.cells) for row in [table.heading, *table.rows])
    titles = [shown(table.heading.cell(at), Kind.TEXT).strip() for at in range(width)]
    return [(at, title) for at, title in enumerate(titles) if title or any(row.cell(at) for row in table.rows)]


def _unknown(at: int, title: str, columns: Sequence[Column]) -> str:
    if not title:
        return f"Spalte {letter(at)} hat keine Überschrift. Bitte tragen Sie eine ein oder löschen Sie die Spalte."
    sentence = f"Spalte {letter(at)} „{_shortened(title)}“ gibt es in der Vorlage nicht."
    if guess := meant(title, [column.title for column in columns]):
        return f"{sentence} Gemeint ist vermutlich „{guess}“."
    return f"{sentence} Bitte löschen Sie sie oder benennen Sie sie wie in der Vorlage."


def _no_heading(table: Table, columns: Sequence[Column]) -> str:
    titles = ", ".join(column.title for column in columns)
    return (
        f"In Zeile {table.heading.number} stehen keine Überschriften, die bekannt sind. In der ersten ausgefüllten Zeile "
        f"müssen die Namen der Spalten stehen: {titles}."
    )


def _form(name: str) -> str:
    """A name without what does not tell names apart: capitals, spaces, punctuation, spelled-out umlauts."""
    plain = IGNORED.sub("", name.casefold())
    for umlaut, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        plain = plain.replace(umlaut, spelled)
    return plain


def _shortened(written: str) -> str:
    line = " ".join(written.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
