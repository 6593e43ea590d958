"""What PostgreSQL itself refuses about notices, mails and wishes: writing past the code that makes them."""

from typing import Any

import pytest

from aqb import clock
from aqb.models import Subscription
from tests import factories as make
from tests.truths import refused, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "sent"}, "mail_state_fits_moments"),
        ({"next_try_at": None}, "mail_state_fits_moments"),
        ({"attempts": 6}, "mail_tries_are_limited"),
        ({"subject": "AQB\r\nBcc: alle@example.org"}, "mail_subject_in_one_line"),
        ({"subject": "Zuweisung 1.000,00 €"}, "mail_without_amounts"),
        ({"body": "Es sind 1.000,00 €."}, "mail_without_amounts"),
    ],
)
def test_mail_that_makes_no_sense_is_refused(values: dict[str, Any], name: str) -> None:
    row = make.mail()
    with refused(name):
        write(row, **values)


def test_mail_with_the_same_key_is_refused() -> None:
    make.mail(key="unused:1")
    with refused("mail_once"):
        make.mail(key="unused:1")


@pytest.mark.parametrize("url", ["https://example.org/", "//example.org/", "/\\example.org", "vereinbarungen/"])
def test_notice_that_leads_elsewhere_is_refused(url: str) -> None:
    row = make.notice()
    with refused("notice_leads_within"):
        write(row, url=url)


def test_same_occasion_twice_for_a_person_is_refused() -> None:
    row = make.notice(key="frist:1")
    make.notice(key="frist:1")  # another person
    with refused("notice_once"):
        make.notice(row.recipient, key="frist:1")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"mails": "never"}, "subscription_mails_known"),
        ({"calendar_digest": "a" * 64}, "subscription_calendar_whole"),
        ({"calendar_nonce": "x"}, "subscription_calendar_whole"),
    ],
)
def test_wish_that_makes_no_sense_is_refused(values: dict[str, Any], name: str) -> None:
    row = Subscription.objects.create(person=make.user())
    with refused(name):
        write(row, **values)


def test_calendar_address_of_another_person_is_refused() -> None:
    whole = {"calendar_nonce": "x", "calendar_digest": "a" * 64, "calendar_since": clock.now()}
    Subscription.objects.create(person=make.user(), **whole)
    with refused("subscription_calendar_unique"):
        Subscription.objects.create(person=make.user(), **whole)
