"""What goes wrong between the sign-on service and us: nobody comes in, and the page says what to do."""

import logging
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from aqb.access import Role
from aqb.accounts.sign_on import oidc
from aqb.health_check import check_services
from aqb.models import SingleSignOn, User
from tests import factories as make
from tests.sign_on_service import NAME, Service, confirm, go, sign_in

pytestmark = pytest.mark.django_db
BACK = reverse("openid_connect_callback", kwargs={"provider_id": "anmeldedienst"})


def assert_nobody(client: Client, answer: Any, status: int, words: str) -> None:
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert reverse("account_login") in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_button_works_by_post_only(client: Client, service: Service) -> None:
    assert client.get(reverse("sign_on")).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("sign_on")).status_code == 403


def test_code_flow_asks_for_nothing_but_what_is_needed(client: Client, service: Service) -> None:
    sign_in(client, service.knows_as(make.user(Role.AUDITOR)), scope="admin", auth_params="prompt=none")
    asked = service.asked[-1]
    assert asked["response_type"] == "code"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert asked["code_challenge_method"] == "S256"
    assert "prompt" not in asked


def test_person_who_turns_back_reads_so_on_the_login_page(client: Client, service: Service) -> None:
    answer = client.get(confirm(go(client), action="deny"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("account_login")
    assert f"Die Anmeldung mit {NAME} wurde abgebrochen." in answer.content.decode()


@pytest.mark.parametrize("way", ["", "?code=x", "?state=falsch&code=x", "?error=server_error"])
def test_answer_that_nobody_has_asked_for(client: Client, service: Service, way: str) -> None:
    go(client)
    assert_nobody(client, client.get(BACK + way), 400, "abgelaufen oder schon verwendet")


def test_answer_counts_in_the_browser_that_has_asked_and_once(client: Client, service: Service) -> None:
    back = confirm(go(client), sub=service.knows_as(make.user(Role.AUDITOR)))
    other = Client()
    assert_nobody(other, other.get(back), 400, "abgelaufen")
    assert client.get(back).headers["Location"] == reverse("home")
    client.post(reverse("account_logout"))
    assert_nobody(client, client.get(back), 400, "abgelaufen")


def test_answer_to_another_login_is_refused(client: Client, service: Service) -> None:
    """The code of somebody else's login, put into ours: the number used once is not the one we have given."""
    place = go(client)
    [nonce] = parse_qs(urlsplit(place).query)["nonce"]
    back = confirm(place.replace(nonce, "eine-andere-Zahl"), sub=service.knows_as(make.user(Role.AUDITOR)))
    assert_nobody(client, client.get(back), 502, "antwortet nicht oder anders als erwartet")


def another_key(said: dict[str, Any]) -> dict[str, Any]:
    """Whoever stands between us and the service signs with a key of their own."""
    import jwt
    from cryptography.hazmat.primitives.asymmetric import rsa

    claims = jwt.decode(said["id_token"], options={"verify_signature": False})
    kid = jwt.get_unverified_header(said["id_token"])["kid"]
    key = rsa.generate_private_key(65537, 2048)
    return {**said, "id_token": jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/oauth2/token", lambda said: {"error": "invalid_grant"}),
        ("/oauth2/token", lambda said: [1]),
        ("/oauth2/token", lambda said: {name: said[name] for name in said if name != "id_token"}),
        ("/oauth2/token", lambda said: {**said, "id_token": said["id_token"][:-4]}),
        ("/oauth2/token", another_key),
        ("/userinfo", lambda said: {**said, "sub": "jemand-anderes"}),
        ("/userinfo", lambda said: [said]),
        ("/jwks", lambda said: {"keys": []}),
        ("/jwks", lambda said: {}),
    ],
)
def test_answers_that_do_not_fit_let_nobody_in(
    client: Client, service: Service, path: str, change: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    back = confirm(go(client), sub=service.knows_as(make.user(Role.AUDITOR)))
    service.changes[path] = change
    with caplog.at_level(logging.WARNING):
        assert_nobody(client, client.get(back), 502, "antwortet nicht oder anders als erwartet")
    assert "Login by the sign-on service failed" in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/oauth2/token", "/userinfo", "/jwks"])
def test_service_that_fails_on_the_way(client: Client, service: Service, path: str) -> None:
    back = confirm(go(client), sub=service.knows_as(make.user(Role.AUDITOR)))
    service.silent.add(path)
    assert_nobody(client, client.get(back), 502, "antwortet nicht oder anders als erwartet")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda said: {**said, "issuer": "https://anderswo.example"}, "nennt sich anders"),
        (lambda said: {**said, "authorization_endpoint": "https://anderswo.example/"}, "an einen fremden Ort"),
        (lambda said: {name: said[name] for name in said if name != "jwks_uri"}, "beschreibt sich nicht vollständig"),
        (lambda said: "nichts", "beschreibt sich nicht vollständig"),
    ],
)
def test_service_that_describes_itself_wrongly_is_not_used(
    client: Client, service: Service, change: Callable[[Any], Any], words: str
) -> None:
    service.changes["/.well-known/openid-configuration"] = change
    assert_nobody(client, client.post(reverse("sign_on")), 502, "antwortet nicht oder anders als erwartet")
    with pytest.raises(oidc.Fault, match=words):
        oidc.describe()
    client.force_login(make.operator())
    assert words in client.get(reverse("health")).content.decode()


def test_service_that_is_down_is_said_on_both_pages(client: Client, service: Service, settings: Any) -> None:
    settings.SIGN_ON = service.set_up(server="http://127.0.0.1:9")
    assert_nobody(client, client.post(reverse("sign_on")), 502, "antwortet nicht oder anders als erwartet")
    client.force_login(make.operator())
    assert "Der Anmeldedienst antwortet nicht." in client.get(reverse("health")).content.decode()


def test_deploy_check_finds_a_service_that_is_down(service: Service, settings: Any) -> None:
    assert [found.id for found in check_services() if found.id == "aqb.E004"] == []
    settings.SIGN_ON = service.set_up(server="http://127.0.0.1:9")
    assert [found.msg for found in check_services() if found.id == "aqb.E004"] == [
        "Anmeldedienst: Der Anmeldedienst antwortet nicht."
    ]


def test_healthy_service_is_said(client: Client, service: Service) -> None:
    client.force_login(make.operator())
    page = client.get(reverse("health")).content.decode()
    assert "Der Anmeldedienst antwortet." in page
    assert NAME in page


@pytest.mark.django_db(transaction=True)
def test_two_first_logins_at_once_make_one_account(service: Service) -> None:
    service.knows("neu", email="neu@example.org", email_verified=True, name="Neu", groups=["aqb-pruefung"])
    clients = [Client(), Client()]
    backs = [confirm(go(client), sub="neu") for client in clients]
    together, answers = Barrier(2), []

    def come(client: Client, back: str) -> None:
        try:
            together.wait(10)
            answers.append(client.get(back).status_code)
        finally:
            connection.close()

    threads = [Thread(target=come, args=pair) for pair in zip(clients, backs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert User.objects.filter(email="neu@example.org").count() == SingleSignOn.objects.count() == 1
    assert sorted(answers) in ([302, 302], [302, 409])
