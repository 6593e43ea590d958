"""Reminders: two weeks, one week and two days before, each once, to those who still have something to do."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agreements.actions import steps
from agreements.models import AgreementVersion
from aqb import clock, daily
from aqb.access import DISTRICT, MINISTRY, Role
from aqb.models import Notice, Subscription, User
from reporting import reminders
from tests import factories as make

pytestmark = pytest.mark.django_db


def run(month: int, day: int) -> list[tuple[str, str]]:
    """Which side is reminded of what on that day of 2027, at six in the morning."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with clock.stopped(datetime.combine(date(2027, month, day), time(6), ZoneInfo("Europe/Berlin"))):
        reminders.run()
    new = Notice.objects.exclude(pk__in=before).select_related("recipient")
    return sorted({(str(one.recipient), one.title.removeprefix("Erinnerung: ")) for one in new})


def version(status: str = "draft", **fields: Any) -> AgreementVersion:
    dues = {"submission_due": date(2027, 3, 31), **fields}
    vintage = make.budget_year(year=2027, opened_at=make.START, opened_by=make.person(Role.MINISTRY), **dues)
    row = make.version(make.agreement(vintage), status, entries=1)
    make.user(Role.DISTRICT, row.agreement.district, name="Kreis")
    User.objects.filter(role__in=MINISTRY).update(name="Ministerium")
    User.objects.filter(role__in=DISTRICT).update(name="Kreis")
    return row


OWN = ("Kreis", "Zielvereinbarung 2027 einreichen")
THEIRS = ("Ministerium", "Einreichung AQB 2027")


def test_each_stage_reminds_once() -> None:
    version()
    assert run(3, 16) == []
    assert run(3, 17) == [OWN, THEIRS]
    assert run(3, 17) == [], "twice on a day is once"
    assert run(3, 20) == []
    assert run(3, 24) == [OWN, THEIRS]
    assert run(3, 29) == [OWN, THEIRS]
    assert run(3, 31) == []
    assert run(4, 1) == [], "what is over is not reminded of"


def test_job_that_missed_days_reminds_once_of_the_nearest_stage() -> None:
    version()
    assert run(3, 27) == [OWN, THEIRS]
    assert run(3, 28) == []


def test_later_reminder_takes_the_place_of_an_unread_one() -> None:
    version()
    run(3, 17)
    run(3, 24)
    people = list(Notice.objects.values_list("recipient", flat=True))
    assert len(people) == len(set(people)) > 1


def test_deadline_that_was_moved_is_reminded_of_anew() -> None:
    row = version()
    run(3, 17)
    type(row.agreement.budget_year).objects.update(submission_due=date(2027, 4, 10))
    assert run(3, 27) == [OWN, THEIRS]


def test_what_was_given_back_is_reminded_of_by_the_day_that_the_return_named() -> None:
    row = version("submitted")
    with clock.stopped(datetime(2027, 4, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))):
        steps.return_to_draft(version=row, reason="Es fehlt etwas.", by=make.user(), resubmit_due=date(2027, 4, 30))
    User.objects.filter(role__in=MINISTRY).update(name="Ministerium")
    assert run(4, 15) == []
    assert run(4, 16) == [OWN]
    assert "30.04.2027" in Notice.objects.filter(kind="deadline").latest("pk").text


def test_who_has_done_it_is_not_reminded_and_an_old_reminder_is_settled() -> None:
    row = version()
    lead = make.user(Role.DISTRICT_LEAD, row.agreement.district, name="Leitung")
    run(3, 17)
    assert Notice.objects.unread().filter(recipient=lead).count() == 1
    steps.submit(version=row, by=lead)
    assert not Notice.objects.unread().filter(kind="deadline", recipient__district=row.agreement.district).exists()
    assert run(3, 24) == []


def test_application_and_further_deadlines_are_reminded_of() -> None:
    row = version("published", application_due=date(2027, 3, 31))
    make.deadline(row.agreement.budget_year, title="Bericht", day=date(2027, 3, 31), audience="all")
    assert run(3, 24) == [
        ("Kreis", "AQB 2027: Bericht"),
        ("Kreis", "Antrag 2027 beim Regierungspräsidium Kassel stellen"),
        ("Ministerium", "AQB 2027: Bericht"),
    ]


def test_reminder_says_day_and_number_and_reaches_who_wants_only_deadlines() -> None:
    row = version()
    person = make.user(Role.DISTRICT, row.agreement.district)
    Subscription.objects.create(person=person, mails="deadlines")
    run(3, 24)
    assert person.notices.get().text == "Frist 31.03.2027"
    assert {one.text for one in Notice.objects.filter(recipient__name="Ministerium")} == {"Frist 31.03.2027 · 1 offen"}
    mail = person.notices.get().mail
    assert mail is not None
    assert mail.subject == "AQB: Erinnerung: Zielvereinbarung 2027 einreichen"
    assert row.agreement.district.name not in mail.body


def test_closed_accounts_and_other_districts_are_not_reminded() -> None:
    row = version()
    make.user(Role.DISTRICT, row.agreement.district, name="Still", is_active=False)
    make.user(Role.DISTRICT, name="Fremd")
    make.user(Role.AUDITOR, name="Prüfung")
    assert run(3, 24) == [OWN, THEIRS]


def test_daily_job_reminds_before_it_chains() -> None:
    names = [duty.name for duty in daily.DUTIES]
    assert names.count("remind") == 1
    assert names[-1] == "chain_history"
