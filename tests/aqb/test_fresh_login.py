"""Sensitive steps ask for a login of the last 15 minutes, lead to it, and go on by themselves afterwards."""

import time
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from aqb import freshness
from aqb.access import VERBS, Role, require
from aqb.accounts.session import sessions
from aqb.models import District, Invitation
from tests import factories as make
from tests.agreements.pages import client_of
from tests.clients import age, token_of
from tests.factories import PASSWORD
from tests.sensitive import OLD, STEPS, approve, invite

pytestmark = pytest.mark.django_db

FRESH = sorted(verb for verb, rule in VERBS.items() if rule.fresh)


def to_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account_reauthenticate"))


def password(client: Client, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_reauthenticate"), {"password": password}, **more)


def test_what_the_issue_names_asks_for_a_fresh_login_and_each_is_tested_here() -> None:
    assert {"version.approve", "version.issue", "version.seal", "user.keep"} <= set(FRESH)
    assert sorted(STEPS) == FRESH


@pytest.mark.parametrize("verb", FRESH)
def test_rule_asks_after_fifteen_minutes_and_never_a_command(verb: str) -> None:
    rule = VERBS[verb]
    place: District | None = make.district()
    user = make.operator() if not rule.roles else make.user(min(rule.roles & set(Role)), None)
    if user.is_district:
        place = user.district
    require(user, verb, place)  # a command or job has no screen
    with freshness.session(time.time() - 14 * 60):
        require(user, verb, place)
    with freshness.session(time.time() - OLD), pytest.raises(freshness.LoginTooOld):
        require(user, verb, place)


@pytest.mark.parametrize("verb", FRESH)
def test_step_with_an_old_login_waits_for_the_password_and_is_done_then(verb: str) -> None:
    step = STEPS[verb]()
    client = step.client()
    asked = client.post(step.address, step.data)
    assert to_login(asked), asked
    assert not step.done()
    page = client.get(asked["Location"]).content.decode()
    assert "nicht länger als 15 Minuten" in page
    assert f'href="{step.address}">Abbrechen, ohne etwas zu ändern' in page
    assert "Das ist nicht Ihr bisheriges Passwort." in password(client, "falsch").content.decode()
    assert not step.done()
    back = password(client)
    assert back.status_code == 302
    assert back["Location"] == step.address
    assert not step.done()
    answer = client.get(back["Location"])
    assert answer.status_code == 302, answer.content.decode()
    assert step.done()


@pytest.mark.parametrize("verb", FRESH)
def test_step_with_a_fresh_login_is_done_at_once(verb: str) -> None:
    step = STEPS[verb]()
    client = client_of(step.user)
    age(client, signed_in=14 * 60)
    assert client.post(step.address, step.data).status_code == 302
    assert step.done()


def test_page_before_the_step_asks_already() -> None:
    step = approve()
    client = step.client()
    asked = client.get(step.address)
    assert to_login(asked)
    back = client.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == step.address
    assert "Fassung freigeben" in client.get(back["Location"]).content.decode()
    assert not step.done()


def test_history_names_the_page_of_the_step_not_that_of_the_login() -> None:
    step = approve()
    client = step.client()
    client.post(step.address, step.data)
    client.get(password(client)["Location"])
    event: Any = apps.get_model("agreements", "AgreementVersionEvent").objects.latest("pk")
    assert event.status == "approved"
    assert event.pgh_context.metadata["url"] == step.address
    assert event.pgh_context.metadata["user"] == step.user.pk


def test_step_that_waited_is_done_once() -> None:
    step = invite()
    client = step.client()
    client.post(step.address, step.data)
    back = password(client)["Location"]
    client.get(back)
    assert Invitation.objects.count() == 1
    assert client.get(back).status_code == 200
    assert Invitation.objects.count() == 1


def test_refusal_after_the_login_is_a_page_with_the_form_on_its_own_address() -> None:
    step = invite()
    client = step.client()
    client.post(step.address, {**step.data, "email": "keine Adresse"})
    answer = client.get(password(client)["Location"])
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == step.address
    assert "Bitte geben Sie eine vollständige E-Mail-Adresse an" in answer.content.decode()


def test_password_that_was_sent_with_a_step_is_kept_nowhere() -> None:
    step = invite()
    client = step.client()
    asked = client.post(step.address, {**step.data, "password": "Streng-geheim-4711"}, headers={"referer": ""})
    assert to_login(asked)
    assert "Streng-geheim-4711" not in str(dict(client.session))
    back = client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(back["Location"]).content.decode()
    assert not Invitation.objects.exists()
    assert "gespeichert ist noch nichts" in page
    assert 'value="Neue Kollegin"' in page


def test_step_of_somebody_else_is_never_taken_up() -> None:
    step = approve()
    client = step.client()
    client.post(step.address, step.data)
    session = client.session
    session[sessions.GO_ON] = {
        "user": step.user.pk + 1, "at": time.time(), "path": step.address, "page": step.address, "posted": "",
    }  # fmt: skip
    session.save()
    age(client, signed_in=60)
    assert client.get(step.address).status_code == 200
    assert not step.done()


def test_way_back_is_good_for_a_minute_only() -> None:
    step = approve()
    client = step.client()
    client.post(step.address, step.data)
    back = password(client)["Location"]
    session = client.session
    session[sessions.GO_ON] = {**session[sessions.GO_ON], "at": time.time() - 61}
    session.save()
    assert client.get(back).status_code == 200
    assert not step.done()


def test_step_waits_no_longer_than_a_session() -> None:
    step = approve()
    client = step.client()
    client.post(step.address, step.data, headers={"referer": f"http://testserver{step.address}?seite=2"})
    session = client.session
    session["account_reauthentication_state"]["state"]["at"] -= 31 * 60
    session.save()
    assert password(client)["Location"] == f"{step.address}?seite=2"
    assert not step.done()


def test_forged_form_does_not_wait_for_a_login() -> None:
    """The token is checked before the step is asked for; what waits has been checked."""
    step = approve()
    client = Client(enforce_csrf_checks=True)
    client.force_login(step.user)
    age(client, signed_in=OLD)
    assert client.post(step.address, step.data).status_code == 403
    assert "account_reauthentication_state" not in client.session
    token = token_of(client.get(reverse("usersessions_list")))
    assert to_login(client.post(step.address, {**step.data, "csrfmiddlewaretoken": token}))
    data = {"password": PASSWORD, "csrfmiddlewaretoken": token}
    client.get(client.post(reverse("account_reauthenticate"), data)["Location"])
    assert step.done()


def test_step_that_htmx_asks_for_leads_the_whole_page_to_the_login() -> None:
    step = approve()
    answer = step.client().post(step.address, step.data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith(reverse("account_reauthenticate"))


def test_whoever_knows_no_way_to_a_fresh_login_signs_in_anew() -> None:
    step = invite()
    step.user.set_unusable_password()
    step.user.save()
    client = step.client()
    answer = client.post(step.address, step.data)
    assert answer["Location"] == f"{reverse('account_login')}?next={step.address}"
    page = client.get(answer["Location"]).content.decode()
    assert "Ihre letzte Anmeldung liegt mehr als 15 Minuten zurück." in page
    assert "aufgehoben" in page
    client.force_login(step.user)
    assert 'value="Neue Kollegin"' in client.get(step.address).content.decode()
    assert not Invitation.objects.exists()


def test_every_action_of_a_sensitive_step_is_refused_to_an_old_session_by_whatever_road() -> None:
    """Bulk work goes through the actions, and they ask."""
    from agreements.actions import steps

    version = make.version(status="submitted", entries=1)
    lead = make.user(Role.MINISTRY_LEAD)
    with freshness.session(time.time() - OLD):
        for _ in range(2):
            with pytest.raises(freshness.LoginTooOld):
                steps.approve(version=version, by=lead)
    version.refresh_from_db()
    assert version.status == "submitted"
    steps.approve(version=version, by=lead)  # a command has no session
