"""What every page of an agreement begins with: the row that the person may see."""

from typing import Any

from django.db.models import OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import get_object_or_404

from agreements.models import Agreement, AgreementVersion, BudgetYear
from aqb.access import require
from aqb.conflicts import hold
from aqb.drafts import listed
from aqb.pages import Request

_BEGUN = listed(Concat(Value("version:"), Cast(OuterRef("pk"), TextField())), "project")  # as draft_key() writes it


def version_or_404(request: Request, year: int, ags: str, number: int) -> Any:
    """The version with its totals, as far as the person may see it; a foreign one does not exist for them.

    `begun` is what `aqb.drafts.begun_in` reads: projects that somebody has begun and not taken over yet.
    """
    versions = AgreementVersion.objects.visible_to(request.user).with_totals().annotate(begun=_BEGUN)
    return get_object_or_404(
        versions.select_related(
            "agreement__budget_year", "agreement__district", "wording", "base", "ministry",
            "prepared_by", "submitted_by", "returned_by",
        ),
        agreement__budget_year__year=year, agreement__district__ags=ags, number=number,
    )  # fmt: skip


def version_to_change(request: Request, year: int, ags: str, number: int) -> Any:
    """The same for a form about what the version states: while something is sent, the version is locked before it is read."""
    seen = AgreementVersion.objects.visible_to(request.user).filter(
        agreement__budget_year__year=year, agreement__district__ags=ags, number=number
    )
    hold(request, AgreementVersion.objects.filter(pk__in=seen.values("pk")))
    return version_or_404(request, year, ags, number)


def agreement_or_404(request: Request, year: int, ags: str) -> Agreement:
    """The agreement of a vintage with a district, as far as the person may see it."""
    agreements = Agreement.objects.visible_to(request.user).select_related("budget_year", "district")
    found: Agreement = get_object_or_404(agreements, budget_year__year=year, district__ags=ags)
    return found


def budget_year_or_404(request: Request, year: int) -> BudgetYear:
    """The vintage, for those who plan it; refuses everybody else."""
    require(request.user, "vintage.keep")
    return get_object_or_404(BudgetYear, year=year)


def budget_year_to_change(request: Request, year: int) -> BudgetYear:
    """The same for a form about the vintage: while something is sent, it is locked before it is read."""
    require(request.user, "vintage.keep")
    hold(request, BudgetYear.objects.filter(year=year))
    return budget_year_or_404(request, year)


def address(version: AgreementVersion) -> dict[str, Any]:
    """The parts of a version's address."""
    agreement = version.agreement
    return {"year": agreement.budget_year.year, "ags": agreement.district.ags, "number": version.number}


def draft_key(version: AgreementVersion) -> str:
    """How drafts of forms name the version that they belong to (aqb.drafts)."""
    return f"version:{version.pk}"
