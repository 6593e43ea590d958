"""The desk of the ministry: the vintages in work, what waits for it, and the next dates."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Value, When

from agreements.checks import MINISTRY_TURN
from agreements.models import AgreementVersion, BudgetYear, Status
from agreements.views import places
from agreements.views.rows import DUE, Row, rows
from aqb.models import User
from aqb.screens import STATUS

WAITING_SHOWN = 15
DEADLINES_SHOWN = 6
STEPS = {
    Status.DRAFT: "Einreichung",
    Status.SUBMITTED: "Freigabe",
    Status.APPROVED: "Ausfertigung",
    Status.ISSUED: "Unterzeichnung",
    Status.SIGNED: "Veröffentlichung",
}


@dataclass(frozen=True)
class Vintage:
    """A vintage with how many of its agreements stand where; `states` are (key of STATUS, number)."""

    budget_year: Any
    states: list[tuple[str, int]]

    @property
    def number(self) -> int:
        return sum(number for _, number in self.states)


@dataclass(frozen=True)
class Deadline:
    """A date of a vintage; the text says how many agreements have not come so far."""

    day: date
    text: str


def vintages() -> list[Vintage]:
    """The vintages that are being planned or have an agreement under way; the newest first."""
    counts: dict[int, Counter[str]] = {}
    state = Case(When(status=Status.DRAFT, returned_at__isnull=False, then=Value("returned")), default=F("status"))
    found = AgreementVersion.objects.current().order_by().values("agreement__budget_year", state=state)
    for row in found.annotate(number=Count("pk")):
        counts.setdefault(row["agreement__budget_year"], Counter())[row["state"]] += row["number"]
    work = [
        Vintage(
            year, [(key, counts.get(year.pk, Counter())[key]) for key in STATUS if counts.get(year.pk, Counter())[key]]
        )
        for year in BudgetYear.objects.with_totals().order_by("-year")
    ]
    return [vintage for vintage in work if _is_in_work(vintage)]


def _is_in_work(vintage: Vintage) -> bool:
    ended = {"published", "withdrawn", "terminated"}
    return not vintage.budget_year.opened_at or any(key not in ended for key, _ in vintage.states)


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


def deadlines(work: list[Vintage]) -> list[Deadline]:
    """The dates that agreements have not reached yet, the next one first."""
    found = []
    for vintage in work:
        order = list(DUE)
        for step, (status, due) in enumerate(DUE.items()):
            day = getattr(vintage.budget_year, due)
            behind = sum(number for key, number in vintage.states if _place(key, order) <= step)
            if day is not None and behind:
                found.append(Deadline(day, f"{STEPS[status]} {vintage.budget_year.title}: {behind} offen"))
    return sorted(found, key=lambda deadline: (deadline.day, deadline.text))[:DEADLINES_SHOWN]


def _place(key: str, order: list[Any]) -> int:
    """How far an agreement in that state has come; what has ended is past all dates."""
    status = Status.DRAFT if key == "returned" else key
    return order.index(status) if status in order else len(order)
