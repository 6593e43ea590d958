"""What a person is told and has to do: the page, the way to the place of a notice, and how they want to hear."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agreements.news import named
from agreements.views.rows import DUE
from aqb import notices
from aqb.models import Notice
from aqb.notices import wishes
from aqb.notices.forms import MailsForm
from aqb.pages import Request
from reporting import calendar_feed, calendar_pages, district_desk, ministry_desk

PER_PAGE = 25
TABS = (("", "Alle"), ("aufgaben", "Aufgaben"), ("ungelesen", "Ungelesen"))


@dataclass(frozen=True)
class Errand:
    """Something to do, from the desk of the person's own side; it stays until it is done."""

    title: str
    place: str
    url: str
    due: date | None


def errands(request: Request) -> tuple[list[Errand], int]:
    """What the person's side has to do, and how much it is in all; nothing for those who only read."""
    if request.user.is_district:
        found = [
            Errand(task.title, f"{named(work.version)}{f' · {task.note}' if task.note else ''}", task.url, work.due)
            for work in district_desk.works(request.user)
            for task in work.open_tasks
        ]
        return found, len(found)
    if request.user.is_ministry:
        rows, number = ministry_desk.waiting(request.user)
        return [_errand(row) for row in rows], number
    return [], 0


def _errand(row: Any) -> Errand:
    version = row.version
    due = getattr(version.agreement.budget_year, DUE[version.status])
    return Errand(f"{row.step}: {version.agreement.district}", named(version), row.url, due)


@require_safe
def notice_list(request: Request) -> HttpResponse:
    """Tasks and notices; `?auswahl=aufgaben` only the tasks, `?auswahl=ungelesen` only what is not read yet."""
    return _page(request)


def _page(request: Request, form: MailsForm | None = None) -> HttpResponse:
    wish = wishes.of(request.user)
    chosen = request.GET.get("auswahl", "")
    tasks, number = errands(request)
    told = Notice.objects.visible_to(request.user)
    unread = getattr(request.user, "unread_notices", 0)  # read together with the person
    counts = {"aufgaben": number, "ungelesen": unread}
    shown = told.unread() if chosen == "ungelesen" else told
    page = Paginator(shown.select_related("actor"), PER_PAGE).get_page(request.GET.get("page"))
    counts[""] = number + (told.count() if chosen else page.paginator.count)
    context = {
        "tabs": [(key, label, counts[key], key == chosen) for key, label in TABS],
        "chosen": chosen,
        "tasks": tasks if chosen != "ungelesen" and page.number == 1 else [],
        "more_tasks": number - len(tasks),
        "page": page,
        "unread": unread,
        "newest": max((one.pk for one in page), default=0) if page.number == 1 else 0,
        "form": form or MailsForm(initial={"mails": wish.mails}),
        "has_deadlines": calendar_feed.concerns(request.user),
        "calendar": calendar_pages.shown_address(wish),
    }
    return render(request, "reporting/notice_list.html", context)


@never_cache
@require_safe
def notice_open(request: Request, pk: int) -> HttpResponse:
    """Lead to the place of a notice and note that it is read; what a browser fetches in advance is not read.

    It is an ordinary link, so that it works from a mail, in a new tab and without JavaScript. Whoever makes somebody
    else open it achieves nothing but that one line is no longer bold.
    """
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if request.method == "GET" and _is_visit(request):
        notices.read(Notice.objects.filter(pk=notice.pk))
    return redirect(notice.url or "notice_list")


def _is_visit(request: HttpRequest) -> bool:
    """Whether a person goes there: browsers say when they only fetch ahead, in one of three headers."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    ahead = any("prefetch" in purpose or "prerender" in purpose for purpose in purposes)
    return not ahead and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


@require_POST
def notices_read(request: Request) -> HttpResponse:
    """Everything up to the newest notice that the page showed counts as read; what came meanwhile does not."""
    newest = request.POST.get("bis", "")
    if newest.isdecimal() and len(newest) < 19:
        number = notices.read(Notice.objects.filter(recipient=request.user, pk__lte=int(newest)))
        said = "1 Mitteilung ist" if number == 1 else f"{number} Mitteilungen sind"
        messages.success(request, f"{said} als gelesen vermerkt.")
    return redirect("notice_list")


@require_POST
def notice_mails(request: Request) -> HttpResponse:
    """Keep how often the person wants mails."""
    form = MailsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    wishes.choose_mails(request.user, form.cleaned_data["mails"])
    messages.success(request, "Die Einstellung ist gespeichert.")
    return redirect("notice_list")
