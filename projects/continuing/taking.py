"""Taking projects over from an earlier vintage: everything is checked once more under the lock, then all of it or nothing."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import transaction

from agreements.models import AgreementVersion
from agreements.unlocking import why_not_whole
from aqb.access import Refused
from aqb.models import User
from aqb.money import ZERO, format_euro
from aqb.screens import NBSP
from projects.continuing.earlier import earlier, projects_of, taken_into
from projects.continuing.proposal import NewVintage, Proposal
from projects.locks import changeable
from projects.together import Statement, save_projects

NOT_EARLIER = "Projekte lassen sich nur aus einem früheren Jahrgang derselben Gebietskörperschaft übernehmen."
NOTHING = "Bitte wählen Sie mindestens ein Projekt aus."
NOT_THERE = "Eines der ausgewählten Projekte steht nicht in dem früheren Jahrgang. Bitte wählen Sie noch einmal aus."


@transaction.atomic
def continue_projects(
    *, version: AgreementVersion, source: AgreementVersion, projects: Collection[int], with_amounts: bool, by: User,
    seen: Mapping[int, Decimal] | None = None,
) -> list[Proposal]:  # fmt: skip
    """Take these projects (their ids) of an earlier version over into a draft; answers what was taken along of each.

    `seen` holds the euro that the person was shown for each project: less or more is refused. Refuses: a status or person
    that may not add projects; a source that is not an earlier vintage of the district; no project, or one that the source
    does not state; one that is continued already. Then nothing has happened.
    """
    version = changeable(version, by)
    if reason := why_not_whole(version, by):
        raise Refused(reason)
    found = proposals(version, source, projects, with_amounts=with_amounts)
    refuse_taken(version, found)
    if seen is not None:
        _refuse_unseen(found, seen)
    statements = [Statement(one.fields, one.shares, continued_from=one.entry.project) for one in found]
    save_projects(version=version, statements=statements, by=by)
    return found


def proposals(
    version: AgreementVersion, source: AgreementVersion, projects: Collection[int], *, with_amounts: bool
) -> list[Proposal]:
    """What would be taken along of these projects. Refuses what does not belong together."""
    if source not in earlier(version):
        raise Refused(NOT_EARLIER)
    if not projects:
        raise Refused(NOTHING)
    stated = [one for one in projects_of(source) if one.project_id in projects]
    if len(stated) < len(set(projects)):
        raise Refused(NOT_THERE)
    years = version.agreement.budget_year.year - source.agreement.budget_year.year
    return NewVintage(version).propose(stated, years, with_amounts=with_amounts)


def refuse_taken(version: AgreementVersion, found: Collection[Proposal]) -> None:
    """Refuse what the agreement continues already, each project by its name."""
    taken = taken_into(version, [one.entry for one in found])
    if again := [one.entry.title for one in found if one.entry.project_id in taken]:
        raise Refused(
            *(f"„{title}“ ist schon übernommen." for title in again),
            "Es wurde nichts übernommen; bitte wählen Sie neu aus.",
        )


def _refuse_unseen(found: Collection[Proposal], seen: Mapping[int, Decimal]) -> None:
    """Between the page and the button, somebody may have used the money, or the lines may have changed."""
    other = [one for one in found if seen.get(one.entry.project_id, ZERO) != one.amount]
    if other:
        raise Refused(
            *(
                f"„{one.entry.title}“: Jetzt kämen {format_euro(one.amount)}{NBSP}€ mit statt "
                f"{format_euro(seen.get(one.entry.project_id, ZERO))}{NBSP}€."
                for one in other
            ),
            "Es wurde nichts übernommen; bitte sehen Sie es noch einmal an.",
        )
