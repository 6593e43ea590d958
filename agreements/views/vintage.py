"""The one page that shows a vintage at work: every agreement with status, money and next step; its table and columns."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agreements.filters import VintageFilter, chips
from agreements.models import AgreementVersion, BudgetYear
from agreements.views import columns, vintage_page
from agreements.views.agreements import sums
from agreements.views.fetching import budget_year_or_404
from agreements.views.offers import OFFERS
from agreements.views.rows import rows
from aqb.models import ChosenColumns
from aqb.pages import Request
from aqb.screens import STATUS
from aqb.tables import Format

LABELS = {key: badge.label for key, badge in STATUS.items()}


def versions_of(budget_year: BudgetYear, request: Request) -> Any:
    """The newest version of each agreement of the vintage, as far as the person may see it."""
    return AgreementVersion.objects.visible_to(request.user).current().filter(agreement__budget_year=budget_year)


def found_by(filters: VintageFilter, request: Request) -> Any:
    """What the filters in the address find, with amounts, in the order that the address asks for."""
    versions = filters.qs.with_totals(filters.chosen_line).select_related(
        "agreement__budget_year", "agreement__district"
    )
    return versions.order_by(*columns.order(request.GET))


@require_safe
def budget_year_detail(request: Request, year: int) -> HttpResponse:
    """A vintage on one page: every agreement with status, money and next step; before the opening what is missing."""
    budget_year = budget_year_or_404(request, year)
    all_versions = versions_of(budget_year, request)
    filters = VintageFilter(request.GET, queryset=all_versions, budget_year=budget_year)
    versions = found_by(filters, request)
    overview = vintage_page.overview(list(all_versions.select_related("agreement__budget_year")), request.user)
    listed, shown = rows(versions, request.user, back=request.get_full_path()), columns.chosen(request.user)
    return render(request, "agreements/budget_year_detail.html", {
        "year": budget_year, "form": filters.form, "chips": chips(filters.form, request.GET), "line": filters.chosen_line,
        "rows": listed, "shown": len(listed), "total": overview.total, "sums": sums(versions) if listed else None,
        "columns": shown, "headings": columns.headings(shown, request.GET), "choices": columns.CHOICES,
        "all_chosen": request.GET.get("auswahl") == "alle", "offers": OFFERS, "states": LABELS, "formats": list(Format),
        "overview": overview, "totals": BudgetYear.objects.with_totals().get(pk=budget_year.pk),
        "tasks": vintage_page.tasks(budget_year), "lead_times": vintage_page.lead_times(budget_year),
        "missing_districts": vintage_page.without_agreement(budget_year).exists(),
    })  # fmt: skip


@require_safe
def budget_year_table(request: Request, year: int, format: Format) -> HttpResponse:  # noqa: A002
    """The whole list that the filters find, as a spreadsheet, with everything known of each agreement."""
    budget_year = budget_year_or_404(request, year)
    filters = VintageFilter(request.GET, queryset=versions_of(budget_year, request), budget_year=budget_year)
    return columns.handed_out(format, found_by(filters, request), request.user, budget_year.title)


@require_POST
def budget_year_columns(request: Request, year: int) -> HttpResponse:
    """Keep which columns the person sees from now on, in every vintage."""
    budget_year = budget_year_or_404(request, year)
    wanted = request.POST.getlist("column")
    known = [column.key for column in columns.CHOICES if column.key in wanted]
    ChosenColumns.objects.keep(request.user, columns.TABLE, known)
    back = reverse("budget_year_detail", args=[budget_year.year])
    query = request.POST.get("query", "")
    return redirect(f"{back}?{query}" if query else back)
