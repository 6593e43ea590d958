"""Reading a table of figures: a row for each district, a column for each indicator, above them what they stand for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agreements.district_tables import KEY, NAME, WHO, Districts
from agreements.models import Indicator
from agreements.proposals import Figures
from aqb.access import Refused
from aqb.exports import Cell
from aqb.models import District
from aqb.tables import Column, Kind, Record, Table, records
from aqb.tables.values import shown

AS_OF, UNIT = "Stand", "Einheit"  # rows that say something about the columns, named in the first of them
PLACES = Decimal("0.0001")
MOST = 12  # indicators in one table
MOST_SENTENCES = 12
EXAMPLES = (
    Figures("Arbeitslose unter 25 Jahren", "Jahresmittel", "Personen", {}),
    Figures("Leistungsberechtigte SGB II", "Juni", "Personen", {}),
)


def template(figures: Sequence[Figures], districts: Sequence[District]) -> tuple[list[Column], list[list[Cell]]]:
    """Columns and rows of the table to fill in, with what is stored; so it can be read again as it is."""
    shown_figures = figures or EXAMPLES
    columns = [*WHO, *(Column(f"{at}", one.title, Kind.TEXT) for at, one in enumerate(shown_figures))]
    rows: list[list[Cell]] = [
        [AS_OF, "", *(one.as_of for one in shown_figures)],
        [UNIT, "", *(one.unit for one in shown_figures)],
    ]
    for district in districts:
        values = [one.values.get(district.ags) for one in shown_figures]
        rows.append(
            [
                district.ags,
                district.name,
                *("" if value is None else f"{value:f}".replace(".", ",") for value in values),
            ]
        )
    return columns, rows


def figures_in(table: Table, districts: Sequence[District], year: int) -> list[Figures]:
    """The indicators of an uploaded table. Refuses it with every sentence that helps to mend it, row and column named."""
    columns, slips = _columns(table)
    if slips:
        raise Refused(*slips)
    told = {shown(row.cell(0)).strip().casefold(): row for row in table.rows[:3]}
    about = {name: told.get(name.casefold()) for name in (AS_OF, UNIT)}
    data = replace(table, rows=[row for row in table.rows if row not in about.values()])
    found = Districts(districts, year)
    values: dict[str, dict[str, Decimal]] = {column.key: {} for column in columns}
    for record in records(data, [*WHO, *columns]):
        slips += _read(record, columns, found, values)
    slips += [f"{district.name} fehlt in der Tabelle." for district in found.missing()]
    if slips:
        more = len(slips) - MOST_SENTENCES
        raise Refused(*slips[:MOST_SENTENCES], *([f"Und {more} weitere Angaben."] if more > 0 else []))
    texts = {name: [shown(cell).strip() for cell in row.cells] if row else [] for name, row in about.items()}
    return [
        Figures(
            column.title,
            _at(texts[AS_OF], int(column.key), 80),
            _at(texts[UNIT], int(column.key), 40),
            values[column.key],
        )
        for column in columns
    ]


def _columns(table: Table) -> tuple[list[Column], list[str]]:
    """A column for each heading that is not the district's; its key is its place."""
    headings = [" ".join(shown(cell).split()) for cell in table.heading.cells]
    known = {column.title.casefold() for column in WHO}
    columns = [
        Column(str(at), title, Kind.DECIMAL)
        for at, title in enumerate(headings)
        if title and title.casefold() not in known
    ]
    slips = []
    if not {title.casefold() for title in headings} & known:
        slips.append(f"Es fehlt eine Spalte „{KEY.title}“ oder „{NAME.title}“ in der ersten ausgefüllten Zeile.")
    if not columns:
        slips.append("Die Tabelle enthält keinen Indikator. Jede Spalte mit Werten braucht eine Überschrift.")
    if len(columns) > MOST:
        slips.append(f"Die Tabelle enthält {len(columns)} Indikatoren. Möglich sind höchstens {MOST}.")
    longest = Indicator._meta.get_field("title").max_length or 0
    slips += [f"Die Überschrift „{one.title[:60]}…“ ist zu lang." for one in columns if len(one.title) > longest]
    return columns, slips


def _read(
    record: Record, columns: Sequence[Column], found: Districts, values: dict[str, dict[str, Decimal]]
) -> list[str]:
    """Take one row; answers what is wrong with it."""
    district = found.find(record)
    for column in columns:
        value = record.values.get(column.key)
        if district is None or column.key not in record.values:
            continue
        if not isinstance(value, Decimal):
            record.refuse(column.key, "Hier fehlt der Wert.")
        elif value < 0:
            record.refuse(column.key, "Ein Wert ist nicht negativ.")
        elif value != value.quantize(PLACES) or value.adjusted() > 11:
            record.refuse(column.key, "Werte haben höchstens 12 Stellen vor und 4 nach dem Komma.")
        else:
            values[column.key][district.ags] = value
    return [
        f"Zeile {record.number}, Spalte {fault.letter} „{fault.title}“{_quoted(fault.shown)}: {fault.sentence}"
        for fault in record.faults
    ]


def _quoted(text: str) -> str:
    return f", „{text}“" if text else ""


def _at(texts: Sequence[str], place: int, longest: int) -> str:
    return texts[place][:longest] if place < len(texts) else ""
