"""Taking a table over: everything is checked once more under the lock, then all of it happens or nothing."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agreements.models import AgreementVersion, MeasureCategory
from aqb.access import Refused
from aqb.models import User
from aqb.screens import NBSP
from aqb.templatetags.aqb import count
from projects.actions import save_project
from projects.locks import changeable
from projects.models import TableImport
from projects.table.keeping import of_person, planned
from projects.table.known import Known, known
from projects.table.plan import CHANGED, NEW, Advance, Plan, Taking, silent

AGAIN = "Es wurde nichts übernommen. Die Vorschau ist neu geprüft; bitte sehen Sie sie noch einmal an."
PROJECTS = "Projekt,Projekte"
NAMED = 3  # people and projects that a refusal names


class Stale(Refused):
    """Since the table was checked, something has changed that changes what would happen."""


@dataclass(frozen=True)
class Taken:
    """What has happened."""

    rows: int
    created: int
    changed: int

    @property
    def sentence(self) -> str:
        projects = f"{count(self.created, PROJECTS)} angelegt, {count(self.changed, PROJECTS)} geändert"
        return f"{count(self.rows, 'Zeile,Zeilen')} übernommen: {projects}."


@transaction.atomic
def take_table(*, kept: TableImport, by: User, advance: Advance = silent) -> Taken:
    """Save the projects as the table wants them, in one transaction, and forget the table.

    `advance` is told how many of how many projects are saved. Refuses: a status or person that may not change projects;
    a table that is gone or was never checked; lines that would be overdrawn; Stale, when something would happen now
    that the person has not seen; whatever saving a single project refuses. Then nothing has happened.
    """
    version = changeable(kept.version, by)
    kept = of_person(kept, by)
    state = known(version)
    found = planned(kept, state, by)
    if found.rows() != kept.rows:
        raise Stale(*_who(found, kept), AGAIN)
    if reasons := _overdrawn(found, state):
        raise Refused(*reasons)
    _save(found.takings, version, state, by, advance)
    kept.delete()
    accepted = [one for one in found.outcomes if one.what in {NEW, CHANGED}]
    created = sum(taking.wish.stated is None for taking in found.takings)
    return Taken(len(accepted), created, len(found.takings) - created)


def _who(found: Plan, kept: TableImport) -> list[str]:
    """Who has saved which of the projects since the table was checked."""
    sentences = []
    for wish in {taking.wish.uid: taking.wish for taking in found.takings}.values():
        if wish.stated and wish.stated.changed[0] > kept.created_at:
            at, who = timezone.localtime(wish.stated.changed[0]), wish.stated.changed[1]
            sentences.append(
                f"{who} hat „{wish.stated.entry.title}“ am {at:%d.%m.%Y} um {at:%H:%M}{NBSP}Uhr gespeichert."
            )
    return sentences[:NAMED] or ["Seit die Tabelle geprüft wurde, hat sich in dieser Fassung etwas geändert."]


def _overdrawn(found: Plan, state: Known) -> list[str]:
    """A sentence for each line that does not hold what the table wants."""
    pots = list(state.pots.values())
    after = [(pot, one.after - one.before) for pot, one in zip(pots, found.sums, strict=True)]
    return [pot.shortfall(more) for pot, more in after if more > 0 and pot.shortfall(more)]


def _save(takings: list[Taking], version: AgreementVersion, state: Known, by: User, advance: Advance) -> None:
    order = sorted(takings, key=lambda taking: sum(_rises(taking).values()))
    if not _never_short(order, state):
        for taking in order:
            _lower(taking, version, by)
    objects = {
        "provider": {str(one.pk): one for one in version.agreement.district.providers.all()},
        "category": {str(one.pk): one for one in MeasureCategory.objects.all()},
    }
    for done, taking in enumerate(order, start=1):
        stated = taking.wish.stated
        fields = {key: objects[key].get(value) if key in objects else value for key, value in taking.fields.items()}
        save_project(
            version=version, entry=stated.entry if stated else None, fields=fields, shares=taking.by_line, by=by,
            uid=None if stated else UUID(taking.wish.uid),
        )  # fmt: skip
        advance(done, len(order))


def _rises(taking: Taking) -> dict[str, Decimal]:
    """By how much the project takes more from each line than before."""
    rises: dict[str, Decimal] = {}
    before = taking.wish.stated.shares if taking.wish.stated else {}
    for shares, sign in ((taking.shares, 1), (before, -1)):
        for (line, _), amount in shares.items():
            rises[line] = rises.get(line, Decimal(0)) + sign * amount
    return rises


def _never_short(order: list[Taking], state: Known) -> bool:
    """Whether every line holds at every moment, when the projects are saved one after the other."""
    left = {line: pot.available for line, pot in state.pots.items()}
    for taking in order:
        for line, rise in _rises(taking).items():
            left[line] = left.get(line, Decimal(0)) - rise
            if left[line] < 0:
                return False
    return True


def _lower(taking: Taking, version: AgreementVersion, by: User) -> None:
    """Money that goes from one project to another has to leave the first one before it comes to the second."""
    stated = taking.wish.stated
    if stated is None:
        return
    lower = {key: min(amount, taking.shares.get(key, Decimal(0))) for key, amount in stated.shares.items()}
    if lower != stated.shares:
        shares = Taking(taking.wish, {}, lower).by_line
        save_project(version=version, entry=stated.entry, fields={}, shares=shares, by=by)
