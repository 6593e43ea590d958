"""Who may change the projects of a version, one after the other, and what is locked since a return."""

from collections.abc import Iterable, Mapping
from typing import Any

from agreements import unlocking
from agreements.actions import steps
from agreements.models import AgreementVersion
from aqb.access import Refused, require
from aqb.models import User
from projects.amounts import Shares, shares_of
from projects.models import ProjectEntry
from projects.models.facets import FACETS, MONEY, facet_of, together

ALL = frozenset({*(facet.name for facet in FACETS), MONEY})
TITLES = {facet.name: facet.title for facet in FACETS} | {MONEY: "Beträge"}


def changeable(version: AgreementVersion, by: User) -> AgreementVersion:
    """The version, locked: whoever changes its projects waits here. Refuses a person or status that may not."""
    version = steps.locked(version)
    require(by, "project.keep", version.agreement.district)
    if reason := steps.changeable_by(version, by):
        raise Refused(reason)
    return version


def locked_facets(version: AgreementVersion, entry: ProjectEntry, by: User, missing: Iterable[str]) -> frozenset[str]:
    """The names of the facets that the person cannot change in this project; "shares" are all its amounts.

    What a complete project still lacks (`missing`) is never locked: nobody could submit it any more.
    """
    unlocked = unlocking.for_person(version, by)
    uid = str(entry.project.uid)
    if unlocked is None or uid in unlocked.projects:
        return frozenset()
    opened = {facet for name in unlocked.names(uid) for facet in together(name)}
    return ALL - opened - {facet_of(name) for name in missing}


def refuse_locked(
    version: AgreementVersion, stored: ProjectEntry | None, fields: Mapping[str, Any], shares: Shares, by: User
) -> None:
    """Refuse what changes something that is locked; saying the same again is no change. Runs under the version's lock."""
    if stored is None:
        if reason := unlocking.why_not_whole(version, by):
            raise Refused(reason)
        return
    if unlocking.for_person(version, by) is None:
        return
    missing = ProjectEntry.objects.with_missing().values_list("missing", flat=True).get(pk=stored.pk)
    changed = {facet_of(name) for name, value in fields.items() if getattr(stored, name) != value}
    if shares_of(stored) != {key: amount for key, amount in shares.items() if amount}:
        changed.add(MONEY)
    if found := changed & locked_facets(version, stored, by, missing):
        titles = [TITLES[name] for name in (*TITLES,) if name in found]
        what = f"{', '.join(titles[:-1])} und {titles[-1]} sind" if len(titles) > 1 else f"{titles[0]} ist"
        what = f"{titles[0]} sind" if titles == ["Beträge"] else what
        raise Refused(
            f"{what} {unlocking.locked_since(version)}. Gespeichert ist nichts. Das Ministerium kann weitere Felder freigeben."
        )
