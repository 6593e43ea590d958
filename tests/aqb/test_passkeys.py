"""Passkeys on the server's side: what comes from no device is refused in a sentence. With a device: tests/browser."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from aqb.access import Role
from aqb.accounts.factor.forms import LONGEST_NAME, NOT_PROVED
from tests import factories as make
from tests.aqb.factors import app, first_step, passkey

pytestmark = pytest.mark.django_db
EMPTY = {"id": "AAAA", "rawId": "AAAA", "type": "public-key"}
FORGED: list[Any] = [
    None,
    "text", 7, [], [1], {}, {"id": "x"}, {"rawId": None}, EMPTY, {**EMPTY, "response": None}, {**EMPTY, "response": {}},
    {**EMPTY, "response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA", "userHandle": "AAAA"}},
    {**EMPTY, "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA", "signature": "AA"}},
    {**EMPTY, "response": {
        "clientDataJSON": "e30", "authenticatorData": "A" * 60, "signature": "AAAA", "userHandle": "OTk5OTk5OTk5OTk5OTk",
    }},
    {**EMPTY, "response": {"clientDataJSON": "e30", "attestationObject": "gYGBgYGBgYGBgYGB" * 400}},
]  # fmt: skip


@pytest.fixture
def client() -> Client:
    """Passkeys belong to a name."""
    return Client(headers={"host": "localhost"})


@pytest.mark.parametrize("forged", FORGED, ids=range(len(FORGED)))
def test_forged_answer_of_a_device_is_refused_in_a_sentence(client: Client, forged: Any) -> None:
    """By anybody at the login, in the second step, when adding one, and when confirming the login."""
    data = {"credential": json.dumps(forged)}
    login = client.post(reverse("mfa_login_webauthn"), data, follow=True)
    assert login.status_code == 200
    user = make.user(Role.AUDITOR)
    app(user)
    first_step(client, user)
    assert client.post(reverse("mfa_authenticate"), data).status_code == 200
    assert "_auth_user_id" not in client.session
    client.force_login(user)
    client.get(reverse("mfa_add_webauthn"))
    page = client.post(reverse("mfa_add_webauthn"), data)
    assert page.status_code == 200
    assert not Authenticator.objects.filter(user=user, type="webauthn").exists()
    assert NOT_PROVED in page.content.decode()


def test_refused_passkey_at_the_login_keeps_the_wanted_page(client: Client) -> None:
    data = {"credential": json.dumps(EMPTY), "next": "/dokumente/"}
    answer = client.post(reverse("mfa_login_webauthn"), data)
    assert answer.headers["Location"] == "/konto/login/?next=%2Fdokumente%2F"
    page = client.get(answer.headers["Location"]).content.decode()
    assert NOT_PROVED in page
    assert 'name="next" value="/dokumente/"' in page


def test_question_of_the_login_names_nobody(client: Client) -> None:
    passkey(make.user(Role.AUDITOR))
    asked = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    asked = asked["request_options"]["publicKey"]
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "localhost"
    assert not asked.get("allowCredentials")


def test_refused_confirmation_stays_on_its_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make.user(Role.AUDITOR)
    passkey(user)
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    client.force_login(user)
    answer = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": json.dumps(EMPTY)})
    assert (answer.status_code, NOT_PROVED in answer.content.decode()) == (200, True)


def test_address_of_numbers_says_why_there_are_no_passkeys(client: Client) -> None:
    client.force_login(make.user(Role.AUDITOR))
    page = client.get(reverse("mfa_index"), headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "Unter dieser Adresse gibt es keine Passkeys" in page
    refused = client.get(reverse("mfa_add_webauthn"), headers={"host": "127.0.0.1:8000"})
    assert (refused.status_code, "localhost statt 127.0.0.1" in refused.content.decode()) == (409, True)
    assert "Passkey einrichten" in client.get(reverse("mfa_index"), headers={"host": "localhost:8000"}).content.decode()


def test_passkey_gets_another_name_of_bearable_length(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    key = passkey(user)
    client.force_login(user)
    rename = reverse("mfa_edit_webauthn", args=[key.pk])
    assert f"Möglich sind höchstens {LONGEST_NAME}." in client.post(rename, {"name": "x" * 61}).content.decode()
    client.post(rename, {"name": "Schlüsselbund"})
    key.refresh_from_db()
    assert key.data["name"] == "Schlüsselbund"
