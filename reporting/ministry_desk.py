"""The desk of the ministry: the vintages in work, what waits for it, and the next dates."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, F, Q, Value, When

from agreements import dates
from agreements.checks import MINISTRY_TURN
from agreements.dates import Due
from agreements.models import AgreementVersion, BudgetYear, Status
from agreements.views import places
from agreements.views.rows import Row, rows
from aqb import clock
from aqb.models import User
from aqb.screens import STATUS

WAITING_SHOWN = 15
DEADLINES_SHOWN = 6


@dataclass(frozen=True)
class Vintage:
    """A vintage with how many of its agreements stand where; `states` are (key of STATUS, number).

    `agreements` counts the agreements themselves, without amendments, for which the vintage has no dates.
    """

    budget_year: Any
    states: list[tuple[str, int]]
    agreements: dict[str, int]

    @property
    def number(self) -> int:
        return sum(number for _, number in self.states)

    @property
    def is_in_work(self) -> bool:
        ended = {"published", "withdrawn", "terminated"}
        return not self.budget_year.opened_at or any(key not in ended for key, _ in self.states)


def vintages() -> list[Vintage]:
    """The vintages that are being planned or have an agreement under way; the newest first."""
    return [vintage for vintage in running() if vintage.is_in_work]


def running() -> list[Vintage]:
    """These, and those whose money still flows."""
    everything: defaultdict[int, Counter[str]] = defaultdict(Counter)
    agreements: defaultdict[int, Counter[str]] = defaultdict(Counter)
    state = Case(When(status=Status.DRAFT, returned_at__isnull=False, then=Value("returned")), default=F("status"))
    found = AgreementVersion.objects.current().order_by()
    for row in found.values("agreement__budget_year", first=Q(base=None), state=state).annotate(number=Count("pk")):
        counted = (everything, agreements) if row["first"] else (everything,)
        for counts in counted:
            counts[row["agreement__budget_year"]][row["state"]] += row["number"]
    work = [
        Vintage(year, [(key, number) for key in STATUS if (number := everything[year.pk][key])], agreements[year.pk])
        for year in BudgetYear.objects.with_totals().prefetch_related("deadlines").order_by("-year")
    ]
    this_year = clock.today().year
    return [vintage for vintage in work if vintage.is_in_work or vintage.budget_year.last_cash_year >= this_year]


def waiting(user: User) -> tuple[list[Row], int]:
    """The agreements that wait for the ministry, the longest first, and how many there are in all."""
    found = (
        AgreementVersion.objects.visible_to(user)
        .current()
        .filter(status__in=MINISTRY_TURN)
        .select_related("agreement__budget_year", "agreement__district")
        .order_by("status_changed_at", "pk")
    )
    versions = list(found)
    shown = versions[:WAITING_SHOWN]
    places.read_at_once(shown)
    return [_at_signing(row, user) for row in rows(shown, user)], len(versions)


def _at_signing(row: Row, user: User) -> Row:
    """While signatures come in, the next step depends on what has come and who has recorded it."""
    if row.version.status != Status.ISSUED:
        return row
    found = places.places(row.version, user)
    action = places.next_action(found)
    if action and action.key in ("confirm", "record"):
        return replace(row, step=action.label)
    recorded = any(place.state == "recorded" for place in found)
    return replace(row, step="Bestätigung durch eine zweite Person") if recorded else row


def deadlines(work: list[Vintage]) -> list[Due]:
    """The dates that agreements have not reached yet, the next one first; what the ministry has set besides, until it is over."""
    found = [due for vintage in work for due in dates.of_ministry(vintage.budget_year, vintage.agreements)]
    return dates.in_order(due for due in found if due.open or due.day >= clock.today())[:DEADLINES_SHOWN]
