"""One line of a list of agreements: whose turn it is, what comes next, since when. Asks the database nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from agreements import dates
from agreements.checks import whose_turn
from agreements.dates import STEPS
from agreements.models import Status
from agreements.views import ways
from agreements.views.fetching import address
from aqb import clock
from aqb.models import District, User
from aqb.screens import STATUS, status_of

# Status -> (the ministry's next step as its button says it, the same as others read it).
NEXT = {
    Status.SUBMITTED: ("Prüfen", "Prüfung"),
    Status.APPROVED: ("Ausfertigen", "Ausfertigung"),
    Status.ISSUED: ("Unterschriften", "Unterschriften"),
    Status.SIGNED: ("Veröffentlichen", "Veröffentlichung"),
}
ENDED = {
    Status.PUBLISHED: "abgeschlossen",
    Status.WITHDRAWN: "zurückgezogen",
    Status.TERMINATED: "beendet",
}
# Status -> the vintage's date until which the next step is due; a returned draft may have its own.
DUE = {status: name for status, (name, _) in STEPS.items()}


@dataclass(frozen=True)
class Row:
    """A version in a list. `who` has the ball ("" for nobody), `yours` says whether that is the reader."""

    version: Any
    url: str
    who: str
    yours: bool
    step: str
    is_late: bool

    @property
    def key(self) -> str:
        """The status as screens have it; a draft that came back has its own."""
        return status_of(self.version)

    @property
    def state(self) -> str:
        return STATUS[self.key].label


def short_kind(district: District) -> str:
    """`Kreis` or `Stadt`: who acts, in a narrow column."""
    return "Stadt" if district.kind == District.Kind.CITY else "Kreis"


def is_yours(turn: str, user: User) -> bool:
    """Whether the side that has the ball is the reader's."""
    return (turn == "district" and user.is_district) or (turn == "ministry" and user.is_ministry)


def is_late(version: Any) -> bool:
    """Whether the day for the next step has passed."""
    due = dates.day_of(version, version.status) if version.status in STEPS else None
    return due is not None and due < clock.today()


def row(version: Any, user: User, back: str = "") -> Row:
    """The line of a version as `user` reads it; `version` brings agreement, district and vintage along.

    `back` is the address of the list, which the version's page leads back to.
    """
    turn = whose_turn(version)
    yours = is_yours(turn, user)
    if turn == "district":
        who = short_kind(version.agreement.district)
        noun, button = ("Überarbeitung", "Überarbeiten") if version.is_returned else ("Einreichung", "Bearbeiten")
    elif turn == "ministry":
        who, (button, noun) = "Ministerium", NEXT[version.status]
    else:
        who, noun, button = "", ENDED[version.status], ""
    url = reverse("version_detail", kwargs=address(version)) + ways.carrying(back)
    return Row(version, url, who, yours, button if yours else noun, is_late(version))


def rows(versions: Iterable[Any], user: User, back: str = "") -> list[Row]:
    """The lines of several versions."""
    return [row(version, user, back) for version in versions]


def each_row(versions: Any, user: User) -> Iterator[Row]:
    """The lines of a queryset that may be long, one after the other."""
    return (row(version, user) for version in versions.iterator(chunk_size=2000))
