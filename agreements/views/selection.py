"""Several agreements at once: what is selected, the page that says what will happen to each row, and the job."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from agreements import version_rows
from agreements.models import AgreementVersion, BudgetYear
from agreements.views import columns
from agreements.views.fetching import address, budget_year_or_404
from agreements.views.offers import EXPORT, OFFERS, Offer
from agreements.views.vintage import versions_of
from aqb import work
from aqb.access import require
from aqb.models import User
from aqb.pages import Request
from aqb.tables import Format

NOTHING = "Es ist nichts ausgewählt. Bitte setzen Sie in der Liste mindestens ein Häkchen."


@dataclass(frozen=True)
class Line:
    """A selected version, its address, and why the step is not possible; no reasons where it is."""

    version: Any
    url: str
    refusals: list[str]


@require_POST
def budget_year_selection(request: Request, year: int) -> HttpResponse:
    """Do something to the selected agreements: hand out at once, else say first what will happen to each of them.

    What the page promises, the server decides once more when the job reaches the row.
    """
    budget_year = budget_year_or_404(request, year)
    offer = next((one for one in OFFERS if one.key == request.POST.get("do")), None)
    if offer is None:
        raise Http404
    back = _back(request, budget_year)
    keys = [int(key) for key in request.POST.getlist("version") if key.isdecimal() and len(key) < 19]
    versions = versions_of(budget_year, request).filter(pk__in=keys).with_totals()
    selected = versions.select_related("agreement__budget_year", "agreement__district").prefetch_related(
        "signatories", "signatures"
    )
    if not selected.exists():
        messages.warning(request, NOTHING)
        return redirect(back)
    if offer is EXPORT:
        return columns.handed_out(
            Format.XLSX, selected.order_by(*columns.order(request.GET)), request.user, str(budget_year)
        )
    require(request.user, offer.verb)
    lines = _lines(list(selected.order_by("agreement__district__sort_name", "pk")), offer, request.user)
    possible = [line for line in lines if not line.refusals]
    if possible and (once := request.POST.get("once", "")):
        return redirect(_start(offer, possible, request.user, back, once))
    return render(request, "agreements/budget_year_selection.html", {
        "year": budget_year, "offer": offer, "lines": lines, "possible": len(possible), "back": back,
        "title": offer.counted(len(possible) or len(lines)), "once": get_random_string(32),
    })  # fmt: skip


def _lines(versions: list[AgreementVersion], offer: Offer, by: User) -> list[Line]:
    version_rows.read_at_once(versions, "lines")
    return [
        Line(
            version,
            reverse("version_detail", kwargs=address(version)),
            offer.refusals(version, by),
        )
        for version in versions
    ]


def _start(offer: Offer, lines: list[Line], by: User, back: str, once: str) -> Any:
    rows = [(str(line.version.pk), str(line.version.agreement.district), line.url) for line in lines]
    title = offer.counted(len(rows))
    return work.start(kind=offer.key, title=title, rows=rows, by=by, back=back, once=once[:64])


def _back(request: Request, budget_year: BudgetYear) -> str:
    """The list as it was filtered; the plain one where the form names something else."""
    plain = reverse("budget_year_detail", args=[budget_year.year])
    back = request.POST.get("back", "")
    return back if back.startswith(plain) and url_has_allowed_host_and_scheme(back, None) else plain
