"""How long somebody stays signed in, where, and how the sessions end."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aqb.access import Role
from aqb.accounts.session import sessions
from aqb.models import User
from aqb.templatetags.sessions import device, network
from tests import factories as make
from tests.clients import age
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "Hohe-Tannen-weisen-die-Sterne-26"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def auditor() -> User:
    return make.user(Role.AUDITOR)


def by_password(user: User, **headers: str) -> Client:
    """A browser in which the person has signed in as people do."""
    client = Client(headers=headers)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


# ---- the end ----


def test_half_an_hour_without_a_request_ends_the_session(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    age(client, seen=29 * 60)
    assert is_in(client)
    age(client, seen=32 * 60)
    answer = client.get(reverse("agreement_list") + "?jahr=2027")
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next=/vereinbarungen/%3Fjahr%3D2027"
    page = client.get(answer["Location"]).content.decode()
    assert "Ihre Sitzung wurde beendet, weil Sie 30" in page
    assert "aufgehoben" not in page


def test_requests_prolong_the_session(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    for _ in range(3):
        age(client, seen=25 * 60)
        assert is_in(client)
    assert time.time() - client.session[sessions.SEEN] < 60


def test_session_ends_twelve_hours_after_the_login_whatever_is_done(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    age(client, signed_in=12 * 3600 - 60)
    assert is_in(client)
    age(client, signed_in=12 * 3600 + 1)
    assert not is_in(client)
    assert "Eine Anmeldung gilt höchstens 12" in client.get(reverse("account_login")).content.decode()


def test_when_somebody_was_seen_is_noted_once_a_minute(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    seen = client.session[sessions.SEEN]
    assert is_in(client)
    assert client.session[sessions.SEEN] == seen
    age(client, seen=61)
    assert is_in(client)
    assert client.session[sessions.SEEN] > seen


def test_what_a_page_asks_by_itself_prolongs_nothing(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    age(client, seen=600)
    before = client.session[sessions.SEEN]
    client.get(reverse("home"), headers={"X-AQB-Background": "1"})
    client.get(reverse("session_state"))
    assert client.session[sessions.SEEN] == before


def test_session_of_before_this_release_goes_on_but_its_login_counts_as_old(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    session = client.session
    del session[sessions.SIGNED_IN], session[sessions.SEEN]
    session.save()
    assert is_in(client)
    assert sessions.SIGNED_IN not in client.session


# ---- what the page's script asks ----


def test_state_says_who_is_signed_in_and_for_how_long(client: Client, auditor: User) -> None:
    address = reverse("session_state")
    assert client.get(address).json() == {"user": None, "left": 0, "longest": 0}
    client.force_login(auditor)
    age(client, seen=600)
    state = client.get(address).json()
    assert state["user"] == auditor.pk
    assert 1250 < state["left"] < 1262
    assert 43190 < state["longest"] <= 43200
    assert len(state["token"]) == 64
    stays = client.post(address).json()
    assert stays["left"] == 1800
    assert time.time() - client.session[sessions.SEEN] < 5


def test_staying_does_not_go_beyond_the_longest_time(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    age(client, signed_in=12 * 3600 - 60)
    state = client.post(reverse("session_state")).json()
    assert state["left"] <= 60


def test_state_is_never_kept_by_a_cache(client: Client) -> None:
    assert "no-store" in client.get(reverse("session_state"))["Cache-Control"]


def test_page_carries_the_times_and_the_dialog_for_whoever_is_signed_in(client: Client, auditor: User) -> None:
    assert "sitzungsende" not in client.get(reverse("account_login")).content.decode()
    client.force_login(auditor)
    page = client.get(reverse("home")).content.decode()
    assert f'data-user="{auditor.pk}" data-left="1800"' in page
    assert 'data-warning="120"' in page
    client.force_login(make.operator())
    assert 'id="sitzungsende" role="alertdialog"' in client.get(reverse("admin:index")).content.decode()


# ---- the list ----


def test_list_shows_every_living_session_in_words_and_marks_this_one(auditor: User) -> None:
    here = by_password(auditor, user_agent=FIREFOX)
    by_password(auditor, user_agent="curl/8.0")
    by_password(make.user(Role.AUDITOR), user_agent="Mozilla/5.0 (iPhone) Safari/605")
    page = here.get(reverse("usersessions_list")).content.decode()
    assert page.count('data-label="Gerät"') == 2
    assert "Firefox unter Windows" in page
    assert page.count("diese Sitzung</span>") == 1
    assert "Unbekanntes Gerät" in page
    assert "iPhone" not in page
    assert "127.0.0.*" in page
    assert "127.0.0.1" not in page


def test_list_asks_the_database_as_often_for_fifty_sessions_as_for_two(auditor: User) -> None:
    here = by_password(auditor)
    counted = []
    for number in (1, 48):
        for _ in range(number):
            Client().force_login(auditor)  # a stored session; its entry follows
        for stored in Session.objects.exclude(session_key__in=UserSession.objects.values("session_key")):
            UserSession.objects.create(user=auditor, session_key=stored.session_key, ip="192.0.2.17")
        with CaptureQueriesContext(connection) as queries:
            page = here.get(reverse("usersessions_list")).content.decode()
        counted.append((page.count('data-label="Gerät"'), len(queries)))
    assert counted == [(2, counted[0][1]), (50, counted[0][1])]
    assert counted[0][1] <= 15


def test_session_that_is_over_stands_in_the_list_no_more(auditor: User) -> None:
    here, there = by_password(auditor), by_password(auditor)
    UserSession.objects.filter(session_key=there.session.session_key).update(
        last_seen_at=timezone.now() - timedelta(minutes=32)
    )
    assert here.get(reverse("usersessions_list")).content.decode().count('data-label="Gerät"') == 1


def test_one_session_is_ended_from_another_one(auditor: User) -> None:
    here, there = by_password(auditor), by_password(auditor)
    row = UserSession.objects.get(session_key=there.session.session_key)
    answer = here.post(reverse("session_end", args=[row.pk]), follow=True)
    assert "Die Sitzung ist beendet." in answer.content.decode()
    assert is_in(here)
    assert not is_in(there)


def test_nobody_ends_the_session_of_another_person(auditor: User) -> None:
    there = by_password(make.user(Role.AUDITOR))
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert by_password(auditor).post(reverse("session_end", args=[row.pk])).status_code == 404
    assert is_in(there)


def test_ending_this_session_leads_to_signing_out(auditor: User) -> None:
    here = by_password(auditor)
    row = UserSession.objects.get(session_key=here.session.session_key)
    assert here.post(reverse("session_end", args=[row.pk]))["Location"] == reverse("account_logout")
    assert is_in(here)


def test_all_other_sessions_are_ended_at_once(auditor: User) -> None:
    here, others = by_password(auditor), [by_password(auditor) for _ in range(2)]
    answer = here.post(reverse("sessions_end_others"), follow=True)
    assert "2 andere Sitzungen sind beendet." in answer.content.decode()
    assert is_in(here)
    assert not any(map(is_in, others))
    answer = here.post(reverse("sessions_end_others"), follow=True)
    assert "Es gab keine andere Sitzung." in answer.content.decode()


def test_new_password_ends_the_other_sessions(auditor: User) -> None:
    here, there = by_password(auditor), by_password(auditor)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    here.post(reverse("account_change_password"), data)
    assert is_in(here)
    assert not is_in(there)
    assert UserSession.objects.filter(user=auditor).count() == 1


def test_closed_account_is_signed_in_nowhere_not_even_when_it_is_opened_again(auditor: User) -> None:
    there = by_password(auditor)
    auditor.is_active = False
    auditor.save()
    assert not UserSession.objects.filter(user=auditor).exists()
    auditor.is_active = True
    auditor.save()
    assert not is_in(there)


def test_entries_of_sessions_that_are_gone_are_forgotten(auditor: User) -> None:
    here, there = by_password(auditor), by_password(auditor)
    Session.objects.get(session_key=there.session.session_key).delete()
    assert sessions.forget_ended() == 1
    assert UserSession.objects.get().session_key == here.session.session_key


def test_use_is_noted_in_the_list(auditor: User) -> None:
    here = by_password(auditor)
    long_ago = timezone.now() - timedelta(minutes=10)
    UserSession.objects.update(last_seen_at=long_ago)
    age(here, seen=600)
    assert is_in(here)
    assert UserSession.objects.get().last_seen_at > long_ago + timedelta(minutes=9)


# ---- words ----


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox unter Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605 Version/17 Safari/605", "Safari auf einem Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge unter Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome auf einem Android-Gerät"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) CriOS/140 Mobile Safari/604", "Chrome auf einem iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Unbekannter Browser unter Linux"),
        ("curl/8.0", "Unbekanntes Gerät"),
        ("", "Unbekanntes Gerät"),
    ],
)
def test_device_in_words(said: str, words: str) -> None:
    assert device(said) == words


@pytest.mark.parametrize(
    ("address", "stored", "shown"),
    [
        ("192.0.2.17", "192.0.2.0", "192.0.2.*"),
        ("2001:db8:1:2::3", "2001:db8:1::", "2001:db8:1:*"),
        (None, "0.0.0.0", "nicht bekannt"),  # noqa: S104
        ("", "0.0.0.0", "nicht bekannt"),  # noqa: S104
    ],
)
def test_address_is_stored_shortened(address: str | None, stored: str, shown: str) -> None:
    assert sessions.shortened(address) == stored
    assert network(stored) == shown
