"""A fresh login by the sign-on service, and whether its login counts as fresh or as a second factor."""

import time
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, RequestFactory
from django.urls import reverse

from aqb import freshness
from aqb.access import Role
from aqb.accounts.sign_on import single_sign_on
from aqb.models import User
from tests import factories as make
from tests.factories.who import PASSWORD
from tests.sign_on_service import NAME, Service, confirm, go, sign_in

pytestmark = pytest.mark.django_db
NEXT = "/projekte/"


def long_ago(client: Client) -> None:
    """The last login was an hour ago."""
    session = client.session
    session["signed_in_at"] = time.time() - 3600
    session.save()


def age(client: Client) -> float:
    return time.time() - float(client.session["signed_in_at"])


def signed_in_at_service(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """At the service, people have signed in that long ago, whatever they are asked."""

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) - timedelta(minutes=minutes)

    monkeypatch.setattr("oidc_provider_mock._app.datetime", Earlier)


@pytest.fixture
def lead(client: Client, service: Service) -> User:
    """Somebody who knows no password here, signed in by the service."""
    user = make.user(Role.MINISTRY_LEAD)
    user.set_unusable_password()
    user.save()
    sign_in(client, service.knows_as(user))
    return user


def test_login_that_is_old_at_the_service_is_not_fresh_here(
    client: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.user(Role.MINISTRY_LEAD)
    signed_in_at_service(monkeypatch, 5)
    sign_in(client, service.knows_as(user))
    assert 290 < age(client) < 330
    client.post(reverse("account_logout"))
    signed_in_at_service(monkeypatch, 45)
    sign_in(client, service.knows_as(user))
    assert freshness.FRESH < age(client) < freshness.FRESH + 60
    assert service.asked[-1]["max_age"] == str(12 * 60 * 60)


def test_login_moment_of_a_service_that_does_not_say_it_is_long_ago() -> None:
    for said in ({}, {"auth_time": "gestern"}, {"auth_time": None}):
        assert time.time() - single_sign_on.login_moment(said) > freshness.FRESH
    assert single_sign_on.login_moment({"auth_time": int(time.time()) + 500}) <= time.time()


def test_fresh_login_leads_to_the_service_and_back_to_the_page(client: Client, service: Service, lead: User) -> None:
    long_ago(client)
    page = client.get(reverse("account_reauthenticate"), {"next": NEXT}, follow=True)
    assert page.redirect_chain[-1][0] == f"{reverse('sign_on_again')}?next=%2Fprojekte%2F"
    assert f"Mit {NAME} bestätigen" in page.content.decode()
    place = go(client, next=NEXT)
    answer = client.get(confirm(place, sub=f"sub-{lead.pk}"))
    assert answer.headers["Location"] == NEXT
    assert (service.asked[-1]["prompt"], service.asked[-1]["max_age"]) == ("login", "0")
    assert age(client) < 10
    assert client.session["_auth_user_id"] == str(lead.pk)


def test_step_that_waits_for_the_login_goes_on_by_itself(client: Client, service: Service, lead: User) -> None:
    invited = {"email": "neu@example.org", "name": "Neu", "role": "district_lead", "district": make.district().pk}
    long_ago(client)
    page = client.post(reverse("person_invite"), invited, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("sign_on_again"))
    answer = client.get(confirm(go(client), sub=f"sub-{lead.pk}"), follow=True)
    assert answer.status_code == 200
    assert "neu@example.org" in answer.content.decode()


def test_another_person_at_the_service_makes_no_login_fresh(client: Client, service: Service, lead: User) -> None:
    other = make.user(Role.MINISTRY_LEAD)
    sign_in(Client(), service.knows_as(other))
    long_ago(client)
    answer = client.get(confirm(go(client), sub=f"sub-{other.pk}"))
    assert answer.status_code == 403
    assert "eine andere Person angemeldet" in answer.content.decode()
    assert client.session["_auth_user_id"] == str(lead.pk)
    assert age(client) > 3500


def test_service_that_does_not_ask_again_makes_no_login_fresh(
    client: Client, service: Service, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago(client)
    signed_in_at_service(monkeypatch, 20)
    answer = client.get(confirm(go(client), sub=f"sub-{lead.pk}"))
    assert answer.status_code == 403
    assert "nicht nach einer neuen Anmeldung gefragt" in answer.content.decode()
    assert age(client) > 3500


def test_session_that_ended_meanwhile_is_not_revived(client: Client, service: Service, lead: User) -> None:
    place = go(client, next=NEXT)
    client.post(reverse("account_logout"))
    answer = client.get(confirm(place, sub=f"sub-{lead.pk}"))
    assert answer.status_code == 400
    assert "_auth_user_id" not in client.session


def test_page_of_the_fresh_login_is_there_for_those_who_came_by_the_service_only(
    client: Client, service: Service, lead: User
) -> None:
    other = Client()
    other.force_login(make.user(Role.MINISTRY))
    assert other.get(reverse("sign_on_again")).status_code == 404
    assert NAME not in other.get(reverse("account_reauthenticate")).content.decode()
    lead.set_password(PASSWORD)
    lead.save()
    client.force_login(lead)
    assert f"Mit {NAME} bestätigen" in client.get(reverse("account_reauthenticate")).content.decode()
    page = client.get(reverse("sign_on_again"), {"next": NEXT}).content.decode()
    assert f"{reverse('account_reauthenticate')}?next=%2Fprojekte%2F" in page


@pytest.mark.parametrize(
    ("accepted", "said", "counts"),
    [
        ((), {"amr": ["mfa"]}, False),
        (("1",), {}, True),
        (("mfa", "otp"), {"amr": ["pwd", "otp"]}, True),
        (("mfa", "otp"), {"amr": ["pwd"]}, False),
        (("urn:hoch",), {"acr": "urn:hoch"}, True),
        (("urn:hoch",), {"acr": "urn:niedrig"}, False),
        (("mfa",), {}, False),
    ],
)
def test_second_factor_of_the_service_counts_as_the_operator_says(
    client: Client, service: Service, settings: Any, accepted: tuple[str, ...], said: dict[str, Any], counts: bool
) -> None:
    settings.SIGN_ON = service.set_up(second_factor=accepted)
    settings.SECOND_FACTOR = frozenset({Role.AUDITOR.value})
    user = make.user(Role.AUDITOR)
    sign_in(client, service.knows_as(user, **said))
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    assert single_sign_on.counts_as_second_factor(request) is counts
    assert (client.get(reverse("home")).status_code == 200) is counts


def test_second_factor_of_one_person_never_counts_for_another(client: Client, service: Service, settings: Any) -> None:
    settings.SIGN_ON = service.set_up(second_factor=("1",))
    user, other = make.user(Role.AUDITOR), make.user(Role.MINISTRY)
    sign_in(client, service.knows_as(user))
    request = RequestFactory().get("/")
    request.session, request.user = client.session, other
    assert not single_sign_on.counts_as_second_factor(request)
    settings.SIGN_ON = None
    request.user = user
    assert not single_sign_on.counts_as_second_factor(request)


def test_second_factor_of_our_own_is_asked_for_all_the_same(client: Client, service: Service, settings: Any) -> None:
    settings.SIGN_ON = service.set_up(second_factor=("1",))
    user = make.user(Role.AUDITOR)
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    answer = sign_in(client, service.knows_as(user), next=NEXT)
    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": code}).headers["Location"] == NEXT
    assert client.session["_auth_user_id"] == str(user.pk)
    assert age(client) < 10
