"""Whether mails leave, as /betrieb/ says it; and what is forgotten after its term."""

from datetime import timedelta
from typing import Any

import pytest

from aqb import clock, health, notices
from aqb.models import Mail, Notice
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_nothing_to_send_is_good() -> None:
    assert health.mails().state == "good"
    assert health.mails() in health.parts()


def test_mails_that_nobody_sends_are_a_fault() -> None:
    make.mail()
    assert health.mails().state == "good", "a minute is no fault"
    with clock.stopped(clock.now() + timedelta(hours=1)):
        part = health.mails()
    assert part.state == "bad"
    assert "send_notices" in part.text


def test_mail_that_is_tried_again_and_one_given_up_are_to_be_looked_at() -> None:
    make.mail(attempts=1, next_try_at=clock.now() + timedelta(hours=2))
    part = health.mails()
    assert (part.state, dict(part.facts)["Wartend"]) == ("notice", "1, davon 1 nach einem Fehlversuch")
    make.mail(state="given_up", attempts=5)
    part = health.mails()
    assert (part.state, dict(part.facts)["Aufgegeben in 30\u00a0Tagen"]) == ("notice", "1")


def test_old_notices_and_mails_are_deleted_after_their_terms(settings: Any) -> None:
    settings.NOTICE_DAYS = 100
    now = clock.now()
    old, young = (make.notice(created_at=now - timedelta(days=days)) for days in (101, 99))
    make.mail(old.recipient, state="sent", created_at=now - timedelta(days=91))
    kept = [
        make.mail(state="sent", created_at=now - timedelta(days=89)),
        make.mail(created_at=now - timedelta(days=91)),
    ]
    assert notices.forget() == (1, 1)
    assert list(Notice.objects.all()) == [young]
    assert set(Mail.objects.all()) == set(kept), "what waits is not forgotten"
