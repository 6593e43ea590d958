"""Drafts of the project form: what they are about, and the sums that come back while somebody types."""

from functools import cache
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from agreements.models import AgreementVersion
from agreements.views.fetching import draft_key, version_or_404
from aqb.access import require
from aqb.drafts import Place
from aqb.drafts.begun import NEW
from projects.amount_table import AmountTable, cell_name
from projects.amounts import pots, shares_of
from projects.forms import ProjectForm
from projects.models import ProjectEntry

KIND = "project"


def about(entry: ProjectEntry) -> str:
    """How a draft names the project that it is about."""
    return f"{KIND}:{entry.pk}"


def place_of_entry(request: Any, pk: int) -> Place:
    """Where a version's statement of a project is changed. Refuses as the form does."""
    entries = ProjectEntry.objects.visible_to(request.user)
    entry = get_object_or_404(
        entries.select_related("version__agreement__district", "version__agreement__budget_year"), pk=pk
    )
    return _place(request, entry.version, entry, about(entry), entry.title)


def place_of_new(request: Any, year: int, ags: str, number: int) -> Place:
    """Where a new project is made; the mark of its form tells it from another new one."""
    version = version_or_404(request, year, ags, number)
    return _place(request, version, None, f"{KIND}:{NEW}", request.POST.get("title", "").strip())


def _place(request: Any, version: AgreementVersion, entry: ProjectEntry | None, about: str, title: str) -> Place:
    require(request.user, "project.keep", version.agreement.district)
    return Place(
        title=f"Projekt „{title[:150]}“" if title else "Projekt ohne Titel",
        about=about,
        within=draft_key(version),
        part="" if entry else _mark(request.POST.get("uid", "")),
        form=lambda: ProjectForm(version=version, entry=entry),
        answer=lambda: _sums(request, version, entry),
    )


def _mark(uid: str) -> str:
    try:
        return str(UUID(uid))
    except ValueError:
        return ""


def _sums(request: Any, version: AgreementVersion, entry: ProjectEntry | None) -> str:
    """The sums of what is typed, to be put into the page; nothing is added up anywhere else."""
    lines, years = pots(version, entry), version.agreement.budget_year.cash_years
    stored = cache(lambda: shares_of(entry) if entry else {})

    def value(name: str) -> Any:
        """What is typed; amounts that are locked are not sent and stay as they are."""
        return request.POST[name] if name in request.POST else stored().get(keys[name])

    keys = {cell_name(pot.line.pk, year): (pot.line.pk, year) for pot in lines for year in years}
    table = AmountTable.as_written(lines, years, value)
    return render_to_string("projects/project_amounts.html#sums", {"table": table})
