"""The form on which anybody reports a barrier, and the pages on which reports are answered."""

from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aqb import attempts, clock
from aqb.access import require
from aqb.barriers import actions
from aqb.barriers.forms import AnswerForm, BarrierForm
from aqb.models import BarrierReport
from aqb.once import once
from aqb.pages import Request, posted, refusals_in

PER_PAGE = 50
SECRET = {"token", "key", "uidb36"}  # parts of an address that open something for whoever knows them


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def barrier_report(request: HttpRequest) -> HttpResponse:
    """Report a barrier, signed in or not. The page that somebody comes from is filled in."""
    if request.method == "POST" and not ratelimit.consume(request, action="barrier_report"):
        return attempts.too_often(request, "public/barrier_too_often.html")
    form = BarrierForm(posted(request), initial={"page": _came_from(request)})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        report = actions.report_barrier(page=asked["page"], text=asked["text"], answer_to=asked["answer_to"])
        return redirect("barrier_reported", number=report.pk)
    return render(request, "public/barrier_report.html", {"form": form, "mail": settings.CONTACT_MAIL})


def _came_from(request: HttpRequest) -> str:
    """The path of our own page from which the link was followed; without what only its reader should know."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or came.path == request.path:
        return ""
    try:
        parts = resolve(came.path).kwargs
    except Resolver404:
        parts = {}
    secrets = [str(value) for name, value in parts.items() if name in SECRET]
    path = came.path
    for secret in secrets:
        path = path.replace(secret, "…")
    return path[:200]


@login_not_required
@require_safe
def barrier_reported(request: HttpRequest, number: int) -> HttpResponse:
    """Says that the report has arrived and what happens next. Tells nothing about the report but its number."""
    return render(request, "public/barrier_reported.html", {"number": number})


@require_safe
def barrier_list(request: Request) -> HttpResponse:
    """All reports, unanswered ones first, the oldest on top."""
    require(request.user, "barrier.answer")
    reports = BarrierReport.objects.select_related("answered_by").order_by("-answered_at", "reported_at", "pk")
    page = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(report, actions.due(report)) for report in page]
    context = {"rows": rows, "page": page, "today": clock.today(), "mail": settings.CONTACT_MAIL}
    return render(request, "public/barrier_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def barrier_detail(request: Request, pk: int) -> HttpResponse:
    """One report, with its answer or the form for it."""
    require(request.user, "barrier.answer")
    report = get_object_or_404(BarrierReport.objects.select_related("answered_by"), pk=pk)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.answer_barrier(report=report, by=request.user, **form.cleaned_data)
            messages.success(request, f"Meldung Nr. {report.pk} ist beantwortet.")
            return redirect("barrier_list")
    context = {"report": report, "form": form, "due": actions.due(report), "today": clock.today()}
    return render(request, "public/barrier_detail.html", context)
