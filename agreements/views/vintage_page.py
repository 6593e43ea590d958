"""What the page of a vintage shows above its table: states as a bar, key figures, and the way to the opening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from agreements import checks
from agreements.models import Allocation, BudgetYear, Status, StatusChange, Wording
from agreements.models.lead_times import WAY
from agreements.views.rows import DUE, is_late, is_yours
from aqb.models import District, User
from aqb.money import ZERO, format_euro
from aqb.screens import STATUS, Task, status_of

TONES = {
    "draft": 1, "returned": 2, "submitted": 3, "approved": 4, "issued": 5, "signed": 6, "published": 7,
    "withdrawn": 8, "terminated": 8,
}  # fmt: skip
GAP = 8  # of a thousand: the white between two parts of the bar
WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """A state in the bar: how many, and where its rectangle stands (of a thousand)."""

    key: str
    label: str
    number: int
    tone: int
    x: int
    width: int


@dataclass(frozen=True)
class LeadTime:
    """How long a step takes in the middle, in days: in this vintage, in the one before, and as the dates have it."""

    label: str
    days: int | None
    before: int | None
    target: int | None
    number: int

    @property
    def change(self) -> int | None:
        return None if self.days is None or self.before is None else self.days - self.before

    @property
    def shorter(self) -> int:
        """How many days less than in the vintage before."""
        return -(self.change or 0)


LABELS = {
    "submitted": "Bis zur Einreichung", "approved": "Bis zur Freigabe", "issued": "Bis zur Ausfertigung",
    "signed": "Bis zur Unterschrift", "published": "Bis zur Veröffentlichung",
}  # fmt: skip
HALF_A_DAY = timedelta(hours=12)


def lead_times(budget_year: BudgetYear) -> dict[str, LeadTime]:
    """Each step of the way by the status that it leads to, measured against the vintage before."""
    year = budget_year.year
    measured = {
        (of, to): ((median + HALF_A_DAY).days, number)
        for of, _, to, median, number in StatusChange.objects.lead_times().filter(year__in=(year, year - 1))
    }
    found: dict[str, LeadTime] = {}
    planned_before: date | None = None
    for begins, ends in WAY:
        days, number = measured.get((year, ends), (None, 0))
        before, _ = measured.get((year - 1, ends), (None, 0))
        planned: date | None = getattr(budget_year, DUE[Status(begins)])
        target = (planned - planned_before).days if planned and planned_before else None
        found[ends] = LeadTime(LABELS[ends], days, before, target, number)
        planned_before = planned
    return found


@dataclass(frozen=True)
class Overview:
    """The states of all agreements of a vintage, and how much waits for the reader."""

    total: int
    parts: list[Part]
    yours: int
    late: int

    @property
    def in_words(self) -> str:
        """The bar for those who hear it."""
        return ", ".join(f"{part.label} {part.number}" for part in self.parts)

    @property
    def awaits_signatures(self) -> bool:
        """Whether signed paper may come back: then it may come as one scan of several contracts."""
        return any(part.key == "issued" for part in self.parts)


def overview(versions: Iterable[Any], user: User) -> Overview:
    """Counts over all agreements of the vintage, whatever the filters show."""
    counts: dict[str, int] = {}
    yours = late = 0
    for version in versions:
        state = status_of(version)
        counts[state] = counts.get(state, 0) + 1
        mine = is_yours(checks.whose_turn(version), user)
        yours += mine
        late += mine and is_late(version)
    return Overview(sum(counts.values()), _parts(counts), yours, late)


def _parts(counts: dict[str, int]) -> list[Part]:
    total = sum(counts.values())
    parts, before = [], 0
    for key, tone in TONES.items():
        if number := counts.get(key, 0):
            x, end = WIDTH * before // total, WIDTH * (before + number) // total
            before += number
            gap = GAP if before < total else 0
            parts.append(Part(key, STATUS[key].label, number, tone, x, end - x - gap))
    return parts


def tasks(budget_year: BudgetYear) -> list[Task]:
    """The way to the opening, in the order of doing; nothing once the vintage is open."""
    if budget_year.opened_at:
        return []
    lines: list[Any] = list(budget_year.lines.with_totals())
    year = budget_year.year
    wording = Wording.objects.current(year, Wording.Kind.AGREEMENT)
    draft = Wording.objects.filter(budget_year=budget_year, kind=Wording.Kind.AGREEMENT, status="draft").first()
    left = sum((line.unallocated for line in lines), ZERO)
    wording_url = (
        reverse("wording_detail", args=[draft.pk]) if draft else reverse("wording_create") + f"?jahrgang={year}"
    )
    return [
        Task("Budgetlinien und Fristen festlegen", "done" if lines else "open", reverse("budget_year_edit", args=[year])),
        Task(
            "Mittel zuweisen",
            "later" if not lines else "open" if left else "done",
            reverse("allocation_grid", args=[year]) if lines else "",
            f"noch zu verteilen: {format_euro(left)} €" if left else "",
        ),
        Task("Vertragstext freigeben lassen", "done" if wording else "open", "" if wording else wording_url),
        Task(
            "Jahrgang eröffnen",
            "open" if lines and wording else "later",
            reverse("budget_year_open", args=[year]) if lines and wording else "",
            "legt je Gebietskörperschaft eine Zielvereinbarung an" if lines and wording
            else "möglich, sobald es Budgetlinien und einen freigegebenen Vertragstext gibt",
        ),
    ]  # fmt: skip


def without_agreement(budget_year: BudgetYear) -> Any:
    """Districts of the year that have no agreement in the vintage yet."""
    return District.objects.valid_in(budget_year.year).exclude(agreements__budget_year=budget_year)


def opening(budget_year: BudgetYear) -> dict[str, Any]:
    """What the page before the opening shows: who gets an agreement, who has none of the money, what is missing."""
    missing = list(without_agreement(budget_year))
    allocated = set(
        Allocation.objects.filter(line__budget_year=budget_year, amount__gt=0).values_list("district", flat=True)
    )
    blockers = []
    if Wording.objects.current(budget_year.year, Wording.Kind.AGREEMENT) is None:
        blockers.append(
            "Es ist noch kein Vertragstext freigegeben. Bitte lassen Sie zuerst den Vertragstext freigeben."
        )
    if not budget_year.lines.exists():
        blockers.append("Der Jahrgang hat noch keine Budgetlinie. Bitte legen Sie zuerst eine an.")
    return {
        "districts": missing,
        "without_money": [district for district in missing if district.pk not in allocated],
        "blockers": blockers,
    }
