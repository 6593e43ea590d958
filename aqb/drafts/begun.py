"""What is begun and not taken over yet, as pages say it: own drafts to go on with, and that colleagues are at something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import F, Subquery
from django.db.models.functions import JSONObject
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


def listed(within: Any, kind: str) -> Subquery:
    """Annotation of a row with everything of this kind that is begun within it, for `begun_in`: no query of its own.

    `within` is the expression of the text that Draft has in its column of that name.
    """
    said = {name: name for name in ("title", "begun_at", "about", "page", "part", "person_id")}
    one = JSONObject(**said, who="person__name")
    rows = Draft.objects.open().filter(within=within, about__startswith=f"{kind}:").order_by().values("within")
    return Subquery(rows.annotate(all=JSONBAgg(one)).values("all"))


def begun_in(rows: list[dict[str, Any]] | None, reader: Any) -> list[Begun]:
    """What `listed` has found, the reader's own first."""
    found = sorted(rows or [], key=lambda row: (row["person_id"] != reader.pk, row["begun_at"]))
    return [_one(**{**row, "begun_at": datetime.fromisoformat(row["begun_at"])}, reader=reader) for row in found]


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
    found = rows.annotate(who=F("person__name")).order_by("begun_at", "pk")
    all_of_them = found.values("title", "begun_at", "about", "page", "part", "person_id", "who")
    return sorted((_one(**row, reader=reader) for row in all_of_them), key=lambda one: not one.mine)


def _one(
    *, title: str, who: str, begun_at: datetime, about: str, page: str, part: str, person_id: int, reader: Any
) -> Begun:
    mine = person_id == reader.pk
    url = f"{page}?entwurf={part}" if part else page
    return Begun(title, who, begun_at, about, mine, url if mine else "")


def at_time(moment: datetime, word: str = "um") -> str:
    """`um 10:42 Uhr` of a moment of today, else `am 24.03.2027 um 10:42 Uhr`; with `seit`: `seit 24.03.2027`."""
    local = timezone.localtime(moment)
    hour = f"{local:%H:%M}{NBSP}Uhr"
    if local.date() == clock.today():
        return f"{word}{NBSP}{hour}"
    return f"seit{NBSP}{local:%d.%m.%Y}" if word == "seit" else f"am{NBSP}{local:%d.%m.%Y} um{NBSP}{hour}"
