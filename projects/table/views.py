"""The pages of a table of projects: take it away, bring it back, look at what would happen, decide."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.actions.steps import changeable_by
from agreements.models import AgreementVersion
from agreements.views.fetching import address, version_or_404
from aqb import tables, work
from aqb.access import Refused, require
from aqb.models import Job
from aqb.once import once
from aqb.pages import Request, posted, refusals_in
from aqb.tables import Format
from aqb.templatetags.aqb import count
from projects.models import TableImport
from projects.table import keeping
from projects.table.columns import columns, explanation
from projects.table.forms import TableForm
from projects.table.known import known
from projects.table.preview import Preview, refused_table
from projects.table.reading import NAME, understood
from projects.table.taking import Stale, take_table
from projects.tasks import CHECK, TAKE

AT_ONCE = 200  # rows; more take longer than a page should


@require_safe
def table_export(request: Request, year: int, ags: str, number: int, kind: str) -> HttpResponse:
    """The projects of a version as a table, for everybody who sees them."""
    version = version_or_404(request, year, ags, number)
    state = known(version)
    name = f"{NAME} {version.agreement.budget_year.title} {version.agreement.district}"
    return tables.answer(_format(kind), columns(state), state.rows(), name=name, sheet=NAME)


@require_safe
def table_template(request: Request, year: int, ags: str, number: int, kind: str) -> HttpResponse:
    """An empty table with what this vintage and district offer, and a sheet that explains it."""
    version = _version(request, year, ags, number)
    state = known(version)
    name = f"Vorlage {NAME} {version.agreement.budget_year.title} {version.agreement.district}"
    return tables.answer(_format(kind), columns(state), [], name=name, sheet=NAME, beside=[explanation(state)])


@require_http_methods(["GET", "POST"])
@once
def table_read(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Bring a table; nothing is written but what it says."""
    version = _version(request, year, ags, number)
    form = TableForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            file, said = form.cleaned_data["file"], form.cleaned_data
            table = (
                tables.read(file.read(), name=file.name, wanted=NAME, chosen=said["sheet"])
                if file
                else tables.pasted(said["pasted"])
            )
            records = understood(table, known(version))
            kept = keeping.keep_table(
                version=version, records=records, name=file.name if file else "", sheet=table.sheet, by=request.user
            )
            return _checked(request, kept)
    context = {**_context(version), "form": form, "waiting": _kept(request, version)}
    return render(request, "projects/table/table_read.html", context)


@require_safe
def table_preview(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """What would become of each row. Nothing is saved yet."""
    version = _version(request, year, ags, number)
    kept = _kept(request, version)
    if kept is None:
        messages.info(request, keeping.GONE)
        return redirect("table_read", **address(version))
    if kept.rows is None:
        return render(request, "projects/table/table_waiting.html", {**_context(version), "kept": kept})
    preview = Preview(kept, request.GET.get("zeilen", ""), request.GET.get("page"))
    return render(
        request,
        "projects/table/table_preview.html",
        {**_context(version), "kept": kept, "preview": preview},
    )


@require_safe
def table_refused(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """The rows that are not taken over, each with its reason, to be mended and brought again."""
    version = _version(request, year, ags, number)
    kept = _kept(request, version)
    if kept is None:
        raise Http404
    columns, rows = refused_table(kept, known(version))
    name = f"Nicht übernommen {version.agreement.budget_year.title} {version.agreement.district}"
    return tables.answer(Format.XLSX, columns, rows, name=name, sheet=NAME)


@require_POST
@once
def table_take(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Take over what the person has seen. When something has changed meanwhile, they see it first."""
    version = _version(request, year, ags, number)
    kept = _posted(request, version)
    if len(kept.rows or []) > AT_ONCE:
        return redirect(_started(request, kept, TAKE, "Tabelle übernehmen", "version_detail"))
    try:
        taken = take_table(kept=kept, by=request.user)
    except Stale as stale:
        keeping.check_table(kept=kept, by=request.user)
        messages.warning(request, " ".join(stale.reasons))
        return redirect("table_preview", **address(version))
    messages.success(request, taken.sentence)
    return redirect("version_detail", **address(version))


@require_POST
@once
def table_discard(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Forget the table; nothing of it was saved."""
    version = _version(request, year, ags, number)
    keeping.discard_table(kept=_posted(request, version), by=request.user)
    messages.success(request, "Die eingelesene Tabelle ist verworfen. An den Projekten hat sich nichts geändert.")
    return redirect("version_detail", **address(version))


def _checked(request: Request, kept: TableImport) -> HttpResponse:
    """On to the result of a short table; a long one is checked behind a page with progress."""
    if len(kept.records["rows"]) > AT_ONCE:
        return redirect(_started(request, kept, CHECK, "Tabelle prüfen", "table_preview"))
    keeping.check_table(kept=kept, by=request.user)
    return redirect("table_preview", **address(kept.version))


def _started(request: Request, kept: TableImport, kind: str, title: str, then: str) -> Job:
    """The job that does it; `then` names the page that shows what came of it."""
    here = reverse(then, kwargs=address(kept.version))
    rows = [(str(kept.pk), f"{kept}, {count(len(kept.records['rows']), 'Zeile,Zeilen')}", here)]
    agreement = kept.version.agreement
    title = f"{title}: {agreement.budget_year.title}, {agreement.district}"
    return work.start(kind=kind, title=title[:200], rows=rows, by=request.user, back=here)


def _version(request: Request, year: int, ags: str, number: int) -> Any:
    """The version whose projects the person may change; refuses whoever may not, and a status that does not allow it."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "project.keep", version.agreement.district)
    if reason := changeable_by(version, request.user):
        raise Refused(reason)
    return version


def _kept(request: Request, version: AgreementVersion) -> Any:
    """The table that this person has read for the version and not yet decided on."""
    return TableImport.objects.of(request.user).filter(version=version).first()


def _posted(request: Request, version: AgreementVersion) -> Any:
    """The table that the person decides on: the very one whose page was open."""
    kept = _kept(request, version)
    if kept is None or str(kept.pk) != request.POST.get("table"):
        raise Refused(keeping.GONE)
    return kept


def _format(kind: str) -> Format:
    try:
        return Format(kind)
    except ValueError as error:
        raise Http404 from error


def _context(version: AgreementVersion) -> dict[str, Any]:
    return {
        "version": version, "agreement": version.agreement, "place": address(version),
        "version_url": reverse("version_detail", kwargs=address(version)),
    }  # fmt: skip
