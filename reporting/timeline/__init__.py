"""The history in sentences: what has happened to an agreement, a project, or anything, newest or oldest first.

    for entry in timeline.of_agreement(agreement, user):
        print(entry.at, entry.sentence, entry.details)

Reads only what the database itself has recorded (pghistory's event tables and the log of downloads), so bulk updates,
raw SQL and rows that are gone are there, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agreements.models import Agreement
from aqb.access import require
from aqb.models import User
from projects.models import Project
from reporting.timeline import reading, scopes
from reporting.timeline.entries import KINDS, Entry, tell
from reporting.timeline.names import Names
from reporting.timeline.reading import Filters, Place, Scope
from reporting.timeline.words import WORDS, Detail

__all__ = [
    "KINDS",
    "Detail",
    "Entry",
    "Filters",
    "Place",
    "Stretch",
    "of_agreement",
    "of_everything",
    "of_project",
    "stretch",
]

FIRST, FURTHER = 500, 2000  # events that are read at once: more than a page shows, because some are told by others


@dataclass(frozen=True)
class Stretch:
    """Some entries in a row. `beyond` is where to go on, None at the end; `searched` how far the search has come."""

    entries: list[Entry]
    beyond: Place | None
    searched: datetime | None = None


def of_agreement(agreement: Agreement, user: User, *, newest_first: bool = False) -> Iterator[Entry]:
    """All about an agreement that `user`, who sees the agreement, may read."""
    return _told(scopes.of_agreement(agreement, user), Filters(), newest_first=newest_first)


def of_project(project: Project, *, newest_first: bool = False) -> Iterator[Entry]:
    """All about a project over all versions, for whoever sees it."""
    return _told(scopes.of_project(project), Filters(), newest_first=newest_first)


def of_everything(user: User, *, newest_first: bool = False) -> Iterator[Entry]:
    """All that is recorded. Refuses: whoever may not read the whole history."""
    require(user, "history.read")
    return _told(scopes.everything(), Filters(), newest_first=newest_first)


def stretch(scope: Scope, filters: Filters, *, after: Place | None, size: int, most: int) -> Stretch:
    """The next `size` entries that match, newest first, after looking through at most `most` events."""
    entries: list[Entry] = []
    for looked, (place, entry) in enumerate(_walk(scope, filters, newest_first=True, after=after), start=1):
        if entry is not None:
            if len(entries) == size:
                return Stretch(entries, entries[-1].place)
            entries.append(entry)
        if looked == most:
            return Stretch(entries, place, searched=place.at)
    return Stretch(entries, None)


def kinds_of(labels: frozenset[str]) -> set[str]:
    """The kinds of change that these models bring."""
    return {WORDS[label].kind for label in labels}


def labels_of(kinds: set[str]) -> frozenset[str]:
    """The models whose changes are of these kinds."""
    return frozenset(label for label, words in WORDS.items() if words.kind in kinds)


def _told(scope: Scope, filters: Filters, *, newest_first: bool) -> Iterator[Entry]:
    return (entry for _, entry in _walk(scope, filters, newest_first=newest_first) if entry is not None)


def _walk(
    scope: Scope, filters: Filters, *, newest_first: bool, after: Place | None = None
) -> Iterator[tuple[Place, Entry | None]]:
    """Every event in order of time with its entry, None where it has none or does not match."""
    names, size = Names(), FIRST
    while True:
        found = reading.places(scope, filters, newest_first=newest_first, after=after, size=size)
        events = list(reading.events(found))
        names.learn(events)
        for event in events:
            entry = tell(event, names)
            yield event.place, entry if entry and entry.mentions(filters.words) else None
        if len(found) < size:
            return
        after, size = found[-1], FURTHER
