"""One mail on working days at seven: what is unread, once, and nothing where there is nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from aqb import clock, notices
from aqb.access import Role
from aqb.models import Mail, User
from aqb.notices import digest
from tests import factories as make

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in March 2027 in Hesse; the 1st is a Monday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


def told(person: User, moment: datetime, title: str = "Zurückgegeben", **fields: object) -> None:
    with clock.stopped(moment):
        notices.tell([person], kind="x", title=title, **fields)  # type: ignore[arg-type]


def run(moment: datetime) -> int:
    with clock.stopped(moment):
        return digest.write_due()


def test_everything_since_the_last_one_comes_in_one_mail() -> None:
    person = make.user()
    told(person, at(1, 10), "Eins")
    told(person, at(2, 6, 59), "Zwei")
    assert run(at(1, 12)) == 0, "the digest of that morning is over"
    assert run(at(2, 6, 59)) == 0
    assert run(at(2, 7)) == 1
    mail = Mail.objects.get()
    assert mail.subject == "AQB: 2 neue Mitteilungen"
    assert mail.body.index("Zwei") < mail.body.index("Eins")
    for notice in person.notices.all():
        assert f"/nachrichten/{notice.pk}/" in mail.body
    assert run(at(2, 7, 1)) == 0
    assert run(at(3, 7)) == 0, "there is nothing new"


def test_after_the_weekend_everything_waits_for_monday() -> None:
    person = make.user()
    told(person, at(5, 12))  # Friday
    assert [run(at(day, 9)) for day in (6, 7, 8)] == [0, 0, 1]


def test_sender_that_slept_at_seven_makes_up_for_it_later() -> None:
    told(make.user(), at(1, 23))
    assert run(at(2, 15, 30)) == 1


def test_what_was_read_or_settled_meanwhile_is_left_out() -> None:
    person = make.user()
    told(person, at(1, 10), "Alt", about="version:1")
    told(person, at(1, 11), "Neu")
    notices.settled("version:1")
    run(at(2, 7))
    mail = Mail.objects.get()
    assert mail.subject == "AQB: 1 neue Mitteilung"
    assert "Alt" not in mail.body


def test_closed_account_and_former_district_get_none() -> None:
    closed, moved = make.user(), make.user(Role.DISTRICT)
    told(closed, at(1, 10))
    told(moved, at(1, 10), district=moved.district)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    User.objects.filter(pk=moved.pk).update(district=make.district())
    assert run(at(2, 7)) == 0
    assert run(at(3, 7)) == 0


def test_long_list_is_cut_and_says_so() -> None:
    person = make.user()
    for number in range(digest.SHOWN + 12):
        told(person, at(1, 10), f"Mitteilung {number}")
    run(at(2, 7))
    assert "und 12 weitere:" in Mail.objects.get().body


def test_each_person_gets_one_of_their_own() -> None:
    for _ in range(2):
        told(make.user(), at(1, 10))
    assert run(at(2, 7)) == 2
    assert len({mail.recipient_id for mail in Mail.objects.all()}) == 2
