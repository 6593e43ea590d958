"""Accounts that nobody has signed in to for a year are closed, and one operator stays."""

from datetime import timedelta
from typing import Any

import pytest

from aqb import clock
from aqb.access import Role
from aqb.accounts.staff import people
from aqb.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db


def used(days_ago: int, **fields: Any) -> User:
    user = make.user(Role.AUDITOR, last_login=clock.now() - timedelta(days=days_ago), **fields)
    User.objects.filter(pk=user.pk).update(joined_at=clock.now() - timedelta(days=1000))
    return user


def active() -> set[int]:
    return set(User.objects.filter(is_active=True).values_list("pk", flat=True))


def test_accounts_unused_for_a_year_are_closed() -> None:
    old, young = used(366), used(364)
    assert people.close_unused() == "1 Konten stillgelegt"
    assert active() == {young.pk}
    assert User.objects.get(pk=old.pk).deactivated_at is not None
    assert people.close_unused() == "0 Konten stillgelegt"


def test_account_never_used_counts_from_its_making() -> None:
    young = make.user(Role.AUDITOR)
    old = make.user(Role.AUDITOR)
    User.objects.filter(pk=old.pk).update(joined_at=clock.now() - timedelta(days=400))
    people.close_unused()
    assert active() == {young.pk}


def test_account_opened_again_counts_from_that_day() -> None:
    operator = make.operator(last_login=clock.now())
    user = used(500)
    people.deactivate(person=user, by=operator)
    people.reactivate(person=user, by=operator)
    people.close_unused()
    assert active() == {operator.pk, user.pk}
    with clock.stopped(clock.now() + timedelta(days=366)):
        people.close_unused()
    assert active() == {operator.pk}


def test_one_operator_stays_so_that_the_others_can_be_opened() -> None:
    operators = [used(days) for days in (500, 400, 600)]
    User.objects.filter(pk__in=[one.pk for one in operators]).update(role="", is_superuser=True)
    people.close_unused()
    assert active() == {operators[1].pk}


def test_period_is_a_setting_and_zero_switches_it_off(settings: Any) -> None:
    user = used(40)
    settings.UNUSED_DAYS = 0
    people.close_unused()
    assert active() == {user.pk}
    settings.UNUSED_DAYS = 30
    people.close_unused()
    assert active() == set()
