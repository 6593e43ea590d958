"""Inviting, accepting once, and every link that opens nothing."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from aqb import clock
from aqb.access import INVITES, Refused, Role
from aqb.accounts import invitations
from aqb.models import Invitation, User
from tests import factories as make
from tests.back_office import signed_in
from tests.factories.who import PASSWORD, TOKEN

pytestmark = pytest.mark.django_db
NEW = "Apfelwein-und-Handkäs-27"


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    """What waits for the commit is done at the end of the block: the mail leaves."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def link_in_the_mail() -> str:
    found = re.search(rf"{re.escape(settings.BASE_URL)}(/einladung/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def filled(**fields: str) -> dict[str, str]:
    return {
        "name": "Lena Hartmann",
        "office": "Sachbearbeitung",
        "phone": "06074 1234",
        "password": NEW,
        "again": NEW,
        **fields,
    }


# ---- who invites whom ----


@pytest.mark.parametrize("inviter", Role)
@pytest.mark.parametrize("role", [role for role in Role if role])
def test_everybody_invites_to_the_roles_of_the_policy_and_to_no_other(inviter: Role, role: Role) -> None:
    place = make.district()
    by = make.operator() if inviter == Role.NONE else make.user(inviter, place if "district" in inviter else None)
    district = place if "district" in role else None
    if role in INVITES.get(inviter, ()):
        row = invitations.invite(email="neu@example.org", name="Neu", role=role, district=district, by=by)
        assert (row.role, row.district, row.invited_by) == (role, district, by)
    else:
        with pytest.raises(Refused) as refused:
            invitations.invite(email="neu@example.org", name="Neu", role=role, district=district, by=by)
        assert refused.value.status == 403


def test_lead_of_a_district_invites_only_for_the_own_one() -> None:
    by, foreign = make.user(Role.DISTRICT_LEAD), make.district()
    with pytest.raises(Refused, match="nur für die eigene Gebietskörperschaft"):
        invitations.invite(email="neu@example.org", name="Neu", role=Role.DISTRICT, district=foreign, by=by)
    client = signed_in(by)
    page = client.get(reverse("person_invite")).content.decode()
    assert 'name="district"' not in page
    data = {"email": "neu@example.org", "name": "Neu", "role": "district", "district": foreign.pk}
    assert client.post(reverse("person_invite"), data).status_code == 302
    assert Invitation.objects.get().district == by.district


def test_ministry_invites_the_lead_of_a_district_by_mail(on_commit: Any) -> None:
    by, place = make.user(Role.MINISTRY, name="Jana Reinhardt"), make.district()
    data = {"email": "Lena@Kreis.example", "name": "Lena Hartmann", "role": "district_lead", "district": place.pk}
    with on_commit():
        answer = signed_in(by).post(reverse("person_invite"), data, follow=True)
    page = answer.content.decode()
    assert "Die Einladung an Lena@Kreis.example ist verschickt." in page
    [letter] = mail.outbox
    assert letter.to == ["lena@kreis.example"]
    assert letter.subject == "AQB: Einladung zur Anwendung"
    text = str(letter.body)
    for words in ("Jana Reinhardt (Ministerium)", "Gebietskörperschaft, Leitung:", place.name, "nur einmal"):
        assert words in text
    row = Invitation.objects.get()
    assert row.expires_at - row.invited_at == timedelta(days=settings.INVITATION_DAYS)
    assert link_in_the_mail().split("/")[2] not in row.token_digest
    assert len(link_in_the_mail().split("/")[2]) == 43, "32 random bytes"


@pytest.mark.parametrize(("is_active", "words"), [(True, "schon ein Konto."), (False, "kann zurückgeholt werden.")])
def test_address_with_an_account_is_not_invited(is_active: bool, words: str) -> None:
    make.user(Role.AUDITOR, email="da@example.org", is_active=is_active)
    by = make.user(Role.DISTRICT_LEAD)
    page = signed_in(by).post(reverse("person_invite"), {"email": "DA@example.org", "name": "Neu", "role": "district"})
    assert words in page.content.decode()
    assert not Invitation.objects.exists()


def test_second_invitation_to_an_address_is_refused_in_words() -> None:
    first = make.invitation()
    data = {"email": first.email.upper(), "name": "Neu", "role": "district"}
    page = signed_in(first.invited_by).post(reverse("person_invite"), data).content.decode()
    assert "An diese Adresse ist schon eine Einladung unterwegs." in page


def test_mail_that_does_not_leave_is_said_and_the_invitation_stays(on_commit: Any, monkeypatch: Any) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fails)
    by = make.user(Role.DISTRICT_LEAD)
    with pytest.raises(invitations.NotSent), on_commit():
        invitations.invite(email="neu@example.org", name="Neu", role=Role.DISTRICT, by=by)
    assert Invitation.objects.get().email == "neu@example.org"


@pytest.mark.django_db(transaction=True)
def test_page_says_that_the_mail_did_not_leave(monkeypatch: Any) -> None:
    monkeypatch.setattr("aqb.accounts.invitations.EmailMessage", _Refusing)
    by = make.user(Role.DISTRICT_LEAD)
    data = {"email": "neu@example.org", "name": "Neu", "role": "district"}
    page = signed_in(by).post(reverse("person_invite"), data, follow=True).content.decode()
    assert "ließ sich nicht verschicken" in page
    assert "neu@example.org" in page


class _Refusing:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def send(self) -> None:
        raise ConnectionRefusedError


# ---- repeat and take back ----


def test_invitation_sent_once_more_has_a_new_link_and_a_new_period(on_commit: Any) -> None:
    row = make.invitation(expires_at=clock.now() + timedelta(days=1))
    with on_commit():
        assert signed_in(row.invited_by).post(reverse("invitation_resend", args=[row.pk])).status_code == 302
    assert Client().get(reverse("invitation_accept", args=[TOKEN])).status_code == 404, "the old link is gone"
    assert Client().get(link_in_the_mail()).status_code == 200
    row.refresh_from_db()
    assert row.expires_at > clock.now() + timedelta(days=settings.INVITATION_DAYS - 1)


def test_expired_invitation_is_sent_once_more(on_commit: Any) -> None:
    then = clock.now() - timedelta(days=30)
    row = make.invitation(invited_at=then, expires_at=then + timedelta(days=14))
    with on_commit():
        invitations.resend(invitation=row, by=row.invited_by)
    assert Client().get(link_in_the_mail()).status_code == 200


def test_invitation_taken_back_is_over() -> None:
    row = make.invitation()
    client = signed_in(row.invited_by)
    assert client.post(reverse("invitation_revoke", args=[row.pk])).status_code == 302
    assert Client().get(reverse("invitation_accept", args=[TOKEN])).status_code == 410
    assert client.post(reverse("invitation_resend", args=[row.pk])).status_code == 404, "it is no open one any more"
    with pytest.raises(Refused, match="zurückgenommen"):
        invitations.resend(invitation=row, by=row.invited_by)
    with pytest.raises(Refused, match="zurückgenommen"):
        invitations.revoke(invitation=row, by=row.invited_by)


def test_accepted_invitation_is_neither_repeated_nor_taken_back() -> None:
    row = make.invitation()
    invitations.accept(token=TOKEN, name="Lena", password=NEW)
    for step in (invitations.resend, invitations.revoke):
        with pytest.raises(Refused, match="inzwischen angenommen"):
            step(invitation=row, by=row.invited_by)


def test_address_that_got_an_account_meanwhile_is_not_sent_another_link() -> None:
    row = make.invitation()
    make.user(Role.DISTRICT, row.district, email=row.email)
    with pytest.raises(Refused, match="schon ein Konto"):
        invitations.resend(invitation=row, by=row.invited_by)


def test_invitations_of_others_are_not_for_everybody() -> None:
    row = make.invitation()
    foreign, ministry = make.user(Role.DISTRICT_LEAD), make.user(Role.MINISTRY)
    for name in ("invitation_resend", "invitation_revoke"):
        assert signed_in(foreign).post(reverse(name, args=[row.pk])).status_code == 404
        assert signed_in(ministry).post(reverse(name, args=[row.pk])).status_code == 403, "a colleague of a district"
        assert signed_in(make.user(Role.AUDITOR)).post(reverse(name, args=[row.pk])).status_code == 403


# ---- accept ----


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
