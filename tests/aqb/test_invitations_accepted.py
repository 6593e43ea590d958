"""Accepting an invitation: once, in time, and with nothing more than it offers; every link that opens nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from aqb import clock
from aqb.access import Role
from aqb.accounts.staff import invitations
from aqb.models import Invitation, User
from tests import factories as make
from tests.back_office import signed_in
from tests.factories.who import PASSWORD, TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]
NEW = "Apfelwein-und-Handkäs-27"


def filled(**fields: str) -> dict[str, str]:
    return {
        "name": "Lena Hartmann",
        "office": "Sachbearbeitung",
        "phone": "06074 1234",
        "password": NEW,
        "again": NEW,
        **fields,
    }


def test_invited_person_opens_the_account_and_is_signed_in(client: Client) -> None:
    row = make.invitation(name="Lena Hartmann", office="Sachbearbeitung")
    assert row.district is not None
    page = client.get(reverse("invitation_accept", args=[TOKEN])).content.decode()
    for words in (row.invited_by.name, row.district.name, row.email, "Erfasst Projekte", "Lena Hartmann"):
        assert words in page
    answer = client.post(reverse("invitation_accept", args=[TOKEN]), filled())
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("home")
    user = User.objects.get(email=row.email)
    assert (user.role, user.district, user.name, user.phone) == (
        Role.DISTRICT,
        row.district,
        "Lena Hartmann",
        "06074 1234",
    )
    assert user.check_password(NEW)
    assert client.get(reverse("home")).context["user"] == user
    row.refresh_from_db()
    assert row.account == user
    assert row.accepted_at is not None


def test_role_and_district_are_those_of_the_invitation_whatever_is_posted(client: Client) -> None:
    row = make.invitation()
    data = filled(role="ministry_lead", district="", email="anders@example.org", is_superuser="on")
    client.post(reverse("invitation_accept", args=[TOKEN]), data)
    user = User.objects.latest("pk")
    assert (user.email, user.role, user.is_superuser) == (row.email, Role.DISTRICT, False)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"again": "anders"}, "Die beiden Passwörter stimmen nicht überein."),
        ({"password": "kurz", "again": "kurz"}, "12 Zeichen"),
        ({"password": "neu-1@example.org", "again": "neu-1@example.org"}, "E-Mail-Adresse"),
        ({"name": ""}, "Bitte machen Sie hier eine Angabe."),
    ],
    ids=["different", "short", "like the address", "no name"],
)
def test_mistake_is_said_and_the_link_still_counts(client: Client, fields: dict[str, str], words: str) -> None:
    make.invitation()
    page = client.post(reverse("invitation_accept", args=[TOKEN]), filled(**fields)).content.decode()
    assert words in page
    assert Invitation.objects.get().accepted_at is None
    assert client.post(reverse("invitation_accept", args=[TOKEN]), filled()).status_code == 302


@contextmanager
def later(**time: float) -> Iterator[None]:
    with clock.stopped(clock.now() + timedelta(**time)):
        yield


def test_unknown_link_says_no_more_than_that(client: Client) -> None:
    answer = client.get(reverse("invitation_accept", args=["erfunden"]))
    assert answer.status_code == 404
    assert "Dieser Link gilt nicht." in answer.content.decode()


def test_link_counts_until_its_last_moment_and_not_after(client: Client) -> None:
    make.invitation()
    url = reverse("invitation_accept", args=[TOKEN])
    with later(days=13, hours=23):
        assert client.get(url).status_code == 200
    with later(days=14, seconds=1):
        for answer in (client.get(url), client.post(url, filled())):
            assert answer.status_code == 410
            assert "abgelaufen" in answer.content.decode()
            assert "@example.org" not in answer.content.decode()
    assert not User.objects.filter(email="neu-1@example.org").exists()


def test_used_link_leads_to_the_login(client: Client) -> None:
    make.invitation()
    invitations.accept(token=TOKEN, name="Lena", password=NEW)
    url = reverse("invitation_accept", args=[TOKEN])
    for answer in (
        client.get(url),
        client.post(url, filled(password="Etwas-ganz-anderes-9", again="Etwas-ganz-anderes-9")),
    ):
        assert answer.status_code == 410
        assert "schon angenommen" in answer.content.decode()
    assert User.objects.get(email="neu-1@example.org").check_password(NEW)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": Role.AUDITOR, "district": None}, {"district": "other"}]
)
def test_invitation_of_somebody_who_has_left_the_body_is_over(client: Client, change: dict[str, Any]) -> None:
    by = make.invitation().invited_by
    if change.get("district") == "other":
        change = {"district": make.district()}
    User.objects.filter(pk=by.pk).update(**change)
    assert client.get(reverse("invitation_accept", args=[TOKEN])).status_code == 410


@pytest.mark.parametrize("is_active", [True, False])
def test_address_that_got_an_account_meanwhile_opens_no_second_one(client: Client, is_active: bool) -> None:
    row = make.invitation()
    there = make.user(Role.AUDITOR, email=row.email.upper(), is_active=is_active)
    page = client.post(reverse("invitation_accept", args=[TOKEN]), filled()).content.decode()
    assert "Mit dieser E-Mail-Adresse gibt es schon ein Konto." in page
    there.refresh_from_db()
    assert (there.role, there.is_active) == (Role.AUDITOR, is_active)
    assert there.check_password(PASSWORD)


def test_whoever_is_signed_in_already_signs_out_first() -> None:
    make.invitation()
    client = signed_in(make.user(Role.AUDITOR))
    url = reverse("invitation_accept", args=[TOKEN])
    assert "schon jemand angemeldet" in client.get(url).content.decode()
    assert client.post(url, filled()).status_code == 200
    assert Invitation.objects.get().accepted_at is None
    out = client.post(reverse("account_logout"), {"next": url})
    assert out.headers["Location"] == url


def test_trying_many_links_is_stopped_and_a_true_one_still_counts_elsewhere(client: Client) -> None:
    make.invitation()
    answers = [client.get(reverse("invitation_accept", args=[f"falsch{number}"])) for number in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [404] * 20
    assert answers[20].status_code == 429
    assert "Zu viele Versuche" in answers[20].content.decode()
    assert client.get(reverse("invitation_accept", args=[TOKEN])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_account() -> None:
    make.invitation()
    results: list[Any] = []
    start = threading.Barrier(2)

    def accept(name: str) -> None:
        try:
            start.wait(10)
            results.append(invitations.accept(token=TOKEN, name=name, password=NEW).name)
        except invitations.Unusable as unusable:
            results.append(unusable.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=[name]) for name in ("Eine", "Andere")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert invitations.USED in results
    assert User.objects.filter(email="neu-1@example.org").count() == 1
    assert User.objects.get(email="neu-1@example.org").name in results
