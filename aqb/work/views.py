"""The pages of jobs: how far each is, and what came of every row. A person sees the own ones only."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aqb.models import Job, JobRow
from aqb.pages import Request
from aqb.work import survivors

PER_PAGE = 50
State = JobRow.State


@require_safe
def job_list(request: Request) -> HttpResponse:
    """The person's jobs, the last one first."""
    refused = Count("rows", Q(rows__state__in=(State.REFUSED, State.FAILED)))
    jobs = Job.objects.visible_to(request.user).annotate(number_not_done=refused)
    page = Paginator(jobs.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "work/job_list.html", {"page": page})


@require_safe
@never_cache
def job_detail(request: Request, pk: int) -> HttpResponse:
    """One job: its progress, and every row with its result; what did not go comes first.

    While it is at work the page asks for the part that changes by itself (htmx); without a script there is a link.
    """
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    part = "HX-Request" in request.headers
    answer = render(request, "work/parts/progress.html" if part else "work/job_detail.html", _page(request, job))
    patch_vary_headers(answer, ("HX-Request",))
    return answer


def _page(request: Request, job: Job) -> dict[str, Any]:
    counts = job.rows.aggregate(
        not_done=Count("pk", Q(state__in=(State.REFUSED, State.FAILED))), failed=Count("pk", Q(state=State.FAILED))
    )
    first = Case(When(state__in=(State.REFUSED, State.FAILED), then=Value(0)), default=Value(1))
    page = Paginator(job.rows.order_by(first, "position"), PER_PAGE).get_page(request.GET.get("page"))
    waits = job.started_at is None and not survivors.living()
    return {
        "job": job, "page": page, **counts, "well": job.done - counts["not_done"], "nobody_works": waits,
        "only": page[0] if job.is_whole else None, "quarters": job.done * 4 // job.total * 25,
    }  # fmt: skip
