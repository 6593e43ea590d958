"""Vintages: the list, their making, changing and opening."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import deadlines, plan
from agreements.forms.deadlines import DeadlineFormSet
from agreements.forms.plan import BudgetYearForm, CopyForm, FirstLineFormSet, LineFormSet
from agreements.models import BudgetLine, BudgetYear, Deadline
from agreements.views import vintage_page
from agreements.views.fetching import budget_year_or_404, budget_year_to_change
from aqb import clock
from aqb.access import Refused, require
from aqb.once import once
from aqb.pages import Request, posted, refusals_in


@require_safe
def budget_year_list(request: Request) -> HttpResponse:
    """Every vintage with its budget, what is allocated, and how many agreements it has."""
    require(request.user, "vintage.keep")
    years = BudgetYear.objects.with_totals().annotate(number_of_agreements=Count("agreements")).order_by("-year")
    return render(request, "agreements/budget_year_list.html", {"years": years})


@require_http_methods(["GET", "POST"])
@once
def budget_year_create(request: Request) -> HttpResponse:
    """A new vintage with its first lines."""
    require(request.user, "vintage.keep")
    form = BudgetYearForm(posted(request), initial=_next_year())
    lines = FirstLineFormSet(posted(request), queryset=BudgetLine.objects.none(), prefix="lines")
    days = DeadlineFormSet(posted(request), queryset=Deadline.objects.none(), prefix="fristen")
    if request.method == "POST" and form.is_valid() & lines.is_valid() & days.is_valid():
        with refusals_in(form), transaction.atomic():
            budget_year = plan.create_budget_year(lines=_filled(lines), by=request.user, **form.cleaned_data)
            _save_days(budget_year, days, request)
            messages.success(request, f"Der Jahrgang {budget_year.title} ist angelegt.")
            return redirect("budget_year_detail", year=budget_year.year)
    return render(
        request, "agreements/budget_year_form.html", {"form": form, "lines": lines, "days": days, "year": None}
    )


def _next_year() -> dict[str, int]:
    """The year after the newest vintage, paid over five cash years as far as known."""
    newest = BudgetYear.objects.first()
    year = newest.year + 1 if newest else clock.today().year
    return {"year": year, "first_cash_year": year, "last_cash_year": year + 4}


def _filled(lines: Any) -> list[dict[str, Any]]:
    """The new lines that somebody filled in."""
    wanted = ("key", "title", "amount", "earmark")
    return [{name: form.cleaned_data[name] for name in wanted} for form in lines if form.has_changed()]


@require_http_methods(["GET", "POST"])
@once
def budget_year_edit(request: Request, year: int) -> HttpResponse:
    """Dates, rules and lines of a vintage, saved together."""
    budget_year = budget_year_to_change(request, year)
    shown = BudgetYear.objects.get(pk=budget_year.pk)  # a form writes into its instance before anything is saved
    form = BudgetYearForm(posted(request), instance=shown)
    lines = LineFormSet(posted(request), queryset=budget_year.lines.all(), prefix="lines")
    for line_form in lines:
        line_form.instance.budget_year = budget_year
    days = DeadlineFormSet(posted(request), queryset=budget_year.deadlines.all(), prefix="fristen")
    for day_form in days:
        day_form.instance.budget_year = budget_year
    if request.method == "POST" and form.is_valid() & lines.is_valid() & days.is_valid():
        with refusals_in(form), transaction.atomic():
            _save(budget_year, form, lines, request)
            _save_days(budget_year, days, request)
            messages.success(request, f"Der Jahrgang {budget_year.year} ist gespeichert.")
            return redirect("budget_year_detail", year=form.cleaned_data["year"])
    return render(
        request, "agreements/budget_year_form.html", {"form": form, "lines": lines, "days": days, "year": budget_year}
    )


def _save(budget_year: BudgetYear, form: BudgetYearForm, lines: Any, request: Request) -> None:
    plan.change_budget_year(budget_year=budget_year, by=request.user, **form.cleaned_data)
    known = {line.pk: line for line in budget_year.lines.all()}
    for position, line_form in enumerate(lines, start=1):
        if line_form.has_changed():
            values = {name: line_form.cleaned_data[name] for name in ("key", "title", "amount", "earmark")}
            line = known.get(line_form.instance.pk)
            place = {} if line else {"position": position}
            plan.save_line(budget_year=budget_year, line=line, by=request.user, **values, **place)


def _save_days(budget_year: BudgetYear, days: Any, request: Request) -> None:
    """The further deadlines as the rows say: changed, new, or to be removed."""
    for form in days:
        known = form.instance if form.instance.pk else None
        if known and form.cleaned_data.get("DELETE"):
            deadlines.remove_deadline(deadline=known, by=request.user)
        elif form.has_changed():
            values = {name: form.cleaned_data[name] for name in ("title", "day", "audience")}
            deadlines.save_deadline(budget_year=budget_year, deadline=known, by=request.user, **values)


@require_http_methods(["GET", "POST"])
@once
def budget_year_copy(request: Request, year: int) -> HttpResponse:
    """A new vintage from this one, with or without its amounts."""
    source = budget_year_or_404(request, year)
    form = CopyForm(posted(request), initial={"year": source.year + 1})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            copy = plan.copy_budget_year(source=source, by=request.user, **form.cleaned_data)
            messages.success(request, f"Der Jahrgang {copy.title} ist als Kopie angelegt.")
            return redirect("budget_year_detail", year=copy.year)
    return render(request, "agreements/budget_year_copy.html", {"year": source, "form": form})


@require_http_methods(["GET", "POST"])
@once
def budget_year_open(request: Request, year: int) -> HttpResponse:
    """The page before the opening: which districts get an agreement, what is still missing; then the opening."""
    budget_year = budget_year_or_404(request, year)
    require(request.user, "vintage.open")
    refusals: list[str] = []
    if request.method == "POST":
        try:
            opened = plan.open_budget_year(budget_year=budget_year, by=request.user)
        except Refused as refused:
            refusals = refused.reasons
        else:
            messages.success(
                request, f"Der Jahrgang {budget_year.title} ist eröffnet: {len(opened)} neue Zielvereinbarungen."
            )
            return redirect("budget_year_detail", year=year)
    context = {"year": budget_year, "refusals": refusals, **vintage_page.opening(budget_year)}
    return render(request, "agreements/budget_year_open.html", context, status=409 if refusals else 200)
