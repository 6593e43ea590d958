"""Formulas that allocations came from: for everybody who has to prove, years later, how an amount came about."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.distribution import distribute, thaw
from agreements.models import Allocation, AppliedDistribution
from agreements.views.explained import explain
from aqb.access import require
from aqb.pages import Request

PER_PAGE = 50


@require_safe
def distribution_list(request: Request) -> HttpResponse:
    """Every formula that was taken over, the newest first."""
    require(request.user, "distribution.read")
    rows = AppliedDistribution.objects.select_related("line__budget_year", "applied_by").order_by("-applied_at", "-pk")
    page = Paginator(rows.defer("calculation", "amounts", "formula"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "agreements/distribution_list.html", {"page": page})


@dataclass(frozen=True)
class Given:
    """An allocation of the formula as it stands today; `by_hand` says whether it is another amount than the formula gave."""

    allocation: Allocation
    by_hand: bool


@require_safe
def distribution_detail(request: Request, pk: int) -> HttpResponse:
    """One formula: in words, every step of every district, calculated again now, and what became of the amounts."""
    require(request.user, "distribution.read")
    row: AppliedDistribution = get_object_or_404(
        AppliedDistribution.objects.select_related("line__budget_year", "applied_by"), pk=pk
    )
    found = distribute(*thaw(row.calculation))
    allocations = row.allocations.select_related("district").order_by("district__sort_name", "pk")
    given = [Given(one, one.is_by_hand) for one in allocations]
    context: dict[str, Any] = {
        "row": row, "year": row.line.budget_year, "steps": explain(found),
        "is_proven": found.amounts == {key: Decimal(amount) for key, amount in row.amounts.items()},
        "given": given, "by_hand": sum(one.by_hand for one in given),
    }  # fmt: skip
    return render(request, "agreements/distribution_detail.html", context)
