"""The pages of the history: an agreement's, a project's, and everything for whoever may read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.views.fetching import address, agreement_or_404
from aqb.access import require
from aqb.differences import Piece, pieces
from aqb.models import HistoryLink, User
from aqb.pages import Request
from projects.models import ProjectEntry
from reporting.timeline import Entry, Filters, Place, Scope, kinds_of, scopes, stretch
from reporting.timeline.forms import HistoryForm, WholeHistoryForm
from reporting.timeline.reading import people_of, sources

PER_PAGE = 30
MOST = 10_000  # events that one request looks through when it searches for words
SHOWN_AT_ONCE = 4  # entries of one request; what is more opens on demand


@dataclass(frozen=True)
class Row:
    """A detail as the page shows it: side by side, or the words of a long text in one."""

    label: str
    before: str
    after: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Line:
    """An entry on the page, counted from above, so that two changes of the same words have tables of different names."""

    number: int
    entry: Entry
    rows: list[Row]

    @property
    def step(self) -> Row | None:
        """The states before and after a step, which stand in the line itself."""
        return self.rows[0] if self.entry.table == "agreements.StatusChange" and len(self.rows) == 1 else None

    @property
    def has_table(self) -> bool:
        return bool(self.rows) and not self.entry.is_whole and self.step is None

    @property
    def shows_both(self) -> bool:
        """Whether anything was there before and after; a new or removed row has only one side."""
        return not all(row.before == "" for row in self.rows) and not all(row.after == "" for row in self.rows)


@dataclass
class Occasion:
    """What was done in one request: the first line speaks, the others follow; many of them open on demand."""

    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def others(self) -> list[Line]:
        return self.lines[1:]

    @property
    def is_long(self) -> bool:
        return len(self.lines) > SHOWN_AT_ONCE


@dataclass(frozen=True)
class Day:
    day: date
    occasions: list[Occasion]


@require_safe
def agreement_history(request: Request, year: int, ags: str) -> HttpResponse:
    """All that has happened to an agreement, for everybody who sees it."""
    agreement = agreement_or_404(request, year, ags)
    scope = scopes.of_agreement(agreement, request.user)
    context = _page(request, scope, HistoryForm(request.GET, **_choices(scope)))
    return render(request, "reporting/agreement_history.html", {**context, "agreement": agreement})


@require_safe
def project_history(request: Request, pk: int) -> HttpResponse:
    """All that has happened to a project over the versions that state it."""
    entries = ProjectEntry.objects.visible_to(request.user).select_related(
        "project", "version__agreement__district", "version__agreement__budget_year"
    )
    entry = get_object_or_404(entries, pk=pk)
    scope = scopes.of_project(entry.project)
    context = _page(request, scope, HistoryForm(request.GET, **_choices(scope)))
    version_url = reverse("version_detail", kwargs=address(entry.version))
    return render(request, "reporting/project_history.html", {**context, "entry": entry, "version_url": version_url})


@require_safe
def history(request: Request) -> HttpResponse:
    """All that is recorded, for ministry and auditors."""
    require(request.user, "history.read")
    scope = scopes.everything()
    labels = frozenset(source.label for source in sources().values())
    form = WholeHistoryForm(request.GET, people=User.objects.order_by("name", "pk"), kinds=kinds_of(labels))
    if agreement := form.picked():
        scope = scopes.of_agreement(agreement, request.user)
    context = _page(request, scope, form) | {"whole": True, "link": HistoryLink.objects.first()}
    return render(request, "reporting/history.html", context)


def _choices(scope: Scope) -> dict[str, Any]:
    """The people who have acted in the scope and the kinds of change that it has."""
    read = frozenset(source.label for source in sources().values() if scope.condition(source) is not None)
    return {"people": User.objects.filter(pk__in=people_of(scope)).order_by("name", "pk"), "kinds": kinds_of(read)}


def _page(request: Request, scope: Scope, form: HistoryForm) -> dict[str, Any]:
    filters, after = form.filters(), _place(request.GET.get("after", ""))
    found = stretch(scope, filters, after=after, size=PER_PAGE, most=MOST)
    return {
        "form": form, "days": _days(found.entries), "number": len(found.entries), "searched": found.searched,
        "beyond": _token(found.beyond) if found.beyond else "", "is_first": after is None,
        "is_filtered": filters != Filters() or not form.is_valid() or bool(request.GET.get("agreement")),
    }  # fmt: skip


def _days(entries: Iterable[Entry]) -> list[Day]:
    """Entries by day and request, in the order in which they come."""
    days, numbers = [], count(1)
    for day, of_day in groupby(entries, key=lambda entry: timezone.localdate(entry.at)):
        groups = groupby(of_day, key=lambda entry: entry.group)
        days.append(Day(day, [Occasion([_line(next(numbers), entry) for entry in group]) for _, group in groups]))
    return days


def _line(number: int, entry: Entry) -> Line:
    return Line(number, entry, [Row(*detail, pieces(detail.before, detail.after)) for detail in entry.details])


def _token(place: Place) -> str:
    return "~".join([place.at.isoformat(), place.context, str(place.rank), str(place.event)])


def _place(token: str) -> Place | None:
    """The place that an address names; from the beginning where it names none."""
    try:
        at, context, rank, event = token.split("~")
        moment = datetime.fromisoformat(at)
        if len(context) != 36 or set(context) - set("0123456789abcdef-") or moment.tzinfo is None:
            return None
        return Place(moment, context, int(rank), min(int(event), 2**62))
    except ValueError:
        return None
