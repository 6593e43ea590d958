"""The deadlines of a person as a calendar that programs subscribe to (RFC 5545): whole days, no amounts, no alarms.

What an entry says follows from stored rows, never from the day on which it is asked for; so it has a true moment of its
last change, and a program that has it already can be told so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, F, Max
from django.urls import reverse
from icalendar import Calendar, Event

from agreements import dates, news
from agreements.dates import Due
from agreements.models import AgreementVersion, BudgetYear, StatusChange
from aqb import clock
from aqb.access import Role
from aqb.models import User
from reporting import district_desk, ministry_desk

AGAIN = timedelta(hours=6)  # programs that know it ask again after so long
UID = "{side}-{vintage}-{key}@aqb"  # says nothing of day, words or server, which may change


@dataclass(frozen=True)
class Entry:
    """A deadline, the side that has to keep it, and the page that it is about."""

    side: str
    due: Due
    url: str


@dataclass(frozen=True)
class Revision:
    """When a vintage and its agreements last changed, and how often its dates have."""

    at: datetime
    number: int


@dataclass(frozen=True)
class Feed:
    """The calendar as bytes; `etag` and `changed_at` tell whether somebody has it already."""

    content: bytes
    changed_at: datetime

    @property
    def etag(self) -> str:
        return f'"{sha256(self.content).hexdigest()[:32]}"'


def concerns(person: Any) -> bool:
    """Whether there are deadlines for the person at all: not for those who only read or keep the machine running."""
    return person.is_district or person.is_ministry or person.role == Role.GRANT_OFFICE


def feed(person: User) -> Feed:
    """The person's calendar as it stands."""
    calendar = Calendar.new(
        name="Fristen AQB", prodid="-//AQB//Fristen//DE", uid=f"person-{person.pk}@aqb", language="de",
        refresh_interval=AGAIN,
    )  # fmt: skip
    calendar.add("x-published-ttl", AGAIN)
    entries = list(_entries(person))
    revisions = _revisions(person)
    for entry in entries:
        calendar.add_component(_event(entry, revisions[entry.due.budget_year.pk]))
    return Feed(calendar.to_ical(), max([_person_changed(person), *(one.at for one in revisions.values())]))


def _entries(person: User) -> Iterable[Entry]:
    if person.is_district:
        for version in district_desk.running(AgreementVersion.objects.visible_to(person)):
            yield from (Entry("district", due, news.place(version)) for due in dates.of_district(version))
    elif person.is_ministry:
        for vintage in ministry_desk.running():
            url = reverse("budget_year_detail", args=[vintage.budget_year.year])
            for due in dates.of_ministry(vintage.budget_year, vintage.agreements):
                yield Entry("ministry", due, url)
    elif concerns(person):
        for year in BudgetYear.objects.filter(last_cash_year__gte=clock.today().year):
            if day := year.application_due:
                due = Due(year, dates.APPLICATION, day, f"{year.title}: Ende der Antragsfrist")
                yield Entry("grants", due, reverse("agreement_list"))


def _event(entry: Entry, revision: Revision) -> Event:
    due = entry.due
    url = f"{settings.BASE_URL}{entry.url}"
    event = Event.new(
        uid=UID.format(side=entry.side, vintage=due.budget_year.pk, key=due.key), summary=due.said, start=due.day,
        end=due.day + timedelta(days=1), stamp=revision.at, last_modified=revision.at, sequence=revision.number, url=url,
        description=f"Öffnen: {url}",
    )  # fmt: skip
    event.add("transp", "TRANSPARENT")  # nobody is busy all day because of a deadline
    return event


def _revisions(person: User) -> Mapping[int, Revision]:
    """By vintage: from the history of its dates, and from the steps and returns of the agreements that the person sees.

    Also of vintages without an entry: that the last one has gone is a change, too.
    """
    at: dict[int, list[datetime]] = defaultdict(list)
    numbers: dict[int, int] = defaultdict(int)
    for model, vintage in (("BudgetYearEvent", "pgh_obj"), ("DeadlineEvent", "budget_year")):
        events = apps.get_model("agreements", model)._base_manager.order_by()
        for row in events.values(vintage).annotate(number=Count("pgh_id"), last=Max("pgh_created_at")):
            at[row[vintage]].append(row["last"])
            numbers[row[vintage]] += row["number"]
    path = "version__agreement__budget_year"
    for row in (
        StatusChange.objects.visible_to(person).order_by().values(path).annotate(number=Count("pk"), last=Max("at"))
    ):
        at[row[path]].append(row["last"])
        numbers[row[path]] += row["number"]
    for row in _returned(person):
        at[row["vintage"]].append(row["last"])
        numbers[row["vintage"]] += row["number"]
    return {vintage: Revision(max(moments).replace(microsecond=0), numbers[vintage]) for vintage, moments in at.items()}


def _returned(person: User) -> Iterable[Mapping[str, Any]]:
    """What happened to versions while a return had named a day: another day may come without a step."""
    events = apps.get_model("agreements", "AgreementVersionEvent")._base_manager.order_by()
    seen = events.filter(resubmit_due__isnull=False, pgh_obj__in=AgreementVersion.objects.visible_to(person))
    by_vintage = seen.values(vintage=F("pgh_obj__agreement__budget_year"))
    return by_vintage.annotate(number=Count("pgh_id"), last=Max("pgh_created_at"))


def _person_changed(person: User) -> datetime:
    """When role or district last changed, or the year, with which vintages come and go."""
    events = apps.get_model("aqb", "UserEvent")._base_manager.filter(pgh_obj=person.pk)
    changed: datetime | None = events.aggregate(last=Max("pgh_created_at"))["last"]
    new_year = clock.morning(date(clock.today().year, 1, 1))
    return max(changed.replace(microsecond=0), new_year) if changed else new_year
