"""Taking a table over: everything is checked once more under the lock, then all of it happens or nothing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agreements.models import AgreementVersion, MeasureCategory
from aqb.access import Refused
from aqb.models import User
from aqb.screens import NBSP
from aqb.templatetags.aqb import count
from projects.locks import changeable
from projects.models import TableImport
from projects.table.keeping import of_person, planned
from projects.table.known import known
from projects.table.plan import CHANGED, NEW, Advance, Plan, Taking, silent
from projects.together import Statement, save_projects

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
    found = planned(kept, known(version), by)
    if found.rows() != kept.rows:
        raise Stale(*_who(found, kept), AGAIN)
    save_projects(version=version, statements=_statements(found.takings, version), by=by, advance=advance)
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


def _statements(takings: list[Taking], version: AgreementVersion) -> list[Statement]:
    """What the table wants of each project, as actions take it."""
    objects: dict[str, dict[str, Any]] = {
        "provider": {str(one.pk): one for one in version.agreement.district.providers.all()},
        "category": {str(one.pk): one for one in MeasureCategory.objects.all()},
    }
    found = []
    for taking in takings:
        stated = taking.wish.stated
        fields = {key: objects[key].get(value) if key in objects else value for key, value in taking.fields.items()}
        uid = None if stated else UUID(taking.wish.uid)
        found.append(Statement(fields, taking.by_line, stated.entry if stated else None, uid))
    return found
