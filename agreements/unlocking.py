"""What a district may still change after a return: everything, whole projects, or just what was remarked on.

The ministry itself is never locked out: it can change a draft anyway, and unlock more whenever it wishes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from agreements.models import AgreementVersion, Status
from agreements.models.remarks import Place
from aqb.models import User
from aqb.screens import NBSP, german_date

type Choice = Literal["fields", "projects", "all"]
CHOICES: tuple[Choice, ...] = ("fields", "projects", "all")
SIGNATORIES = "signatories"
WHOLE_AGREEMENT = (
    "Neue Projekte anlegen und Projekte entfernen können Sie erst, wenn das Ministerium die ganze Zielvereinbarung "
    "freigibt."
)


@dataclass(frozen=True)
class Unlocked:
    """What is open: whole projects by their `uid`, and single fields; those of the agreement itself have no `uid` ("")."""

    projects: frozenset[str] = frozenset()
    fields: frozenset[tuple[str, str]] = frozenset()

    def names(self, uid: str) -> frozenset[str]:
        """The single fields of a project that are open, as they were remarked on."""
        return frozenset(name for project, name in self.fields if project == uid)

    def with_more(self, other: "Unlocked") -> "Unlocked":
        return Unlocked(self.projects | other.projects, self.fields | other.fields)

    def as_data(self) -> dict[str, Any]:
        return {"projects": sorted(self.projects), "fields": sorted([uid, name] for uid, name in self.fields)}


def of_places(places: Iterable[Place], choice: Choice) -> Unlocked | None:
    """What `choice` opens for remarks on these places; None is everything."""
    if choice == "all":
        return None
    projects, fields = set(), set()
    for place in places:
        uid = str(place.project_key or "")
        if uid and (choice == "projects" or not place.field):
            projects.add(uid)
        elif place.field:
            fields.add((uid, place.field))
    return Unlocked(frozenset(projects), frozenset(fields))


def of_version(version: AgreementVersion) -> Unlocked | None:
    """What is open in a version for the district; None is everything, and always so before a return and after it is over."""
    if version.unlocked is None or version.status != Status.DRAFT:
        return None
    stored = version.unlocked
    return Unlocked(frozenset(stored["projects"]), frozenset((uid, name) for uid, name in stored["fields"]))


def for_person(version: AgreementVersion, by: User) -> Unlocked | None:
    """The same as it binds this person: only the district is ever locked out."""
    return of_version(version) if by.is_district else None


def locked_since(version: AgreementVersion) -> str:
    """`abgestimmt, gesperrt seit der Rückgabe vom 17.03.2027`: why something cannot be changed; stands alone or in a sentence."""
    return f"abgestimmt, gesperrt seit der Rückgabe vom{NBSP}{german_date(version.returned_at)}"


def in_words(version: AgreementVersion, remarks: Iterable[Place], entries: Iterable[Any]) -> list[str]:
    """What is open for the district, as people say it; nothing where everything is. `entries` are the version's projects."""
    opened = of_version(version)
    if opened is None:
        return []
    titles = {(str(one.project_key or ""), one.field): one.place for one in remarks}
    whole = [f"{one.title}: alle Felder" for one in entries if str(one.project.uid) in opened.projects]
    found = whole + [titles[place] for place in sorted(opened.fields) if place in titles]
    return found or ["nichts; Sie können antworten"]


def why_not_whole(version: AgreementVersion, by: User) -> str | None:
    """Why the person can neither add nor remove projects, or None."""
    if for_person(version, by) is None:
        return None
    return f"Die Projekte sind {locked_since(version)}. {WHOLE_AGREEMENT}"


def why_not_signatories(version: AgreementVersion, by: User) -> str | None:
    """Why the person cannot name who is to sign, or None."""
    unlocked = for_person(version, by)
    if unlocked is None or SIGNATORIES in unlocked.names(""):
        return None
    return f"Die Unterzeichnenden sind {locked_since(version)}. Bitte schreiben Sie dem Ministerium, wenn sich etwas ändert."
