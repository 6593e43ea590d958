"""Whoever tries too often waits: every door, in German, all worker processes together, nobody else shut out."""

import subprocess
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from aqb.access import Role
from aqb.attempts import PAUSE
from aqb.models import User
from tests import factories as make
from tests.factories.who import PASSWORD
from tests.production import ROOT, database_of_this_test
from tests.sign_on_service import Service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]
LOGIN, WRONG = "zu viele vergebliche Versuche. Bitte warten Sie 5 Minuten", "passen nicht zusammen"
PAGE = "Zu viele Versuche in kurzer Zeit"


def sign_in(email: str, password: str = "", address: str = "192.0.2.1", client: Client | None = None) -> str:
    """The page that comes of it; without a password a wrong one is tried."""
    data = {"login": email, "password": password or "falsch"}
    answer = (client or Client()).post(reverse("account_login"), data, REMOTE_ADDR=address, follow=True)
    return str(answer.content.decode())


def assert_slowed(answer: Any) -> None:
    """The page that refuses: what it says, and when to come again."""
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(PAUSE))
    page = answer.content.decode()
    assert PAGE in page
    assert "Bitte warten Sie 5 Minuten" in page


def test_counters_lie_in_the_database_and_name_nobody() -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    sign_in("wer@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key || value FROM aqb_cache")
        stored = str(cursor.fetchall())
    assert stored != "[]"
    assert "wer@example" not in stored
    assert "192.0.2.1" not in stored


# ---- the login ----


def test_five_wrong_passwords_for_one_account_from_anywhere() -> None:
    user, other = make.user(Role.AUDITOR), make.user(Role.AUDITOR)
    pages = [sign_in(user.email, address=f"192.0.2.{number}") for number in range(7)]
    assert [LOGIN in page for page in pages] == [False] * 5 + [True] * 2
    assert LOGIN in sign_in(user.email.upper(), PASSWORD, "192.0.2.99")
    assert LOGIN not in sign_in(other.email, PASSWORD, "192.0.2.99")


def test_ten_wrong_passwords_from_one_address_for_any_account() -> None:
    pages = [sign_in(f"person-{number}@example.org") for number in range(11)]
    assert [LOGIN in page for page in pages] == [False] * 10 + [True]
    assert LOGIN not in sign_in(make.user(Role.AUDITOR).email, PASSWORD, "192.0.2.2")


def test_right_password_is_no_attempt_and_wipes_none_out() -> None:
    user = make.user(Role.AUDITOR)
    pages = []
    for _ in range(3):
        pages += [sign_in(user.email), sign_in(user.email), sign_in(user.email, PASSWORD)]
    assert [LOGIN in page for page in pages] == [False] * 7 + [True] * 2


def test_thirty_logins_a_minute_from_one_address() -> None:
    client = Client()
    data = {"login": "", "password": ""}
    answers = [client.post(reverse("account_login"), data, REMOTE_ADDR="192.0.2.1") for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {200}
    assert_slowed(answers[30])
    assert client.post(reverse("account_login"), data, REMOTE_ADDR="192.0.2.2").status_code == 200
    assert client.get(reverse("account_login"), REMOTE_ADDR="192.0.2.1").status_code == 200


def test_limit_counts_the_visitor_behind_our_own_server() -> None:
    def ask(forwarded: str) -> str:
        data, header = {"login": "wer@example.org", "password": "falsch"}, {"x-forwarded-for": forwarded}
        return str(Client().post(reverse("account_login"), data, headers=header).content.decode())

    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1, ACCOUNT_RATE_LIMITS={"login_failed": "3/5m/ip"}):
        pages = [ask(f"203.0.113.{number}, 192.0.2.7") for number in range(4)]
        assert [LOGIN in page for page in pages] == [False] * 3 + [True]
        assert LOGIN not in ask("203.0.113.1, 192.0.2.8")


# ---- the other doors ----


def test_letters_to_one_address_and_from_one_address() -> None:
    def ask(email: str, address: str = "192.0.2.1") -> Any:
        return Client().post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=address)

    user = make.user(Role.AUDITOR)
    for number in range(3):
        assert ask(user.email, f"192.0.2.{number}").status_code == 302
    assert_slowed(ask(user.email, "192.0.2.9"))
    assert len(mail.outbox) == 3
    for number in range(20):
        last = ask(f"person-{number}@example.org")
    assert_slowed(last)
    assert ask("noch-jemand@example.org", "192.0.2.50").status_code == 302


def test_links_to_new_passwords_that_are_guessed() -> None:
    client, url = Client(), reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "falsch-falsch"})
    answers = [client.post(url, {"password1": "x", "password2": "x"}) for _ in range(21)]
    assert 429 not in {answer.status_code for answer in answers[:20]}
    assert_slowed(answers[20])


def test_invitations_that_are_guessed() -> None:
    token = "k" * 43
    make.invitation(token)
    answers = [Client().get(reverse("invitation_accept", kwargs={"token": f"{n:043}"})) for n in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {404}
    assert_slowed(answers[20])
    assert Client().get(reverse("invitation_accept", kwargs={"token": token})).status_code == 200


def test_way_to_the_sign_on_service(service: Service) -> None:
    client = Client()
    answers = [client.post(reverse("sign_on")) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {302}
    assert_slowed(answers[30])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_reauthenticate", {"password": "falsch"}),
        ("mfa_reauthenticate", {"code": "000000"}),
        ("account_change_password", {"oldpassword": "falsch", "password1": "x", "password2": "x"}),
    ],
)
def test_guesses_of_whoever_found_an_open_session(client: Client, name: str, data: dict[str, str]) -> None:
    user = make.user(Role.AUDITOR)
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    answers = [client.post(reverse(name), data) for _ in range(11)]
    assert {answer.status_code for answer in answers[:10]} == {200}
    assert_slowed(answers[10])
    other = Client()
    other.force_login(make.user(Role.AUDITOR))
    assert other.get(reverse("home")).status_code == 200


def second_step(user: User, code: str, address: str) -> str:
    client = Client()
    assert "Code" in sign_in(user.email, PASSWORD, address, client)
    answer = client.post(reverse("mfa_authenticate"), {"code": code}, REMOTE_ADDR=address)
    return str(answer.content.decode())


def test_codes_of_the_app_and_recovery_codes_together() -> None:
    """Who knows the password tries codes: five times, in however many browsers, and the right one no more then."""
    user = make.user(Role.AUDITOR)
    TOTP.activate(user, generate_totp_secret())
    right = RecoveryCodes.activate(user).get_unused_codes()[0]
    guesses = ["000000", "111111", "00000000", "222222", "11111111"]
    pages = [second_step(user, guess, f"192.0.2.{number}") for number, guess in enumerate(guesses)]
    assert not [page for page in pages if "zu viele" in page]
    assert "zu viele" in second_step(user, right, "192.0.2.77")


def test_passkeys_from_one_address() -> None:
    client = Client()
    answers = [client.post(reverse("mfa_login_webauthn"), {"credential": "{}"}) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {302}
    assert_slowed(answers[30])


# ---- all processes together ----

WORKER = """
import django; django.setup()
from django.conf import settings
from django.test import Client, override_settings
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nobody has collected the files
with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
    for _ in range(3):
        Client(headers={"host": "testserver"}).post("/konto/login/", {"login": "wer@example.org", "password": "falsch"})
"""


@pytest.mark.django_db(transaction=True)
def test_attempts_in_another_process_count() -> None:
    variables = {
        "DATABASE_URL": database_of_this_test(),
        "DJANGO_SETTINGS_MODULE": "aqb.settings",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", WORKER], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    pages = [sign_in("wer@example.org") for _ in range(3)]
    assert [LOGIN in page for page in pages] == [False, False, True]


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_count() -> None:
    pages: list[str] = []

    def attempt(number: int) -> None:
        try:
            pages.append(sign_in("wer@example.org", address=f"192.0.2.{number}"))
        finally:
            connection.close()

    _at_once(attempt, 12)
    assert len(pages) == 12
    assert sum(WRONG in page for page in pages) <= 5
    assert sum(LOGIN in page for page in pages) >= 7


def _at_once(what: Callable[[int], None], times: int) -> None:
    threads = [Thread(target=what, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
