"""The pages of projects: list, form, reading, removal."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions.steps import changeable_by
from agreements.filters import chips
from agreements.models import AgreementVersion
from agreements.unlocking import why_not_whole
from agreements.views.fetching import address, version_or_404
from aqb.access import Refused, require, why_not
from aqb.conflicts import hold
from aqb.drafts import begun_about, keeps_draft, own_new
from aqb.layout import Beside
from aqb.once import once
from aqb.pages import Request
from aqb.screens import NBSP
from aqb.tables import Format
from projects.actions import remove_project, save_project
from projects.amount_table import AmountTable
from projects.amounts import pots, shares_of
from projects.exported import handed_out
from projects.filters import ProjectFilter
from projects.forms import ProjectForm
from projects.locks import locked_facets
from projects.models import REQUIRED, ProjectEntry, TargetGroup
from projects.models.facets import MONEY, facet_of
from projects.unfinished import KIND, about, place_of_entry, place_of_new

PER_PAGE = 40  # more would weigh more than 60 kB


@require_safe
def project_list(request: Request) -> HttpResponse:
    """All projects that the person may see, as the newest version of each agreement states them."""
    entries = _newest(request)
    filters, found = _found(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters, "page": page, "all": entries.count(), "total": found.total(),
        "one_district": request.user.is_district, "begun": own_new(KIND, request.user),
        "chips": chips(filters.form, request.GET), "formats": list(Format),
    }  # fmt: skip
    return render(request, "projects/project_list.html", context)


@require_safe
def project_table(request: Request, format: Format) -> HttpResponse:  # noqa: A002
    """The whole list that the filters find, as a spreadsheet."""
    return handed_out(format, _found(request)[1])


def _newest(request: Request) -> Any:
    """The projects as the newest version of each agreement states them."""
    return ProjectEntry.objects.visible_to(request.user).filter(version__in=AgreementVersion.objects.current())


def _found(request: Request) -> tuple[ProjectFilter, Any]:
    """What the filters in the address find, in the order of the list."""
    rows = (
        _newest(request)
        .with_missing()
        .with_origin()
        .select_related("category", "provider", "version__agreement__district", "version__agreement__budget_year")
    )
    filters = ProjectFilter(request.GET, rows)
    return filters, filters.qs.order_by(
        "-version__agreement__budget_year__year", "version__agreement__district__sort_name", "category__position",
        "position", "pk",
    )  # fmt: skip


@require_safe
def project_detail(request: Request, pk: int) -> HttpResponse:
    """The project as one version states it, for everybody who sees it; with what the reader may do."""
    entry = _entry(request, pk)
    version = entry.version
    titles = dict(TargetGroup.objects.values_list("key", "title"))
    context = {
        "entry": entry,
        "version": version,
        "groups": [titles.get(key, key) for key in entry.target_groups],
        "missing": [REQUIRED[name][1] for name in entry.missing],
        "amounts": AmountTable(pots(version, entry), version.agreement.budget_year.cash_years, shares_of(entry)),
        "remarks": _remarks(request, entry),
        "may_change": not _why_not(request, version),
        "may_remove": not _why_not(request, version, whole=True),
        "begun": begun_about(about(entry), request.user),
        "version_url": reverse("version_detail", kwargs=address(version)),
    }
    return render(request, "projects/project_detail.html", context)


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_new)
@once
def project_create(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """A new project in a version."""
    return _fill_in(request, version_or_404(request, year, ags, number), None)


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_entry)
@once
def project_edit(request: Request, pk: int) -> HttpResponse:
    """Change how a version states a project."""
    hold(request, AgreementVersion.objects.filter(entries=pk))
    entry = _entry(request, pk)
    return _fill_in(request, entry.version, entry)


@require_http_methods(["GET", "POST"])
@once
def project_remove(request: Request, pk: int) -> HttpResponse:
    """Ask once more, then take the project out of the version."""
    entry = _entry(request, pk)
    if reason := _why_not(request, entry.version, whole=True):
        raise reason
    if request.method == "POST":
        remove_project(entry=entry, by=request.user)
        messages.success(request, f"Projekt „{entry.title}“ entfernt.")
        return redirect("version_detail", **address(entry.version))
    return render(request, "projects/project_remove.html", {"entry": entry, "version": entry.version})


def _entry(request: Request, pk: int) -> Any:
    """The entry with its amount and what it lacks; a foreign one does not exist for the person."""
    entries = ProjectEntry.objects.visible_to(request.user).with_missing().with_origin().prefetch_related("shares")
    return get_object_or_404(
        entries.select_related(
            "category", "provider", "project", "changed_by",
            "version__agreement__district", "version__agreement__budget_year",
        ),
        pk=pk,
    )  # fmt: skip


def _why_not(request: Request, version: AgreementVersion, *, whole: bool = False) -> Refused | None:
    """Why the reader may not change the projects of this version, or None; `whole` asks for adding and removing them."""
    if reason := why_not(request.user, "project.keep", version.agreement.district):
        return Refused(reason, status=403)
    reason = changeable_by(version, request.user) or (why_not_whole(version, request.user) if whole else None)
    return Refused(reason) if reason else None


def _remarks(request: Request, entry: ProjectEntry) -> list[Beside]:
    """What the ministry has said about the project, each with the address that takes the reader's answer."""
    version = entry.version
    found = version.remarks.filter(project_key=entry.project.uid).with_threads()
    answers = version.status == "draft" and not why_not(request.user, "remark.answer", version.agreement.district)
    return [
        Beside(remark, reverse("remark_answer", args=[remark.pk]) if answers and not remark.done_at else "")
        for remark in found
    ]


def _fill_in(request: Request, version: AgreementVersion, entry: ProjectEntry | None) -> HttpResponse:
    """Show the form; save what was sent. What a status forbids stands above the form once something is typed."""
    require(request.user, "project.keep", version.agreement.district)
    if request.method != "POST":
        if reason := _why_not(request, version, whole=entry is None):
            raise reason
        return _form_page(request, version, entry, _fresh_form(request, version, entry))
    form = ProjectForm(request.POST, version=version, entry=entry, locked=_locked(request, entry))
    form.away = reverse("version_detail", kwargs=address(version))
    form.refusal = changeable_by(version, request.user) or ""
    if form.is_valid():
        try:
            saved = save_project(version=version, entry=entry, by=request.user, **form.wishes())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _go_on(request, saved)
    return _form_page(request, version, entry, form)


def _fresh_form(request: Request, version: AgreementVersion, entry: Any) -> ProjectForm:
    """The form as it is stored; a provider that was just made is chosen, and on request it names what is missing."""
    provider = request.GET.get("traeger", "")
    initial = {"provider": provider} if provider.isdecimal() else {}
    form = ProjectForm(version=version, entry=entry, initial=initial, locked=_locked(request, entry))
    if entry is not None and "pruefen" in request.GET:
        form.name_missing(entry.missing)
    return form


def _locked(request: Request, entry: Any) -> frozenset[str]:
    """What the reader cannot change in this project; a new one is refused as a whole."""
    return locked_facets(entry.version, entry, request.user, entry.missing) if entry else frozenset()


def _form_page(
    request: Request, version: AgreementVersion, entry: ProjectEntry | None, form: ProjectForm
) -> HttpResponse:
    remarks = _remarks(request, entry) if entry else []
    others = form.show_remarks(remarks)
    money = [beside for beside in others if facet_of(beside.remark.field) == MONEY]
    context = {
        "form": form,
        "entry": entry,
        "version": version,
        "version_url": reverse("version_detail", kwargs=address(version)),
        "remarks": remarks,
        "other_remarks": [beside for beside in others if beside not in money],
        "money_remarks": money,
        "is_locked": any(field.disabled for field in form.fields.values()),
        "begun": begun_about(about(entry), request.user) if entry else [],
    }
    return render(request, "projects/project_form.html", context)


def _go_on(request: Request, saved: ProjectEntry) -> HttpResponse:
    """Where the button leads: on with the draft, to a new provider, or to the agreement when nothing is missing."""
    edit = reverse("project_edit", args=[saved.pk])
    then = request.POST.get("then", "")
    if then == "provider":
        ags = saved.version.agreement.district.ags
        return redirect(f"{reverse('provider_create')}?{urlencode({'zurueck': edit, 'gebiet': ags})}")
    if then != "check":
        return redirect(edit)
    stored = ProjectEntry.objects.with_missing().get(pk=saved.pk)
    if stored.missing:
        return redirect(f"{edit}?pruefen=ja")
    messages.success(
        request, f"Projekt „{saved.title}“ gespeichert. Alle Angaben sind vollständig.".replace(" „", f"{NBSP}„")
    )
    return redirect("version_detail", **address(saved.version))
