"""Scans of several contracts: the list, the upload, the page on which a person assigns, and pictures of their pages."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import files, scans
from agreements.forms.scans import AssignForm, ScanForm
from agreements.models import Evidence, Party, ScanBatch
from agreements.scan_pages import Reading, in_words
from agreements.scan_papers import assignable, papers_of, reading_of
from agreements.views import scan_rows
from agreements.views.fetching import address
from aqb.access import require
from aqb.once import once
from aqb.pages import Request, posted, refusals_in

PER_PAGE = 25
PICTURES_PER_PAGE = 24
WIDTHS = {"klein": 200, "mittel": 500, "": 1400}  # pixels


@require_safe
def scan_batch_list(request: Request) -> HttpResponse:
    """All scans of several contracts: the open ones first, then the newest."""
    require(request.user, "scans.assign")
    closed = Case(When(outcome="", then=Value(0)), default=Value(1), output_field=IntegerField())
    batches = ScanBatch.objects.annotate(closed=closed, attached=Count("evidence"))
    ordered = batches.select_related("created_by", "closed_by").order_by("closed", "-created_at", "-pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "agreements/scan_batch_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@once
def scan_batch_create(request: Request) -> HttpResponse:
    """Upload of a scan; nothing is attached yet."""
    require(request.user, "scans.assign")
    form, content = ScanForm(posted(request), request.FILES or None), b""
    if request.method == "POST" and form.is_valid():
        scan = form.cleaned_data["scan"]
        content = scan.read()
        with refusals_in(form):
            batch = scans.receive(content=content, name=scan.name, by=request.user)
            return redirect("scan_batch_detail", pk=batch.pk)
    twin = scans.open_twin(content) if content else None
    return render(request, "agreements/scan_batch_form.html", {"form": form, "twin": twin})


@require_http_methods(["GET", "POST"])
@once
def scan_batch_detail(request: Request, pk: int) -> HttpResponse:
    """What was recognised, what a person must assign, and the button that attaches it; later what became of it."""
    batch = _batch(request, pk)
    if batch.outcome and request.method != "POST":
        return render(request, "agreements/scan_batch_closed.html", _closed(batch))
    scans.require_open(batch)
    reading, _ = reading_of(batch, request.user)
    others = assignable(request.user) if reading.open else []
    form = AssignForm(posted(request), reading=reading, others=others, find=partial(papers_of, by=request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _assign(request, batch, form)
            return redirect("scan_batch_detail", pk=pk)
    return render(request, "agreements/scan_batch_detail.html", _open(batch, reading, form))


def _batch(request: Request, pk: int) -> ScanBatch:
    require(request.user, "scans.assign")
    found: ScanBatch = get_object_or_404(ScanBatch.objects.select_related("created_by", "closed_by"), pk=pk)
    return found


def _assign(request: Request, batch: ScanBatch, form: AssignForm) -> None:
    attached = scans.assign(batch=batch, parties=form.parties, pages=form.pages, by=request.user)
    count = "1 Beleg ist" if len(attached) == 1 else f"{len(attached)} Belege sind"
    messages.success(request, f"{count} zugeordnet. Eine zweite Person vergleicht jeden mit seiner Ausfertigung.")


def _open(batch: ScanBatch, reading: Reading, form: AssignForm) -> dict[str, Any]:
    years = {group.paper.version.agreement.budget_year.title for group in reading.groups}
    return {
        "batch": batch, "form": form, "reading": reading, "summary": scan_rows.summary(reading),
        "vintages": sorted(years), "rows": scan_rows.group_rows(reading, form),
        "strays": scan_rows.stray_rows(reading), "open_rows": scan_rows.open_rows(reading, form),
        "thumbnails": scan_rows.thumbnails(reading), "total": len(batch.pages),
    }  # fmt: skip


def _closed(batch: ScanBatch) -> dict[str, Any]:
    attached = list(
        Evidence.objects.filter(batch=batch)
        .select_related("document__version__agreement__budget_year", "document__version__agreement__district")
        .order_by("document__version__agreement__district__sort_name", "document__number", "-document__party")
    )
    for evidence in attached:
        evidence.place = {**address(evidence.document.version), "pk": evidence.pk}
        evidence.side = Party(evidence.document.party).label
        evidence.scans = in_words(page["scan"] for page in evidence.findings["pages"])
    left = scan_rows.left_in_batch(batch, attached)
    return {"batch": batch, "attached": attached, "left": in_words(left) if left else "", "total": len(batch.pages)}


@require_safe
def scan_batch_pages(request: Request, pk: int) -> HttpResponse:
    """All pages as small pictures, a few dozen at a time."""
    batch = _batch(request, pk)
    states = {} if batch.outcome else scan_rows.states(reading_of(batch, request.user)[0])
    thumbnails = [scan_rows.Thumbnail(scan, states.get(scan, "")) for scan in range(1, len(batch.pages) + 1)]
    page = Paginator(thumbnails, PICTURES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "agreements/scan_batch_pages.html", {"batch": batch, "page": page})


@require_safe
def scan_batch_page(request: Request, pk: int, page: int) -> HttpResponse:
    """A page of the scan as PNG; the browser asks again each time, but a known picture is not drawn again."""
    batch = _batch(request, pk)
    width = WIDTHS.get(request.GET.get("bild", ""))
    if width is None or not 1 <= page <= len(batch.pages):
        raise Http404
    etag = quote_etag(f"{batch.sha256}-{page}-{width}")
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        from aqb import inspection  # only where a file is looked at

        picture = inspection.picture(files.read(batch), page, width=width)
        answer = HttpResponse(picture, content_type="image/png", headers={"ETag": etag})
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


@require_http_methods(["GET", "POST"])
@once
def scan_batch_discard(request: Request, pk: int) -> HttpResponse:
    """Close a batch without attaching anything, after a confirmation; it stays with its bytes."""
    batch = _batch(request, pk)
    if request.method == "POST":
        scans.discard(batch=batch, by=request.user)
        messages.success(request, f"Der Sammelscan „{batch.name}“ ist verworfen. Es ist kein Beleg angelegt.")
        return redirect("scan_batch_list")
    return render(request, "agreements/scan_batch_discard.html", {"batch": batch, "total": len(batch.pages)})
