"""Telling: who hears what, what replaces what, and that it stands or falls with the step it is about."""

import pytest
from django.db import transaction

from aqb import notices
from aqb.access import Role
from aqb.models import Mail, Notice, Subscription, User
from tests import factories as make

pytestmark = pytest.mark.django_db


def wishing(mails: str, role: str = Role.MINISTRY, **fields: object) -> User:
    person = make.user(role, **fields)  # type: ignore[arg-type]
    Subscription.objects.create(person=person, mails=mails)
    return person


def test_step_that_is_rolled_back_has_told_nobody() -> None:
    person = wishing("at_once")
    with transaction.atomic():
        notices.tell([person], kind="x", title="Geschehen")
        assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_whoever_did_it_is_not_told_and_stands_beside_it() -> None:
    by, other = make.user(), make.user()
    [told] = notices.tell([by, other], kind="x", title="Geschehen", by=by)
    assert (told.recipient, told.actor) == (other, by)


def test_nobody_with_a_closed_account_is_told() -> None:
    assert notices.tell([make.user(is_active=False)], kind="x", title="Geschehen") == []


def test_only_who_sees_the_district_is_told() -> None:
    own, foreign = make.district(), make.district()
    people = [
        make.user(Role.DISTRICT, own), make.user(Role.DISTRICT, foreign), make.user(), make.user(Role.AUDITOR),
        make.operator(),
    ]  # fmt: skip
    told = notices.tell(people, kind="x", title="Geschehen", district=own)
    assert [one.recipient for one in told] == [people[0], people[2], people[3]]


def test_person_named_twice_is_told_once() -> None:
    person = make.user()
    assert len(notices.tell([person, person], kind="x", title="Geschehen")) == 1


def test_unread_news_of_the_same_kind_is_replaced_and_read_news_stays() -> None:
    person = make.user()
    for title in ("1 beantwortet", "2 beantwortet"):
        notices.tell([person], kind="answered", title=title, about="version:1")
    notices.tell([person], kind="answered", title="1 beantwortet", about="version:2")
    assert {one.title for one in person.notices.all()} == {"2 beantwortet", "1 beantwortet"}
    notices.read(person.notices.all())
    notices.tell([person], kind="answered", title="3 beantwortet", about="version:1")
    assert person.notices.count() == 3


def test_what_has_a_key_is_told_once_for_good() -> None:
    person, later = make.user(), make.user()
    notices.tell([person], kind="deadline", title="Frist", key="frist:1")
    notices.read(person.notices.all())
    told = notices.tell([person, later], kind="deadline", title="Frist", key="frist:1")
    assert [one.recipient for one in told] == [later]


def test_what_is_settled_is_read_and_in_no_digest() -> None:
    person = make.user()
    notices.tell([person], kind="x", title="Alt", about="version:1")
    notices.tell([person], kind="x", title="Anderes", about="version:2")
    notices.settled("version:1")
    assert {one.title: (one.is_read, one.awaits_digest) for one in person.notices.all()} == {
        "Alt": (True, False), "Anderes": (False, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "kind", "mails", "digest"),
    [
        ("at_once", "return", 1, False),
        ("at_once", "deadline", 1, False),
        ("daily", "return", 0, True),
        ("daily", "deadline", 0, True),
        ("deadlines", "return", 0, False),
        ("deadlines", "deadline", 1, False),
    ],
)
def test_mails_come_as_each_person_wishes(wish: str, kind: str, mails: int, digest: bool) -> None:
    [told] = notices.tell([wishing(wish)], kind=kind, title="Geschehen")
    assert (Mail.objects.count(), told.awaits_digest) == (mails, digest)
    assert told.mail == Mail.objects.first()


def test_who_has_chosen_nothing_gets_one_mail_a_day() -> None:
    [told] = notices.tell([make.user()], kind="return", title="Geschehen")
    assert told.awaits_digest


def test_mail_says_what_and_where_but_neither_amount_nor_name_nor_reason() -> None:
    by, person = make.user(name="Jana Reinhardt"), wishing("at_once", name="Sabine Kröger")
    [told] = notices.tell(
        [person], kind="opened", title="Zuweisung 2027: 1.356.400,00 €", text="Grund: 5.800,00 €", url="/vereinbarungen/",
        mail="AQB 2027 ist eröffnet", by=by,
    )  # fmt: skip
    mail = Mail.objects.get()
    assert mail.subject == "AQB: AQB 2027 ist eröffnet"
    assert f"/nachrichten/{told.pk}/" in mail.body
    for secret in ("€", "Grund", "Jana", "Sabine", "Kröger"):
        assert secret not in mail.subject + mail.body


def test_long_texts_end_at_a_word() -> None:
    [told] = notices.tell([make.user()], kind="x", title="Geschehen", text="Wort\n" * 200)
    assert len(told.text) <= 300
    assert told.text.endswith("Wort …")


def test_nobody_reads_what_belongs_to_a_former_district() -> None:
    person = make.user(Role.DISTRICT)
    notices.tell([person], kind="x", title="Vom alten Kreis", district=person.district)
    person.district = make.district()
    person.save()
    assert list(Notice.objects.visible_to(person)) == []
    assert User.objects.annotate(number=notices.number_unread()).get(pk=person.pk).number == 0
    User.objects.filter(pk=person.pk).update(role=Role.AUDITOR, district=None)
    assert Notice.objects.visible_to(User.objects.get(pk=person.pk)).count() == 1
