"""The grid of allocations: budget lines by districts, edited in place and saved as a whole."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agreements.actions import plan
from agreements.forms.allocations import Amounts, GridForm, cell_name
from agreements.models import Allocation, BudgetYear
from agreements.views.fetching import budget_year_or_404
from aqb.models import District
from aqb.money import ZERO, round_half_up
from aqb.pages import Request, posted, refusals_in

REMARKABLE = Decimal(5)  # percent: a change to the year before that deserves a second look


@dataclass(frozen=True)
class GridRow:
    """A district in the grid. Sums are those of what is stored; None where the year before had nothing."""

    district: District
    cells: list[Any]
    total: Decimal
    change: Decimal | None
    percent: str
    is_remarkable: bool
    is_unrounded: bool


@dataclass(frozen=True)
class GridSum:
    """A budget line below the grid: what is allocated, what it holds, what is left."""

    allocated: Decimal
    amount: Decimal
    unallocated: Decimal


@require_http_methods(["GET", "POST"])
def allocation_grid(request: Request, year: int) -> HttpResponse:
    """Show and save the allocations; while one person saves, another one waits."""
    budget_year = budget_year_or_404(request, year)
    with transaction.atomic():
        locked = budget_year.lines.select_for_update(no_key=True) if request.method == "POST" else budget_year.lines
        lines = list(locked.order_by("position", "pk"))
        districts = list(District.objects.valid_in(year))
        stored = _stored(budget_year)
        form = GridForm(posted(request), lines=lines, districts=districts, stored=stored)
        if request.method == "POST" and form.is_valid():
            with refusals_in(form):
                number = plan.save_allocations(budget_year=budget_year, amounts=form.changes, by=request.user)
                messages.success(request, _saved(number))
                return redirect("allocation_grid", year=year)
    if request.method == "POST":
        form.accept_current()
    before = _before(year)
    context = {"year": budget_year, "form": form, "lines": lines, "before": before,
               **_grid(budget_year, form, stored, before)}  # fmt: skip
    return render(request, "agreements/allocation_grid.html", context)


def _stored(budget_year: BudgetYear) -> Amounts:
    rows = Allocation.objects.filter(line__budget_year=budget_year).values_list("line", "district", "amount")
    return {(line, district): amount for line, district, amount in rows}


def _before(year: int) -> dict[int, Decimal]:
    """What each district got in the year before, all lines together."""
    rows = Allocation.objects.filter(line__budget_year__year=year - 1).order_by()
    return dict(rows.values_list("district").annotate(total=Sum("amount")).values_list("district", "total"))


def _saved(number: int) -> str:
    if not number:
        return "Es gab nichts zu speichern: Alle Zuweisungen stehen schon so da."
    return "1 Zuweisung ist gespeichert." if number == 1 else f"{number} Zuweisungen sind gespeichert."


def _grid(budget_year: BudgetYear, form: GridForm, stored: Amounts, before: dict[int, Decimal]) -> dict[str, Any]:
    """Rows, sums per line and the sum of all, from what is stored."""
    rows = [_row(budget_year, district, form, stored, before.get(district.pk)) for district in form.districts]
    with_totals: Any = budget_year.lines
    sums = [
        GridSum(line.allocated, line.amount, line.unallocated)
        for line in with_totals.with_totals().order_by("position", "pk")
    ]
    total = GridSum(
        sum((one.allocated for one in sums), ZERO),
        sum((one.amount for one in sums), ZERO),
        sum((one.unallocated for one in sums), ZERO),
    )
    return {"rows": rows, "sums": sums, "total": total}


def _row(
    budget_year: BudgetYear, district: District, form: GridForm, stored: Amounts, before: Decimal | None
) -> GridRow:
    amounts = [stored.get((line.pk, district.pk), ZERO) for line in form.lines]
    total = sum(amounts, ZERO)
    change = total - before if before is not None else None
    percent = change / before * 100 if change is not None and before else None
    return GridRow(
        district=district,
        cells=[form[cell_name((line.pk, district.pk))] for line in form.lines],
        total=total,
        change=change,
        percent=_percent(percent),
        is_remarkable=percent is not None and abs(percent) >= REMARKABLE,
        is_unrounded=bool(budget_year.rounding) and any(amount % budget_year.rounding for amount in amounts),
    )


def _percent(percent: Decimal | None) -> str:
    """`+0,7 %` with one place."""
    if percent is None:
        return ""
    rounded = round_half_up(percent, Decimal("0.1"))
    sign = "+" if rounded > 0 else "\u2212" if rounded < 0 else "\u00b1"
    return f"{sign}{abs(rounded):.1f}\u00a0%".replace(".", ",")
