from django.contrib import admin

from aqb.back_office.rows import Rows
from aqb.back_office.tables import Table


def test_rows_that_can_be_edited_say_how_they_are_saved() -> None:
    """Either the rows save themselves, or their table saves them together with the row that they belong to."""
    editable = {
        (table, rows)
        for table in admin.site._registry.values()
        for rows in table.inlines
        if issubclass(rows, Rows) and (rows.editable or rows.can_delete)
    }
    assert editable
    assert not {
        rows.__name__
        for table, rows in editable
        if rows.save_rows is Rows.save_rows and type(table).save_related is Table.save_related
    }
