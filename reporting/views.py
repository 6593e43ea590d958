"""The overview of each role, the list of documents, and who fetched them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.models import Agreement, Document, Download
from aqb import clock
from aqb.access import require, why_not
from aqb.pages import Request
from reporting import district_desk, ministry_desk
from reporting.filters import DocumentFilter

PER_PAGE = 25
NEWEST = 8


@require_safe
def home(request: Request) -> HttpResponse:
    """What is next for the person, by role."""
    if request.user.is_district:
        return _district(request)
    if request.user.is_ministry:
        return _ministry(request)
    return _reader(request) if request.user.role else render(request, "reporting/home_operator.html")


def _district(request: Request) -> HttpResponse:
    desk = district_desk.works(request.user)
    open_tasks = [task for work in desk for task in work.open_tasks]
    deadlines = district_desk.deadlines(desk)
    money = next((work for work in desk if work.version.is_open), desk[0] if desk else None)
    context = {
        "today": clock.today(),
        "desk": desk,
        "open_tasks": open_tasks,
        "deadlines": deadlines,
        "next_deadline": next((one for one in deadlines if one.day >= clock.today()), None),
        "money": money and money.version,
        "lines": list(money.version.lines.with_totals().select_related("line")) if money else [],
        "contact": district_desk.contact(desk),
    }
    return render(request, "reporting/home_district.html", context)


def _ministry(request: Request) -> HttpResponse:
    vintages = ministry_desk.running()
    rows, number = ministry_desk.waiting(request.user)
    context = {
        "today": clock.today(),
        "vintages": [vintage for vintage in vintages if vintage.is_in_work],
        "rows": rows,
        "number": number,
        "deadlines": ministry_desk.deadlines(vintages),
    }
    return render(request, "reporting/home_ministry.html", context)


def _reader(request: Request) -> HttpResponse:
    """Auditors and the grant office look things up."""
    documents = _documents(request).filter(kind__in=(Document.Kind.ISSUED, Document.Kind.SIGNED))
    context = {
        "today": clock.today(),
        "documents": documents.order_by("-created_at", "-pk")[:NEWEST],
        "agreements": Agreement.objects.visible_to(request.user).count(),
        "filters": DocumentFilter(request.GET, documents),
    }
    return render(request, "reporting/home_reader.html", context)


def _documents(request: Request) -> Any:
    rows = Document.objects.visible_to(request.user)
    return rows.select_related("agreement__district", "agreement__budget_year", "version", "created_by")


@require_safe
def document_list(request: Request) -> HttpResponse:
    """Every document that the person may see; ministry and auditors also see who fetched it last."""
    sees_downloads = why_not(request.user, "downloads.read") is None
    documents = _documents(request)
    filters = DocumentFilter(request.GET, documents)
    if request.user.is_district:
        del filters.form.fields["region"]
    found = _with_downloads(filters.qs) if sees_downloads else filters.qs
    page = Paginator(found.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "all": documents.order_by().count(),
        "one_district": request.user.is_district,
        "sees_downloads": sees_downloads,
    }
    return render(request, "reporting/document_list.html", context)


def _with_downloads(documents: Any) -> Any:
    """Adds how often each was fetched, and by whom and when last."""
    last = Download.objects.filter(document=OuterRef("pk")).order_by("-at", "-pk")
    count = Download.objects.filter(document=OuterRef("pk")).order_by().values("document")
    return documents.annotate(
        fetched=Subquery(count.annotate(number=Count("pk")).values("number")),
        fetched_at=Subquery(last.values("at")[:1]),
        fetched_by=Subquery(last.values("user__name")[:1]),
    )


@require_safe
def document_downloads(request: Request, pk: int) -> HttpResponse:
    """Who fetched a document, and when: for the ministry and for auditors."""
    require(request.user, "downloads.read")
    document = get_object_or_404(_documents(request), pk=pk)
    downloads = document.downloads.select_related("user__district").order_by("-at", "-pk")
    page = Paginator(downloads, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/document_downloads.html", {"document": document, "page": page})
