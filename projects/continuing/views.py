"""The page on which projects are taken over from an earlier vintage: pick, look at what is adjusted, done."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agreements.actions.steps import changeable_by
from agreements.models import AgreementVersion
from agreements.unlocking import why_not_whole
from agreements.views.fetching import address, version_or_404
from aqb.access import Refused, require
from aqb.money import ZERO
from aqb.once import once
from aqb.pages import Request
from aqb.templatetags.aqb import count
from projects.continuing import taking
from projects.continuing.earlier import earlier, projects_of, taken_into
from projects.continuing.proposal import NewVintage, Proposal
from projects.models import ProjectEntry

MOST = 2_000  # ids that a form may name
SHOWN = forms.DecimalField(required=False, max_digits=14, decimal_places=2)  # an amount in a form, in euro


@dataclass(frozen=True)
class Row:
    """An earlier project on the page: how it would stand in the new vintage, and whether it is there already."""

    proposal: Proposal
    taken: bool
    entry: int | None  # its new entry, where this version states it
    chosen: bool


@require_http_methods(["GET", "POST"])
@once
def project_continue(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Pick projects of an earlier vintage, look at what would be taken along, and take them over."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "project.keep", version.agreement.district)
    if reason := changeable_by(version, request.user) or why_not_whole(version, request.user):
        raise Refused(reason)
    sources = earlier(version)
    source = _source(request, sources)
    if request.method != "POST" or source is None:
        return _pick(request, version, sources, source, chosen=set(), reasons=[])
    projects = _projects(request)
    if request.POST.get("tun") == "waehlen":
        return _pick(request, version, sources, source, chosen=projects, reasons=[])
    try:
        if request.POST.get("tun") == "uebernehmen":
            return _taken(request, version, source, projects)
        return _look(request, version, source, projects, [])
    except Refused as refused:
        return _again(request, version, sources, source, projects, refused)


def _source(request: Request, sources: list[AgreementVersion]) -> AgreementVersion | None:
    """The earlier vintage that the address names, else the newest; None where there is none."""
    wanted = request.GET.get("aus", "")
    if not wanted:
        return sources[0] if sources else None
    for one in sources:
        if str(one.agreement.budget_year.year) == wanted:
            return one
    raise Http404


def _projects(request: Request) -> set[int]:
    """The projects that were picked; what is no id is no project."""
    picked = request.POST.getlist("projekt")[:MOST]
    return {int(one) if one.isascii() and one.isdecimal() and len(one) < 19 else 0 for one in picked}


def _pick(
    request: Request, version: Any, sources: list[AgreementVersion], source: Any, *, chosen: set[int], reasons: list[str]
) -> HttpResponse:  # fmt: skip
    """The projects of the earlier vintage with a box for each."""
    rows = (
        _rows(version, source, chosen, every=request.method == "GET" and request.GET.get("auswahl") == "alle")
        if source
        else []
    )
    context = {
        **_context(version, source), "rows": rows, "sources": sources, "reasons": reasons,
        "left": sum(not row.taken for row in rows), "with_amounts": "betraege" in request.POST,
    }  # fmt: skip
    return render(request, "projects/continuing/pick.html", context)


def _rows(version: AgreementVersion, source: AgreementVersion, chosen: set[int], *, every: bool) -> list[Row]:
    entries = projects_of(source)
    taken = taken_into(version, entries)
    return [
        Row(
            one, one.entry.project_id in taken, taken.get(one.entry.project_id),
            one.entry.project_id not in taken and (every or one.entry.project_id in chosen),
        )
        for one in NewVintage(version).propose(entries, _years(version, source), with_amounts=False)
    ]  # fmt: skip


def _look(
    request: Request, version: Any, source: AgreementVersion, projects: set[int], reasons: list[str]
) -> HttpResponse:
    """What would be taken along of the projects that were picked; nothing is saved yet."""
    with_amounts = "betraege" in request.POST
    found = taking.proposals(version, source, projects, with_amounts=with_amounts)
    taking.refuse_taken(version, found)
    context = {
        **_context(version, source), "found": found, "with_amounts": with_amounts, "reasons": reasons,
        "preview": {"totals": NewVintage(version).totals(found)},
    }  # fmt: skip
    return render(request, "projects/continuing/look.html", context)


def _taken(request: Request, version: Any, source: AgreementVersion, projects: set[int]) -> HttpResponse:
    found = taking.continue_projects(
        version=version, source=source, projects=projects, with_amounts="betraege" in request.POST, by=request.user,
        seen={project: _seen(request, project) for project in projects},
    )  # fmt: skip
    made = ProjectEntry.objects.filter(
        version=version, project__continued_from__in=[one.entry.project for one in found]
    )
    missing = made.incomplete().count()
    said = f"{count(len(found), 'Projekt,Projekte')} aus dem {source.agreement.budget_year.title} übernommen."
    if missing:
        said += f" {count(missing, 'ist,sind')} noch unvollständig; was fehlt, steht in der Liste."
    messages.success(request, said)
    return redirect("version_detail", **address(version))


def _seen(request: Request, project: int) -> Decimal:
    """The money that the page before has shown for a project; what no page can have shown counts as nothing."""
    try:
        return SHOWN.clean(request.POST.get(f"betrag_{project}", "")) or ZERO
    except ValidationError:
        return ZERO


def _again(
    request: Request, version: Any, sources: Any, source: AgreementVersion, projects: set[int], refused: Refused
) -> HttpResponse:
    """What was refused stands above the page on which the person can go on."""
    if refused.status == 403:
        raise refused
    if request.POST.get("tun") == "uebernehmen":
        try:
            return _look(request, version, source, projects, refused.reasons)
        except Refused:  # what was picked cannot be looked at any more
            pass
    return _pick(request, version, sources, source, chosen=projects, reasons=refused.reasons)


def _years(version: AgreementVersion, source: AgreementVersion) -> int:
    return version.agreement.budget_year.year - source.agreement.budget_year.year


def _context(version: AgreementVersion, source: AgreementVersion | None) -> dict[str, Any]:
    here, place = reverse("project_continue", kwargs=address(version)), version.agreement
    return {
        "version": version, "agreement": place, "version_url": reverse("version_detail", kwargs=address(version)),
        "here": here, "source": source, "action": f"{here}?aus={source.agreement.budget_year.year}" if source else here,
    }  # fmt: skip
