"""Allocations as a file: taken away as a table, and read from one after a look at what would change."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements import allocation_tables
from agreements.actions import plan
from agreements.allocation_tables import Preview
from agreements.forms.allocations import Amounts
from agreements.models import BudgetLine, BudgetYear
from agreements.views.fetching import budget_year_or_404
from agreements.views.grid_rows import amounts_in
from aqb.access import Refused
from aqb.forms import Form
from aqb.models import District
from aqb.money import ZERO, format_euro
from aqb.once import once
from aqb.pages import Request, posted, refusals_in
from aqb.tables import Format, answer, read

SALT = "agreements.allocation_files"
Confirmed = list[tuple[int, int, str, str]]  # budget line, district, before, after


class TableForm(Form):
    """A file with a table."""

    file = forms.FileField(
        label="Tabelle",
        help_text="xlsx, ods oder csv",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )


@require_safe
def allocation_table(request: Request, year: int, kind: str) -> HttpResponse:
    """What is stored as a table: a template to fill in, and the way back of what was read."""
    budget_year, lines, districts, stored = _ground(request, year)
    if kind not in set(Format):
        raise Http404
    columns = allocation_tables.columns_of(lines)
    rows = allocation_tables.rows_of(lines, districts, stored)
    return answer(Format(kind), columns, rows, name=f"Zuweisungen {budget_year.title}", sheet="Zuweisungen")


@require_http_methods(["GET", "POST"])
@once
def allocation_import(request: Request, year: int) -> HttpResponse:
    """Read a table, show what it would change, and change it once the person says so."""
    budget_year, lines, districts, stored = _ground(request, year)
    if request.method == "POST" and (token := request.POST.get("bestaetigt")):
        number = _confirmed(token, budget_year, stored, lines, districts, request)
        messages.success(request, f"{number} {'Zuweisung ist' if number == 1 else 'Zuweisungen sind'} übernommen.")
        return redirect("allocation_grid", year=year)
    form = TableForm(posted(request), request.FILES or None)
    found: Preview | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_in(form):
            table = read(file.read(), name=file.name, wanted="Zuweisungen")
            found = allocation_tables.preview(table, lines=lines, districts=districts, stored=stored, year=year)
    token = _token(found) if found and found.changes and not found.over else ""
    context: dict[str, Any] = {"year": budget_year, "form": form, "found": found, "token": token,
                               "formats": list(Format), "name": _file_name(form)}  # fmt: skip
    return render(request, "agreements/allocation_import.html", context)


def _ground(request: Request, year: int) -> tuple[BudgetYear, list[BudgetLine], list[District], Amounts]:
    budget_year = budget_year_or_404(request, year)
    lines = list(budget_year.lines.order_by("position", "pk"))
    return budget_year, lines, list(District.objects.valid_in(year)), amounts_in(budget_year)


def _file_name(form: TableForm) -> str:
    return form.cleaned_data["file"].name if form.is_bound and "file" in getattr(form, "cleaned_data", {}) else ""


def _token(found: Preview) -> str:
    cells: Confirmed = [(one.line.pk, one.district.pk, str(one.before), str(one.after)) for one in found.changes]
    return signing.dumps(cells, salt=SALT, compress=True)


def _confirmed(
    token: str, budget_year: BudgetYear, stored: Amounts, lines: list[BudgetLine], districts: list[District],
    request: Request,
) -> int:  # fmt: skip
    """Save what the preview showed. Refuses when somebody has changed one of its cells since then."""
    try:
        cells: Confirmed = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Refused(
            "Die Seite ist nicht vollständig angekommen. Bitte lesen Sie die Tabelle noch einmal ein."
        ) from error
    titles, names = {line.pk: line.title for line in lines}, {one.pk: one.name for one in districts}
    late = [
        f"{names.get(district, '?')}, {titles.get(line, '?')}: inzwischen {format_euro(stored.get((line, district), ZERO))} €, "
        f"in der Vorschau {format_euro(Decimal(before))} €."
        for line, district, before, _ in cells
        if stored.get((line, district), ZERO) != Decimal(before)
    ]
    if late:
        raise Refused(*late, "Es ist nichts gespeichert. Bitte lesen Sie die Tabelle noch einmal ein.")
    amounts = {(line, district): Decimal(after) for line, district, _, after in cells}
    return plan.save_allocations(budget_year=budget_year, amounts=amounts, by=request.user)
