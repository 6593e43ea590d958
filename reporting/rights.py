"""Who may do what, for everybody who is signed in: as a page and as a table to take along."""

from io import StringIO

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aqb import rights
from aqb.access import Role
from aqb.exports import write_csv
from aqb.pages import Request


@require_safe
def rights_table(request: Request) -> HttpResponse:
    """Roles, rights and conditions as the policy answers them."""
    context = {
        "columns": rights.columns(),
        "areas": rights.areas(),
        "own": Role(request.user.role),
        "sensitive": rights.sensitive(),
        "minutes": rights.minutes(),
        "four_eyes": rights.four_eyes(),
    }
    return render(request, "reporting/rights.html", context)


@require_safe
def rights_file(request: Request) -> HttpResponse:
    """The same table as CSV."""
    table = StringIO(newline="")
    heading = ["Bereich", "Was", "Bedingung", *(column.title for column in rights.columns())]
    rows = ((area.title, row.what, ", ".join(row.notes), *row.answers) for area in rights.areas() for row in area.rows)
    write_csv(table, heading, rows)
    headers = {"Content-Disposition": 'attachment; filename="AQB-Rechte.csv"'}
    return HttpResponse(table.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
