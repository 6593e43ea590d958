"""Every date of a vintage that somebody still has to keep: for overview, reminders and calendar alike.

A step's date stays until the agreement has taken the step. The dates are those of the agreement itself: an amendment
comes when it comes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from agreements.models import BudgetYear, Deadline, Status

# Status -> the vintage's date until which the step out of it is due, and what the ministry calls that step.
STEPS: dict[str, tuple[str, str]] = {
    Status.DRAFT: ("submission_due", "Einreichung"),
    Status.SUBMITTED: ("approval_due", "Freigabe"),
    Status.APPROVED: ("issue_due", "Ausfertigung"),
    Status.ISSUED: ("signing_due", "Unterzeichnung"),
    Status.SIGNED: ("publication_due", "Veröffentlichung"),
}
ORDER = tuple(STEPS)
# What a district itself has to do: status -> words.
OF_DISTRICT = {Status.DRAFT: "einreichen", Status.ISSUED: "unterzeichnen"}
APPLICATION = "application_due"


@dataclass(frozen=True)
class Due:
    """Something to be done by a day. `key` stays the same when the day is moved; `open` counts what is still missing."""

    budget_year: BudgetYear
    key: str
    day: date
    text: str
    open: int = 0

    @property
    def said(self) -> str:
        """With the number of agreements that have not come so far, where there is one."""
        return f"{self.text}: {self.open} offen" if self.open else self.text


def about(agreement: int, key: str) -> str:
    """What reminders of a district's date are about."""
    return f"frist:{agreement}:{key}"


def in_order(found: Iterable[Due]) -> list[Due]:
    return sorted(found, key=lambda due: (due.day, due.text))


def of_district(version: Any) -> list[Due]:
    """What the district of a version still has to keep; `version` is its newest one, with agreement and vintage.

    Nothing where the agreement was ended. The application to the RP Kassel is a date of its own: the application
    waits for no step.
    """
    vintage = version.agreement.budget_year
    if version.status in (Status.WITHDRAWN, Status.TERMINATED):
        return []
    found = [*_own_steps(version)]
    if vintage.application_due:
        text = f"Antrag {vintage.year} beim Regierungspräsidium Kassel stellen"
        found.append(Due(vintage, APPLICATION, vintage.application_due, text))
    return in_order([*found, *further(vintage, Deadline.Audience.DISTRICT)])


def _own_steps(version: Any) -> Iterable[Due]:
    year, reached = version.agreement.budget_year.year, place(version.status)
    paper = "Zielvereinbarung" if version.base_id is None else "Änderungsvereinbarung zu"
    for status, words in OF_DISTRICT.items():
        if (day := day_of(version, status)) and reached <= place(status):
            yield Due(version.agreement.budget_year, STEPS[status][0], day, f"{paper} {year} {words}")


def day_of(version: Any, status: str) -> date | None:
    """Until when the version is to leave that status, see `AgreementVersion.submission_due`."""
    if status == Status.DRAFT:
        return cast("date | None", version.submission_due)
    if version.base_id is not None:
        return None
    return cast("date | None", getattr(version.agreement.budget_year, STEPS[status][0]))


def of_ministry(vintage: Any, states: Mapping[str, int]) -> list[Due]:
    """What the ministry still has to keep; `states` counts the agreements by key of `aqb.screens.STATUS`."""
    found = []
    for step, (name, words) in enumerate(STEPS.values()):
        behind = sum(number for key, number in states.items() if place(key) <= step)
        if (day := getattr(vintage, name)) and behind:
            found.append(Due(vintage, name, day, f"{words} {vintage.title}", behind))
    return in_order([*found, *further(vintage, Deadline.Audience.MINISTRY)])


def further(vintage: Any, audience: str) -> list[Due]:
    """What the ministry has set besides; `vintage` brings its deadlines along."""
    return [
        Due(vintage, f"deadline_{row.pk}", row.day, f"{vintage.title}: {row.title}")
        for row in vintage.deadlines.all()
        if row.audience in (audience, Deadline.Audience.ALL)
    ]


def place(state: str) -> int:
    """How far an agreement in that state has come; what has ended is past all dates."""
    status = Status.DRAFT if state == "returned" else state
    return ORDER.index(status) if status in ORDER else len(ORDER)
