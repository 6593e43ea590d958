"""Accounts that nobody has signed in to for a year are closed, and one operator stays."""

from datetime import timedelta
from typing import Any

import pytest

from aqb import clock
from aqb.access import Role
from aqb.accounts.staff import people, unused
from aqb.models import Mail, User
from tests import factories as make

pytestmark = pytest.mark.django_db


def used(days_ago: int, **fields: Any) -> User:
    user = make.user(Role.AUDITOR, last_login=clock.now() - timedelta(days=days_ago), **fields)
    User.objects.filter(pk=user.pk).update(joined_at=clock.now() - timedelta(days=1000))
    return user


def active() -> set[int]:
    return set(User.objects.filter(is_active=True).values_list("pk", flat=True))


def closed(days: int = 14) -> str:
    """What the daily job does so many days after it has warned."""
    with clock.stopped(clock.now() - timedelta(days=days)):
        unused.warn()
    return unused.close()


def test_accounts_unused_for_a_year_are_closed() -> None:
    old, young = used(366), used(364)
    assert closed() == "1 Konten stillgelegt"
    assert active() == {young.pk}
    assert User.objects.get(pk=old.pk).deactivated_at is not None
    assert closed() == "0 Konten stillgelegt"


def test_account_never_used_counts_from_its_making() -> None:
    young = make.user(Role.AUDITOR)
    old = make.user(Role.AUDITOR)
    User.objects.filter(pk=old.pk).update(joined_at=clock.now() - timedelta(days=400))
    closed()
    assert active() == {young.pk}


def test_account_opened_again_counts_from_that_day() -> None:
    operator = make.operator(last_login=clock.now())
    user = used(500)
    people.deactivate(person=user, by=operator)
    people.reactivate(person=user, by=operator)
    closed()
    assert active() == {operator.pk, user.pk}
    with clock.stopped(clock.now() + timedelta(days=366)):
        closed()
    assert active() == {operator.pk}


def test_one_operator_stays_so_that_the_others_can_be_opened() -> None:
    operators = [used(days) for days in (500, 400, 600)]
    User.objects.filter(pk__in=[one.pk for one in operators]).update(role="", is_superuser=True)
    closed()
    assert active() == {operators[1].pk}


def test_period_is_a_setting_and_zero_switches_it_off(settings: Any) -> None:
    user = used(40)
    settings.UNUSED_DAYS = 0
    closed()
    assert active() == {user.pk}
    settings.UNUSED_DAYS = 30
    closed()
    assert active() == set()


# ---- the warning ----


def test_person_is_warned_once_with_the_day_and_the_way_back() -> None:
    user = used(352, name="Sabine Kröger")
    used(350)
    assert unused.warn() == "1 Personen gewarnt"
    assert unused.warn() == "0 Personen gewarnt"
    mail = Mail.objects.get()
    assert mail.recipient == user
    assert f"Am {clock.today() + timedelta(days=14):%d.%m.%Y} wird Ihr Konto" in mail.body
    assert "/konto/login/" in mail.body
    assert "Kröger" not in mail.body


def test_nobody_is_closed_before_the_warning_is_old_enough() -> None:
    """The job has not run for a month: first the mail, two weeks later the end."""
    user = used(400)
    assert unused.close() == "0 Konten stillgelegt"
    unused.warn()
    assert unused.close() == "0 Konten stillgelegt"
    with clock.stopped(clock.now() + timedelta(days=15)):
        assert unused.close() == "1 Konten stillgelegt"
    assert user.pk not in active()


def test_who_signs_in_after_the_warning_stays_and_is_warned_again_a_year_later() -> None:
    user = used(360)
    unused.warn()
    user.last_login = clock.now()
    user.save()
    with clock.stopped(clock.now() + timedelta(days=20)):
        assert unused.close() == "0 Konten stillgelegt"
    with clock.stopped(clock.now() + timedelta(days=352)):
        assert unused.warn() == "1 Personen gewarnt"
    assert Mail.objects.count() == 2


def test_last_operator_is_not_warned() -> None:
    user = used(400)
    User.objects.filter(pk=user.pk).update(role="", is_superuser=True)
    assert unused.warn() == "0 Personen gewarnt"


def test_switched_off_warns_nobody(settings: Any) -> None:
    used(400)
    settings.UNUSED_DAYS = 0
    assert "abgeschaltet" in unused.warn()
    assert not Mail.objects.exists()
