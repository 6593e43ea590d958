"""Coming in by the administration's sign-on service: who gets an account, and that nobody gets wider rights."""

import logging
from datetime import date
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from aqb.access import DISTRICT, Role
from aqb.accounts.sign_on.provider import DISTRICT_ROLES, ROLES
from aqb.models import SingleSignOn, User
from tests import factories as make
from tests.factories.who import PASSWORD
from tests.sign_on_service import GROUP_OF, NAME, SECRET, Service, confirm, go, sign_in

pytestmark = pytest.mark.django_db
UserEvent: Any = User.pgh_event_model  # type: ignore[attr-defined]


def signed_in(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def everything() -> dict[str, list[Any]]:
    """All accounts, connections and recorded changes; what is refused must leave none of it different."""
    tables = {"people": User, "services": SingleSignOn, "events": UserEvent}
    hidden = {"last_login"}
    return {
        name: [{k: v for k, v in row.items() if k not in hidden} for row in model.objects.order_by("pk").values()]
        for name, model in tables.items()
    }


def assert_refused(client: Client, sub: str, *words: str) -> None:
    before = everything()
    answer = sign_in(client, sub)
    page = answer.content.decode()
    assert answer.status_code == 403, page
    assert [word for word in (*words, "Bitte wenden Sie sich an", NAME) if word not in page] == []
    assert signed_in(client) is None
    assert {**everything(), "services": before["services"]} == before
    assert len(everything()["services"]) == len(before["services"])


def test_claims_give_every_role_but_the_operators() -> None:
    assert set(ROLES) == set(Role) - {Role.NONE}
    assert set(DISTRICT_ROLES) == DISTRICT


def test_without_a_service_there_is_no_button_and_no_address(client: Client) -> None:
    assert "Mit " + NAME not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("sign_on")).status_code == 404
    assert client.get(reverse("openid_connect_callback", kwargs={"provider_id": "anmeldedienst"})).status_code == 404
    client.force_login(make.user(Role.AUDITOR))
    assert client.get(reverse("sign_on_again")).status_code == 404


def test_login_page_names_the_service_and_keeps_the_page_that_was_wanted(client: Client, service: Service) -> None:
    page = client.get(reverse("account_login"), {"next": "/projekte/"}).content.decode()
    assert f"Mit {NAME} anmelden" in page
    user = make.user(Role.AUDITOR)
    answer = sign_in(client, service.knows_as(user), next="/projekte/")
    assert answer.headers["Location"] == "/projekte/"
    answer = sign_in(Client(), service.knows_as(user), next="https://boese.example/")
    assert answer.headers["Location"] == reverse("home")


@pytest.mark.parametrize("role", ROLES)
def test_unknown_person_gets_exactly_the_mapped_role(client: Client, service: Service, role: str) -> None:
    district = make.district()
    service.knows(
        f"neu-{role}", email="Neu@Example.org", email_verified=True, name="Erika Beispiel", ags=district.ags,
        groups=["andere-anwendung", GROUP_OF[role]],
    )  # fmt: skip
    assert sign_in(client, f"neu-{role}").headers["Location"] == reverse("home")
    user = signed_in(client)
    assert user is not None
    assert (user.email, user.name, user.role) == ("neu@example.org", "Erika Beispiel", role)
    assert user.district == (district if role in DISTRICT else None)
    assert not user.is_superuser
    assert not user.has_usable_password()
    circumstance = UserEvent.objects.get(pgh_obj=user).pgh_context.metadata
    assert "Anmeldedienst" in circumstance["reason"]
    assert circumstance["user"] == user.pk


def test_nothing_of_what_the_service_says_is_stored_but_who_it_is(client: Client, service: Service) -> None:
    sign_in(client, service.knows_as(make.user(Role.AUDITOR), phone_number="0611 12345", birthdate="1990-01-01"))
    [account] = SocialAccount.objects.all()
    assert (account.provider, account.extra_data) == ("anmeldedienst", {})
    assert not SocialToken.objects.exists()
    assert "1990-01-01" not in str(dict(client.session))


def test_known_person_comes_in_and_nothing_changes(client: Client, service: Service) -> None:
    user = make.user(Role.DISTRICT_LEAD)
    sub = service.knows_as(user)
    sign_in(client, sub)
    before = everything()
    assert signed_in(client) == user
    client.post(reverse("account_logout"))
    sign_in(client, sub)
    assert signed_in(client) == user
    assert everything()["people"] == before["people"]
    assert everything()["events"] == before["events"]


def test_account_with_the_verified_address_is_connected_once_and_keeps_its_password(
    client: Client, service: Service, django_capture_on_commit_callbacks: Any
) -> None:
    user = make.user(Role.MINISTRY)
    sub = service.knows_as(user, email=user.email.upper())
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(client, sub)
        sign_in(Client(), sub)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([user.email], f"AQB: Ihr Konto ist mit {NAME} verbunden")
    assert f"über {NAME} mit Ihrer bestätigten E-Mail-Adresse angemeldet" in str(letter.body)
    assert SingleSignOn.objects.get().user == user
    assert SingleSignOn.objects.get().uid == sub
    answer = Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("home")


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_address_that_the_service_has_not_verified_leads_nowhere(
    client: Client, service: Service, verified: Any
) -> None:
    known = service.knows_as(make.user(Role.MINISTRY), email_verified=verified)
    assert_refused(client, known, "E-Mail-Adresse nicht bestätigt")
    service.knows("fremd", email="neu@example.org", email_verified=verified, groups=["aqb-pruefung"])
    assert_refused(client, "fremd", "E-Mail-Adresse nicht bestätigt")


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({}, "nennt keine Berechtigung"),
        ({"groups": []}, "nennt keine Berechtigung"),
        ({"groups": "aqb"}, "nennt keine Berechtigung"),
        ({"groups": {"aqb-pruefung": True}}, "nennt keine Berechtigung"),
        ({"groups": ["operator", "", "superuser"]}, "nennt keine Berechtigung"),
        ({"groups": ["aqb-pruefung", "aqb-ministerium"]}, "nennt mehrere Rollen"),
        ({"groups": ["aqb-gebiet"]}, "nennt keine Gebietskörperschaft"),
        ({"groups": ["aqb-gebiet"], "ags": "06999"}, "nennt keine Gebietskörperschaft"),
        ({"groups": ["aqb-gebiet"], "ags": ["06901", "06902"]}, "nennt keine Gebietskörperschaft"),
        ({"groups": ["aqb-gebiet"], "ags": "06902"}, "nennt keine Gebietskörperschaft"),
    ],
)
def test_anything_but_exactly_one_role_is_refused(
    client: Client, service: Service, claims: dict[str, Any], words: str
) -> None:
    make.district(ags="06901")
    make.district(ags="06902", valid_to=date(2010, 12, 31))
    service.knows("viele", email="neu@example.org", email_verified=True, **claims)
    assert_refused(client, "viele", words, "Leitung Ihrer Stelle")
    user = make.user(Role.AUDITOR)
    sub = service.knows_as(user)
    sign_in(Client(), sub)
    service.knows(sub, email=user.email, email_verified=True, **claims)
    assert_refused(client, sub, words)


@pytest.mark.parametrize(("lead", "colleague"), [("ministry_lead", "ministry"), ("district_lead", "district")])
def test_lead_who_is_only_a_colleague_any_more_loses_the_lead_and_it_is_recorded(
    client: Client, service: Service, lead: str, colleague: str
) -> None:
    user = make.user(lead)
    sign_in(Client(), service.knows_as(user))
    sign_in(client, service.knows_as(user, colleague))
    now = signed_in(client)
    assert now is not None
    assert (now, now.role, now.district) == (user, colleague, user.district)
    last = UserEvent.objects.filter(pgh_obj=user).latest("pgh_id")
    assert last.role == colleague
    assert "Der Anmeldedienst nennt eine engere Rolle" in last.pgh_context.metadata["reason"]
    assert last.pgh_context.metadata["user"] == user.pk


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize(
    ("has", "said"),
    [
        ("ministry", "ministry_lead"), ("district", "district_lead"), ("district", "ministry"),
        ("ministry", "district"), ("auditor", "ministry"), ("ministry_lead", "auditor"),
        ("district_lead", "ministry_lead"), ("ministry_lead", "district"), ("grant_office", "auditor"),
    ],
)  # fmt: skip
def test_wider_rights_or_those_of_another_body_are_refused(
    client: Client, service: Service, has: str, said: str, connected: bool
) -> None:
    elsewhere = make.district(ags="06999")
    user = make.user(has)
    if connected:
        sign_in(Client(), service.knows_as(user))
    ags = user.district.ags if user.district else elsewhere.ags
    assert_refused(client, service.knows_as(user, said, ags=ags), "andere Rechte als Ihr Konto", "Betrieb")


@pytest.mark.parametrize("role", ["district", "district_lead"])
def test_rights_of_another_district_are_refused(client: Client, service: Service, role: str) -> None:
    other = make.district()
    user = make.user("district_lead")
    sign_in(Client(), service.knows_as(user))
    assert_refused(client, service.knows_as(user, role, ags=other.ags), "andere Rechte als Ihr Konto")


def test_operators_account_is_never_entered_by_claims(client: Client, service: Service) -> None:
    operator = make.operator()
    for role in ROLES:
        assert_refused(client, service.knows_as(operator, role, ags=make.district().ags), "andere Rechte")


@pytest.mark.parametrize("connected", [True, False])
def test_closed_account_stays_closed(client: Client, service: Service, connected: bool) -> None:
    """Neither opened, nor connected, nor changed by what the service says."""
    user = make.user(Role.MINISTRY_LEAD)
    if connected:
        sign_in(Client(), service.knows_as(user))
    User.objects.filter(pk=user.pk).update(is_active=False)
    before = everything()
    for role in ("ministry_lead", "ministry", "auditor"):
        answer = sign_in(client, service.knows_as(user, role))
        assert answer.headers["Location"] == reverse("account_inactive")
        assert signed_in(client) is None
    assert {**everything(), "services": []} == {**before, "services": []}
    assert SingleSignOn.objects.count() == int(connected)


def test_address_that_the_service_gave_to_somebody_else_does_not_lead_to_the_account(
    client: Client, service: Service
) -> None:
    user = make.user(Role.AUDITOR)
    sign_in(Client(), service.knows_as(user))
    service.knows("nachfolge", email=user.email, email_verified=True, groups=["aqb-pruefung"])
    assert_refused(client, "nachfolge", "anderen Zugang beim Anmeldedienst")


def test_operator_sees_what_was_refused_and_the_log_names_nobody(
    client: Client, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    user = make.user(Role.MINISTRY, name="Kuno Kümmel")
    with caplog.at_level(logging.INFO):
        sign_in(client, service.knows_as(user, "ministry_lead"))
        service.knows("wer", email="wer@example.org", email_verified=True, name="Wer Auchimmer")
        sign_in(client, "wer")
    ours = "\n".join(line.getMessage() for line in caplog.records if line.name.startswith(("aqb", "django", "allauth")))
    assert f"(rights), account {user.pk}" in ours
    assert "(none), account unknown" in ours
    assert not [word for word in (user.email, "Kuno", "wer@", "Auchimmer", "sub-") if word in ours]
    client.force_login(make.operator())
    page = client.get(reverse("health")).content.decode()
    assert "wurden 2\u00a0Anmeldungen abgelehnt" in page
    assert "Kuno Kümmel: Der Dienst nennt andere Rechte als das Konto" in page
    assert "Unbekannte Person: Der Dienst nennt keine Berechtigung" in page


def test_service_in_a_table_is_none(client: Client, service: Service) -> None:
    SocialApp.objects.create(provider="openid_connect", provider_id="anmeldedienst", name="X", client_id="fremd")
    sign_in(client, service.knows_as(make.user(Role.AUDITOR)))
    assert signed_in(client) is not None
    assert service.asked[-1]["client_id"] == "aqb"
    assert service.secrets[-1] == SECRET


def test_whoever_signed_in_meanwhile_is_signed_out_by_the_answer(client: Client, service: Service) -> None:
    user = make.user(Role.AUDITOR)
    place = go(client)
    client.force_login(make.user(Role.MINISTRY))
    client.get(confirm(place, sub=service.knows_as(user)))
    assert signed_in(client) == user


@pytest.mark.parametrize("name", ["socialaccount_signup", "socialaccount_connections", "openid_connect_login"])
def test_allauths_own_pages_of_other_services_do_not_exist(name: str) -> None:
    """They would let somebody sign up, connect an account without comparing rights, or ask for more than is needed."""
    for parts in ({}, {"provider_id": "anmeldedienst"}):
        with pytest.raises(NoReverseMatch):
            reverse(name, kwargs=parts)
