"""Records as JSON, for a table that waits for somebody's decision: the same records come back, the file is not kept."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from aqb.exports import Cell
from aqb.tables.records import Heading, Place, Record


def as_json(records: list[Record]) -> dict[str, Any]:
    """The records as plain values."""
    heading = records[0].heading if records else Heading({}, {})
    return {"letters": heading.letters, "titles": heading.titles, "rows": [_row(record) for record in records]}


def from_json(kept: dict[str, Any]) -> list[Record]:
    """The records that `as_json` wrote."""
    heading = Heading(kept["letters"], kept["titles"])
    return [
        Record(
            row["number"], heading, {key: _value(one) for key, one in row["values"].items()}, row["written"],
            [Place(**one) for one in row["faults"]], [Place(**one) for one in row["notes"]],
        )
        for row in kept["rows"]
    ]  # fmt: skip


def _row(record: Record) -> dict[str, Any]:
    return {
        "number": record.number, "written": record.written,
        "values": {key: _plain(value) for key, value in record.values.items()},
        "faults": [asdict(one) for one in record.faults], "notes": [asdict(one) for one in record.notes],
    }  # fmt: skip


def _plain(value: Cell) -> Any:
    """A value as JSON has it; what JSON does not have is marked by its kind."""
    match value:
        case Decimal():
            return ["amount", f"{value:f}"]
        case date():
            return ["day", value.isoformat()]
        case _:
            return value


def _value(plain: Any) -> Cell:
    match plain:
        case ["amount", digits]:
            return Decimal(digits)
        case ["day", day]:
            return date.fromisoformat(day)
        case _:
            return plain
