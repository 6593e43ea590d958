"""The figures by which money can be shared: the table that counts for a vintage, and reading a new one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements import indicator_tables
from agreements.actions import distribution
from agreements.models import IndicatorSet
from agreements.proposals import indicators_of
from agreements.views.allocation_files import TableForm
from agreements.views.fetching import budget_year_or_404
from aqb.models import District
from aqb.once import once
from aqb.pages import Request, posted, refusals_in
from aqb.tables import Format, answer, read

SHOWN = 10  # earlier tables


@require_http_methods(["GET", "POST"])
@once
def indicators(request: Request, year: int) -> HttpResponse:
    """The indicators of a vintage as they were uploaded last; a new table takes their place, the old one stays."""
    budget_year = budget_year_or_404(request, year)
    districts = list(District.objects.valid_in(year))
    form = TableForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            file = form.cleaned_data["file"]
            table = read(file.read(), name=file.name, wanted="Indikatoren")
            figures = indicator_tables.figures_in(table, districts, year)
            distribution.store_indicators(
                budget_year=budget_year, indicators=figures, source=file.name[:200], by=request.user
            )
            messages.success(request, f"Die Tabelle „{file.name}“ ist eingelesen und gilt ab jetzt.")
            return redirect("indicators", year=year)
    stored = indicators_of(budget_year)
    uploads = IndicatorSet.objects.filter(budget_year=budget_year).select_related("created_by").order_by("-pk")
    context: dict[str, Any] = {
        "year": budget_year, "figures": stored, "uploads": list(uploads[: SHOWN + 1]), "form": form,
        "formats": list(Format),
        "rows": [(district, [one.values.get(district.ags) for one in stored]) for district in districts],
    }  # fmt: skip
    return render(request, "agreements/indicators.html", context)


@require_safe
def indicator_table(request: Request, year: int, kind: str) -> HttpResponse:
    """The table to fill in, with what is stored."""
    budget_year = budget_year_or_404(request, year)
    if kind not in set(Format):
        raise Http404
    columns, rows = indicator_tables.template(indicators_of(budget_year), list(District.objects.valid_in(year)))
    return answer(Format(kind), columns, rows, name=f"Indikatoren {budget_year.title}", sheet="Indikatoren")
