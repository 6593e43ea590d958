"""What is begun and not taken over yet, as pages say it: own drafts to go on with, and that colleagues are at something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from aqb import clock
from aqb.models import Draft
from aqb.screens import NBSP

NEW = "new"  # what `about` says after the colon of something that does not exist yet


@dataclass(frozen=True)
class Begun:
    """A draft without its content: whose it is, since when, what it is about. `url` leads on, for its own person only."""

    title: str
    who: str
    since: datetime
    about: str
    mine: bool
    url: str

    @property
    def is_new(self) -> bool:
        """Whether it is about something that does not exist yet."""
        return self.about.endswith(f":{NEW}")


def begun_in(within: str, kind: str, reader: Any) -> list[Begun]:
    """Everything of this kind that is begun within `within`, the reader's own first."""
    return _begun(Draft.objects.open().filter(within=within, about__startswith=f"{kind}:"), reader)


def begun_about(about: str, reader: Any) -> list[Begun]:
    """Who is at this thing, the reader first."""
    return _begun(Draft.objects.open().filter(about=about), reader)


def own_new(kind: str, reader: Any) -> list[Begun]:
    """What the reader has begun and not made yet."""
    return _begun(Draft.objects.open().filter(person=reader, about=f"{kind}:{NEW}"), reader)


def newest(person: Any, since: datetime) -> Draft | None:
    """What the person was at last, since that moment."""
    found: Draft | None = Draft.objects.open().filter(person=person, saved_at__gte=since).first()
    return found


def _begun(rows: Any, reader: Any) -> list[Begun]:
    found = rows.select_related("person").defer("fields").order_by("begun_at", "pk")
    return sorted((_one(row, reader) for row in found), key=lambda one: not one.mine)


def _one(row: Draft, reader: Any) -> Begun:
    mine = row.person_id == reader.pk
    url = f"{row.page}?entwurf={row.part}" if row.part else row.page
    return Begun(row.title, row.person.name, row.begun_at, row.about, mine, url if mine else "")


def at_time(moment: datetime, word: str = "um") -> str:
    """`um 10:42 Uhr` of a moment of today, else `am 24.03.2027 um 10:42 Uhr`; with `seit`: `seit 24.03.2027`."""
    local = timezone.localtime(moment)
    hour = f"{local:%H:%M}{NBSP}Uhr"
    if local.date() == clock.today():
        return f"{word}{NBSP}{hour}"
    return f"seit{NBSP}{local:%d.%m.%Y}" if word == "seit" else f"am{NBSP}{local:%d.%m.%Y} um{NBSP}{hour}"
