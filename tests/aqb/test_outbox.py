"""The outbox: nothing is lost, nothing leaves twice, and nobody whose account is closed gets anything."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail as letters
from django.core.management import call_command
from django.db import connections

from aqb import clock
from aqb.access import Role
from aqb.models import Mail
from aqb.models.notices import TRIES
from aqb.notices import outbox
from tests import factories as make

SEND = "django.core.mail.EmailMessage.send"


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A mail server that nobody answers at, until the patch is undone."""

    def refused(self: Any, **options: Any) -> int:
        raise ConnectionRefusedError(111, "Connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(SEND, refused)
        yield patch


@pytest.mark.django_db
def test_what_waits_leaves_once_to_the_address_of_today() -> None:
    row = make.mail(subject="AQB: Frist", body="Text\n")
    row.recipient.email = "neue.adresse@example.org"
    row.recipient.save()
    assert outbox.send_due() == (1, 0)
    assert outbox.send_due() == (0, 0)
    [letter] = letters.outbox
    assert (letter.to, letter.subject, letter.body) == (["neue.adresse@example.org"], "AQB: Frist", "Text\n")
    assert not letter.attachments
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, "")


@pytest.mark.django_db
def test_server_that_is_down_loses_nothing_and_is_tried_at_growing_intervals(silent_server: Any) -> None:
    row = make.mail()
    start = clock.now()
    tried = []
    for minutes in range(0, 30 * 60, 5):
        with clock.stopped(start + timedelta(minutes=minutes)):
            if outbox.send_due()[1]:
                tried.append(minutes)
    assert tried == [0, 15, 135, 495, 1455], "a quarter of an hour, two hours, six, sixteen"
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("given_up", TRIES, "ConnectionRefusedError 111")
    assert not letters.outbox


@pytest.mark.django_db
def test_mail_leaves_when_the_server_is_back(silent_server: Any) -> None:
    make.mail()
    assert outbox.send_due() == (0, 1)
    silent_server.undo()
    assert outbox.send_due() == (0, 0), "not before its pause is over"
    with clock.stopped(clock.now() + timedelta(minutes=16)):
        assert outbox.send_due() == (1, 0)


@pytest.mark.django_db
def test_one_mail_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make.mail(), make.mail()
    sending = letters.EmailMessage.send

    def picky(self: Any, **options: Any) -> int:
        if self.to == [bad.recipient.email]:
            raise SMTPRecipientsRefused({bad.recipient.email: (550, b"unknown user")})
        return int(sending(self, **options))

    monkeypatch.setattr(SEND, picky)
    assert outbox.send_due() == (1, 1)
    bad.refresh_from_db()
    assert bad.last_error == "SMTPRecipientsRefused", "no word of the server that could repeat the address"
    assert [letter.to for letter in letters.outbox] == [[good.recipient.email]]


@pytest.mark.django_db
def test_account_closed_between_event_and_sending_gets_nothing() -> None:
    row = make.mail()
    type(row.recipient).objects.filter(pk=row.recipient_id).update(is_active=False)
    assert outbox.send_due() == (0, 0)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("dropped", 0)
    assert not letters.outbox


@pytest.mark.django_db
def test_mail_about_what_the_person_may_not_see_any_more_does_not_leave() -> None:
    person = make.user(Role.DISTRICT)
    gone, kept = make.mail(person), make.mail(person)
    make.notice(person, mail=gone, district=person.district)
    make.notice(person, mail=kept)
    person.district = make.district()
    person.save()
    outbox.send_due()
    gone.refresh_from_db()
    assert gone.state == "dropped"
    assert len(letters.outbox) == 1


@pytest.mark.django_db
def test_sender_that_dies_after_the_servers_yes_sends_once_more_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        """Nothing of ours catches it."""

    row = make.mail()
    sending = letters.EmailMessage.send

    def dies(self: Any, **options: Any) -> int:
        sending(self, **options)
        raise Killed

    monkeypatch.setattr(SEND, dies)
    start = clock.now()
    for hours in range(0, 100, 17):
        with clock.stopped(start + timedelta(hours=hours)):
            try:
                outbox.send_due()
            except Killed:
                row.refresh_from_db()
                assert row.state == "waiting"
    row.refresh_from_db()
    assert (row.state, len(letters.outbox)) == ("given_up", TRIES)


@pytest.mark.django_db
def test_what_has_a_key_is_written_once() -> None:
    person = make.user()
    first = outbox.write(person, subject="Konto", body="Text", key="unused:1")
    assert outbox.write(person, subject="Konto", body="Text", key="unused:1") == first
    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_command_says_what_it_did_and_nothing_where_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("send_notices")
    assert capsys.readouterr().out == ""
    make.mail()
    call_command("send_notices")
    assert "1 E-Mails gesendet" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_several_senders_at_once_send_nothing_twice() -> None:
    """Real threads with connections of their own, all before the same mails."""
    person = make.user()
    for number in range(12):
        make.mail(person, subject=f"AQB: {number}")
    start, counts = threading.Barrier(3), []

    def send() -> None:
        start.wait()
        counts.append(outbox.send_due())
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent for sent, _ in counts) == 12
    assert sorted(str(letter.subject) for letter in letters.outbox) == sorted(f"AQB: {number}" for number in range(12))
