"""Vintages: the list, their making and opening, and the one page that shows a vintage at work."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import plan
from agreements.filters import VersionFilter
from agreements.forms.plan import BudgetYearForm, CopyForm, FirstLineFormSet, LineFormSet
from agreements.models import AgreementVersion, BudgetLine, BudgetYear
from agreements.views import vintage_page
from agreements.views.agreements import sums
from agreements.views.fetching import budget_year_or_404, budget_year_to_change
from agreements.views.rows import rows
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


@require_safe
def budget_year_detail(request: Request, year: int) -> HttpResponse:
    """A vintage on one page: every agreement with status, money and next step; before the opening what is missing."""
    budget_year: Any = budget_year_or_404(request, year)
    all_versions = (
        AgreementVersion.objects.visible_to(request.user).current().filter(agreement__budget_year=budget_year)
    )
    found = VersionFilter(request.GET, queryset=all_versions)
    versions = found.qs.with_totals().select_related("agreement__budget_year", "agreement__district")
    overview = vintage_page.overview(list(all_versions.select_related("agreement__budget_year")), request.user)
    listed = rows(versions.order_by("agreement__district__sort_name", "pk"), request.user)
    return render(request, "agreements/budget_year_detail.html", {
        "year": budget_year, "form": found.form, "rows": listed, "shown": len(listed), "total": overview.total,
        "sums": sums(versions), "overview": overview,
        "totals": BudgetYear.objects.with_totals().get(pk=budget_year.pk),
        "tasks": vintage_page.tasks(budget_year),
        "missing_districts": vintage_page.without_agreement(budget_year).exists(),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@once
def budget_year_create(request: Request) -> HttpResponse:
    """A new vintage with its first lines."""
    require(request.user, "vintage.keep")
    form = BudgetYearForm(posted(request), initial=_next_year())
    lines = FirstLineFormSet(posted(request), queryset=BudgetLine.objects.none(), prefix="lines")
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        with refusals_in(form):
            budget_year = plan.create_budget_year(lines=_filled(lines), by=request.user, **form.cleaned_data)
            messages.success(request, f"Der Jahrgang {budget_year.title} ist angelegt.")
            return redirect("budget_year_detail", year=budget_year.year)
    return render(request, "agreements/budget_year_form.html", {"form": form, "lines": lines, "year": None})


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
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        with refusals_in(form), transaction.atomic():
            _save(budget_year, form, lines, request)
            messages.success(request, f"Der Jahrgang {budget_year.year} ist gespeichert.")
            return redirect("budget_year_detail", year=form.cleaned_data["year"])
    return render(request, "agreements/budget_year_form.html", {"form": form, "lines": lines, "year": budget_year})


def _save(budget_year: BudgetYear, form: BudgetYearForm, lines: Any, request: Request) -> None:
    plan.change_budget_year(budget_year=budget_year, by=request.user, **form.cleaned_data)
    known = {line.pk: line for line in budget_year.lines.all()}
    for position, line_form in enumerate(lines, start=1):
        if line_form.has_changed():
            values = {name: line_form.cleaned_data[name] for name in ("key", "title", "amount", "earmark")}
            line = known.get(line_form.instance.pk)
            place = {} if line else {"position": position}
            plan.save_line(budget_year=budget_year, line=line, by=request.user, **values, **place)


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
