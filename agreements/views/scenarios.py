"""Trials of sharing a budget line: compared side by side, calculated anew, removed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import distribution as actions
from agreements.distribution import Distribution, Impossible, distribute, thaw
from agreements.forms.distribution import ScenarioForm, comparison_name, initial_of
from agreements.models import BudgetLine, BudgetYear, DistributionScenario
from agreements.proposals import Choice, Ground, ground_of
from agreements.views.calculator import first_choice
from agreements.views.compared import MOST, compare
from agreements.views.explained import explain
from agreements.views.fetching import budget_year_or_404
from aqb.access import Refused
from aqb.conflicts import hold
from aqb.once import once
from aqb.pages import Request, posted, refusals_in

CALCULATE = "rechnen"


@require_safe
def scenario_list(request: Request, year: int) -> HttpResponse:
    """All trials of a line beside each other, with the year before, as a table and as a chart."""
    budget_year = budget_year_or_404(request, year)
    lines = list(budget_year.lines.order_by("position", "pk"))
    line = _line(request, lines)
    if line is None:
        return render(request, "agreements/scenario_list.html", {"year": budget_year, "line": None})
    scenarios = list(DistributionScenario.objects.filter(line=line).select_related("changed_by").order_by("name", "pk"))
    ground = ground_of(line)
    return render(request, "agreements/scenario_list.html", {
        "year": budget_year, "lines": lines, "line": line, "more": len(scenarios) - MOST,
        "compared": compare(ground, scenarios[:MOST]),
    })  # fmt: skip


def _line(request: Request, lines: list[BudgetLine]) -> BudgetLine | None:
    wanted = request.GET.get("linie", "")
    return next((line for line in lines if line.key == wanted), lines[0] if lines else None)


@require_http_methods(["GET", "POST"])
@once
def scenario_create(request: Request, year: int) -> HttpResponse:
    """A new trial for the line that the address names."""
    budget_year = budget_year_or_404(request, year)
    line = _line(request, list(budget_year.lines.order_by("position", "pk")))
    if line is None:
        raise Refused("Der Jahrgang hat noch keine Budgetlinie. Bitte legen Sie zuerst eine an.")
    line.budget_year = budget_year
    return _edit(request, line, None)


@require_http_methods(["GET", "POST"])
@once
def scenario_edit(request: Request, year: int, pk: int) -> HttpResponse:
    """A trial with everything it decides, and how each amount comes about."""
    budget_year_or_404(request, year)
    hold(request, BudgetLine.objects.filter(budget_year__year=year, scenarios=pk))
    scenario = _scenario(request, year, pk)
    return _edit(request, scenario.line, scenario)


def _scenario(request: Request, year: int, pk: int) -> DistributionScenario:
    rows = DistributionScenario.objects.select_related("line__budget_year", "changed_by")
    return get_object_or_404(rows.filter(line__budget_year=budget_year_or_404(request, year)), pk=pk)


def _edit(request: Request, line: BudgetLine, scenario: DistributionScenario | None) -> HttpResponse:
    ground = ground_of(line)
    initial = _initial(ground, line.budget_year, scenario)
    form = ScenarioForm(posted(request), ground=ground, initial=initial, scenario=scenario)
    form.away = f"{reverse('scenario_list', args=[line.budget_year.year])}?linie={line.key}"
    found, reasons = _found(form, ground, scenario)
    if request.method == "POST" and found and request.POST.get("tun") != CALCULATE:
        with refusals_in(form):
            row = actions.save_scenario(
                line=line, name=form.cleaned_data["name"], calculation=_typed(form, ground), scenario=scenario,
                by=request.user,
            )  # fmt: skip
            messages.success(request, f"Das Szenario „{row.name}“ ist gespeichert.")
            return redirect(form.away)
    for reason in reasons:
        form.add_error(None, reason)
    changed = ground.changes_since(scenario.calculation) if scenario else []
    return render(request, "agreements/scenario_form.html", {
        "year": line.budget_year, "line": line, "scenario": scenario, "form": form, "changed": changed,
        "comparisons": _comparisons(form, ground), "steps": explain(found) if found else None,
    })  # fmt: skip


def _initial(ground: Ground, budget_year: BudgetYear, scenario: DistributionScenario | None) -> dict[str, Any]:
    choice = ground.choice_of(scenario.calculation) if scenario else first_choice(ground, budget_year)
    compared = {comparison_name(one.ags): ground.comparison(one, choice) for one in ground.districts}
    return {"name": scenario.name if scenario else "", **initial_of(choice), **compared}


def _found(
    form: ScenarioForm, ground: Ground, scenario: DistributionScenario | None
) -> tuple[Distribution | None, list[str]]:
    """What comes out of the form, or of the trial as it is kept; else why nothing does."""
    if not form.is_bound:
        return (distribute(*thaw(scenario.calculation)), []) if scenario else (None, [])
    if not form.is_valid():
        return None, []
    try:
        return distribute(*thaw(_typed(form, ground))), []
    except Impossible as error:
        return None, error.reasons


def _typed(form: ScenarioForm, ground: Ground) -> Mapping[str, Any]:
    choice: Choice = form.choice(form.comparisons())
    return ground.calculation(choice)


def _comparisons(form: ScenarioForm, ground: Ground) -> list[dict[str, Any]]:
    """The districts with the year before and the field that says what counts instead."""
    return [
        {"district": one, "previous": ground.previous.get(one.ags, Decimal(0)), "field": form[comparison_name(one.ags)]}
        for one in ground.districts
    ]


@require_http_methods(["GET", "POST"])
@once
def scenario_remove(request: Request, year: int, pk: int) -> HttpResponse:
    """Ask, then remove a trial; allocations that came from it keep their formula."""
    scenario = _scenario(request, year, pk)
    back = f"{reverse('scenario_list', args=[year])}?linie={scenario.line.key}"
    if request.method == "POST":
        actions.remove_scenario(scenario=scenario, by=request.user)
        messages.success(request, f"Das Szenario „{scenario.name}“ ist entfernt.")
        return redirect(back)
    context = {"scenario": scenario, "year": scenario.line.budget_year, "back": back}
    return render(request, "agreements/scenario_remove.html", context)
