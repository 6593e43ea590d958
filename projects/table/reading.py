"""A table that came in, as records of our columns."""

from aqb import tables
from aqb.access import Refused
from aqb.tables import Record, Table
from projects.table.columns import ALL, readable
from projects.table.known import Known

NAME = "Projekte"  # of the sheet, and of the file


def understood(table: Table, state: Known) -> list[Record]:
    """The rows of the table. Refuses unknown and double columns, and a table that does not say which project it means."""
    records = tables.records(table, readable(state))
    if records and not {"uid", "title"} & set(records[0].heading.letters):
        titles = {one.key: one.title for one in ALL}
        raise Refused(
            f"Es fehlt die Spalte „{titles['title']}“ oder „{titles['uid']}“: "
            "Ohne sie ist nicht klar, welches Projekt gemeint ist."
        )
    return records
