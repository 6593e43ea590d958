"""Reminders of deadlines: two weeks, one week and two days before, each once, to those who still have something to do."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse

from agreements import dates, news
from agreements.dates import Due
from agreements.models import AgreementVersion
from aqb import clock, notices
from aqb.models import User
from aqb.screens import german_date
from reporting import district_desk, ministry_desk

STAGES = (2, 7, 14)  # days before


def run() -> str:
    """Remind whoever is due; says in German how many were reminded. A second run on the same day reminds nobody."""
    return f"{_districts() + _ministry()} Erinnerungen"


def stage(due: Due) -> int | None:
    """The nearest stage that has been reached; None before the first one and after the day itself."""
    left = (due.day - clock.today()).days
    return next((days for days in STAGES if 0 <= left <= days), None)


def _coming(found: Iterable[Due]) -> list[Due]:
    return [due for due in found if stage(due) is not None]


def _districts() -> int:
    """The people of each district, about its own agreements."""
    number = 0
    for version in district_desk.running(AgreementVersion.objects.all()):
        agreement = version.agreement
        if coming := _coming(dates.of_district(version)):
            people = list(news.of_district(agreement.district))
            place = {"url": news.place(version), "district": agreement.district}
            number += sum(_tell(people, due, dates.about(agreement.pk, due.key), **place) for due in coming)
    return number


def _ministry() -> int:
    """Everybody of the ministry, once for all districts together."""
    people, number = list(news.of_ministry()), 0
    for vintage in ministry_desk.running():
        url = reverse("budget_year_detail", args=[vintage.budget_year.year])
        for due in _coming(dates.of_ministry(vintage.budget_year, vintage.agreements)):
            number += _tell(people, due, f"frist:ministry:{vintage.budget_year.pk}:{due.key}", url=url)
    return number


@transaction.atomic
def _tell(people: list[User], due: Due, about: str, **place: Any) -> int:
    """One reminder for each person; a deadline that was moved is a new one."""
    text = f"Frist {german_date(due.day)}" + (f" · {due.open} offen" if due.open else "")
    told = notices.tell(
        people, kind=notices.DEADLINE, title=f"Erinnerung: {due.text}", text=text, about=about,
        key=f"{about}:{due.day.isoformat()}:{stage(due)}", **place,
    )  # fmt: skip
    return len(told)
