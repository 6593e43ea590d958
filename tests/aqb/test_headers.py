"""What browsers are told beside every answer."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from aqb import headers
from aqb.access import Role
from tests import factories as make

SOURCES = {
    "default-src", "script-src", "style-src", "font-src", "img-src", "connect-src", "media-src", "form-action", "base-uri",
    "object-src", "frame-src", "frame-ancestors",
}  # fmt: skip


def directives(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: values for name, _, values in parts if name}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "admin:index", "account_change_password"])
def test_every_page_says_what_it_may_load(name: str) -> None:
    client = Client()
    client.force_login(make.user(Role.MINISTRY))
    answer = client.get(reverse(name))
    found = directives(answer)
    assert set(found) == SOURCES
    assert "unsafe" not in str(found)
    assert "*" not in str(found)
    assert found["default-src"] == found["object-src"] == found["base-uri"] == found["frame-ancestors"] == "'none'"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_page_that_does_not_exist_has_the_same_headers() -> None:
    answer = Client().get("/gibt-es-nicht/")
    assert set(directives(answer)) == SOURCES
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Permissions-Policy" in answer


@pytest.mark.django_db
def test_passkeys_are_allowed_to_ourselves_and_the_rest_of_the_device_to_nobody() -> None:
    policy = Client().get(reverse("account_login"))["Permissions-Policy"]
    rules = dict(rule.split("=", 1) for rule in policy.split(", "))
    assert rules.pop("publickey-credentials-get") == rules.pop("publickey-credentials-create") == "(self)"
    assert rules.pop("fullscreen") == "(self)", "for the video in sign language"
    assert rules["camera"] == rules["geolocation"] == "()"
    assert set(rules.values()) == {"()"}


@pytest.mark.django_db
def test_page_of_a_person_stays_out_of_shared_caches() -> None:
    client = Client()
    client.force_login(make.user(Role.MINISTRY))
    assert "private" in client.get(reverse("home"))["Cache-Control"]


def test_what_an_answer_says_itself_stays() -> None:
    def view(request: object) -> HttpResponse:
        return HttpResponse(headers={"Vary": "Cookie", "Cache-Control": "no-store"})

    answer = headers.HeadersMiddleware(view)(RequestFactory().get("/"))
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("", ["'self'"]),
        ("https://anmeldung.example/realms/hessen?x=1", ["'self'", "https://anmeldung.example"]),
        ("http://127.0.0.1:9000", ["'self'", "http://127.0.0.1:9000"]),
    ],
)
def test_forms_lead_to_ourselves_and_to_the_sign_on_service(address: str, allowed: list[str]) -> None:
    assert [str(value) for value in headers.content_policy(production=False, sign_on=address)["form-action"]] == allowed


def test_production_asks_for_encrypted_parts_only() -> None:
    assert headers.content_policy(production=True)["upgrade-insecure-requests"] is True
    assert "upgrade-insecure-requests" not in headers.content_policy(production=False)
