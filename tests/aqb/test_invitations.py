"""Inviting, accepting once, and every link that opens nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from aqb import clock
from aqb.access import INVITES, Refused, Role
from aqb.accounts.staff import invitations
from aqb.models import Invitation
from tests import factories as make
from tests.back_office import signed_in
from tests.factories.who import TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]
NEW = "Apfelwein-und-Handkäs-27"


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    """What waits for the commit is done at the end of the block: the mail leaves."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def link_in_the_mail() -> str:
    found = re.search(rf"{re.escape(settings.BASE_URL)}(/einladung/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


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
    monkeypatch.setattr("aqb.accounts.staff.invitations.EmailMessage", _Refusing)
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
