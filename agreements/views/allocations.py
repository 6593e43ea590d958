"""The grid of allocations: budget lines by districts, edited in place and saved as a whole, with the calculator beside."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agreements.actions import plan
from agreements.forms.allocations import GridForm, as_loaded, filled
from agreements.models import BudgetLine, BudgetYear, DistributionScenario
from agreements.views.calculator import Calculator, open_calculator
from agreements.views.fetching import budget_year_or_404
from agreements.views.grid_rows import Stored, grid, stored_in
from aqb.models import District
from aqb.pages import Request, refusals_in

# What the buttons do besides saving; none of them changes an allocation.
SUMS, FILL, KEEP = "summen", "uebernehmen", "merken"


@require_http_methods(["GET", "POST"])
def allocation_grid(request: Request, year: int) -> HttpResponse:
    """Show and save the allocations; while one person saves, another one waits."""
    budget_year = budget_year_or_404(request, year)
    wanted = request.POST.get("tun", "")
    saving = request.method == "POST" and not wanted
    with transaction.atomic():
        rows = budget_year.lines.select_for_update(no_key=True) if saving else budget_year.lines
        lines = list(rows.order_by("position", "pk"))
        districts = list(District.objects.valid_in(year))
        if not lines or not districts:
            return render(request, "agreements/allocation_grid.html", {"year": budget_year, "grid": None})
        stored = stored_in(budget_year)
        card = open_calculator(request, budget_year, lines, districts, stored, _asked(request, budget_year))
        form = GridForm(
            _typed(request, wanted, card, stored, districts), lines=lines, districts=districts, stored=stored.amounts
        )
        if form.is_valid() and saving:
            with refusals_in(form):
                number = plan.save_allocations(
                    budget_year=budget_year, amounts=form.changes, origins=form.origins, by=request.user
                )
                messages.success(request, _saved(number, len(form.origins)))
                return redirect("allocation_grid", year=year)
        if wanted == KEEP:
            card.keep(request)
    if saving:
        form.accept_current()
    part = wanted == SUMS and "HX-Request" in request.headers
    context = {"year": budget_year, "form": form, "lines": lines, "card": card, "before": stored.before,
               "saving": saving, "oob": part, "grid": grid(budget_year, form, stored)}  # fmt: skip
    return render(request, f"agreements/{'grid/sums' if part else 'allocation_grid'}.html", context)


def _asked(request: Request, budget_year: BudgetYear) -> DistributionScenario | None:
    """The trial that a link from the comparison wants to have filled in."""
    if request.method == "POST" or not (key := request.GET.get("szenario", "")):
        return None
    rows = DistributionScenario.objects.filter(line__budget_year=budget_year).select_related("line")
    return get_object_or_404(rows, pk=key if key.isdecimal() else 0)


def _typed(
    request: Request, wanted: str, card: Calculator, stored: Stored, districts: list[District]
) -> QueryDict | None:
    """What the grid holds: as typed, filled from the calculator, or None where it is shown as it is stored."""
    fills = wanted == FILL if request.method == "POST" else bool(request.GET.get("szenario"))
    if request.method != "POST" and not fills:
        return None
    lines: list[BudgetLine] = list(card.form.lines)
    typed = request.POST if request.method == "POST" else as_loaded(stored.amounts, lines, districts)
    if not fills or card.found is None:
        return typed
    origin = card.origin
    card.note = f"„{origin.name}“ steht in der Tabelle und ist noch nicht gespeichert."
    return filled(typed, card.line, districts, card.found.amounts, origin)


def _saved(number: int, formulas: int) -> str:
    kept = "Die Formel ist bei den Zuweisungen festgehalten." if formulas else ""
    if not number:
        return kept or "Es gab nichts zu speichern: Alle Zuweisungen stehen schon so da."
    said = "1 Zuweisung ist gespeichert." if number == 1 else f"{number} Zuweisungen sind gespeichert."
    return f"{said} {kept}".strip()
