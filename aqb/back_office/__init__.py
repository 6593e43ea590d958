"""The back office at /verwaltung/: Django's admin, going through the same rules and actions as the rest.

    from aqb.back_office import Reason, Rows, Table, flag, money

`Table` is one table's list and form, `Rows` what is edited inside a form, `money` and `flag` are columns of amounts and
of yes and no. Who may do what is asked of `aqb.access`; why a row is read-only stands above it; what an action or the
database refuses comes back as a sentence above the form, with everything typed still there and nothing saved.
"""

from aqb.back_office.lists import flag, money
from aqb.back_office.rows import BackOfficeForm, Rows, acting, become
from aqb.back_office.tables import Reason, Table

__all__ = ["BackOfficeForm", "Reason", "Rows", "Table", "acting", "become", "flag", "money"]
