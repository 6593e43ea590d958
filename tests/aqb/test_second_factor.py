"""The second factor: signing in with it, where its secrets lie, and what a person does with the own ones."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from aqb import clock
from aqb.access import Role
from aqb.accounts.factor import second_factor
from aqb.models import User
from tests import factories as make
from tests.aqb.factors import app, code, first_step, passkey, recovery_codes, second_step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]


@pytest.fixture
def everybody_obliged(settings: Any) -> None:
    settings.SECOND_FACTOR = frozenset(role.value or "operator" for role in Role)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# ---- signing in ----


def test_password_alone_is_not_enough_where_there_is_a_second_factor(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    secret = app(user)
    answer = first_step(client, user, "/vereinbarungen/")
    assert answer.headers["Location"] == "/konto/zweiter-faktor/authenticate/"
    assert not signed_in(client)
    page = client.get(answer.headers["Location"]).content.decode()
    assert user.email in page
    assert "Code aus Ihrer App" in page
    answer = second_step(client, code(secret))
    assert answer.headers["Location"] == "/vereinbarungen/"
    assert signed_in(client)


def test_wrong_code_is_one_sentence_and_lets_nobody_in(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    secret = app(user)
    first_step(client, user)
    wrong = f"{(int(code(secret)) + 500_000) % 1_000_000:06}"
    assert "Dieser Code stimmt nicht oder wurde schon benutzt." in second_step(client, wrong).content.decode()
    assert not signed_in(client)


def test_code_of_the_app_counts_once_and_not_again_while_a_slow_clock_would_let_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.user(Role.AUDITOR)
    secret = app(user)
    used = code(secret)
    first_step(client, user)
    second_step(client, used)
    assert signed_in(client)
    second = Client()
    now = time.time()
    for later in (0, 31):  # allauth forgets a used code after 30 seconds; a clock half a minute slow still accepts it
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda later=later: now + later)
        cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={used}")
        first_step(second, user)
        assert "wurde schon benutzt" in second_step(second, used).content.decode()
        assert not signed_in(second)


def test_recovery_code_counts_once(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    first, *_ = recovery_codes(user)
    first_step(client, user)
    second_step(client, f"{first[:4]} {first[4:]}")  # as it is printed
    assert signed_in(client)
    assert first not in recovery_codes(user)
    second = Client()
    first_step(second, user)
    assert "wurde schon benutzt" in second_step(second, first).content.decode()
    assert not signed_in(second)


def test_second_step_without_the_first_leads_to_the_login(client: Client) -> None:
    assert client.get(reverse("mfa_authenticate")).headers["Location"] == "/konto/login/"


def test_account_closed_between_the_two_steps_gets_nowhere(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    secret = app(user)
    first_step(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    second_step(client, code(secret))
    assert client.get("/").headers["Location"].startswith("/konto/login/")


def test_second_step_can_be_left_for_another_address(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    first_step(client, user)
    left = client.post(reverse("account_logout"), {"next": reverse("account_login")})
    assert left.headers["Location"] == "/konto/login/"
    assert "Angemeldet wird" not in client.get("/konto/login/", follow=True).content.decode()


# ---- secrets ----


def test_secrets_lie_encrypted_in_the_table() -> None:
    user = make.user(Role.AUDITOR)
    secret = app(user)
    codes = recovery_codes(user)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [one for one in codes if one in kept]


def test_former_key_still_reads_them_and_a_lost_one_is_said(client: Client, settings: Any) -> None:
    user = make.user(Role.AUDITOR)
    secret = app(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]
    first_step(client, user)
    second_step(client, code(secret))
    assert signed_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    lost = Client()
    first_step(lost, user)
    answer = second_step(lost, code(secret, 1))
    assert answer.status_code == 409
    assert "weil der Schlüssel der Anwendung ausgetauscht wurde" in answer.content.decode()


# ---- taking one away from oneself ----


def test_last_factor_of_an_obliged_person_stays(client: Client, everybody_obliged: None) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    client.force_login(user)
    remove = reverse("mfa_deactivate_totp")
    assert escape(second_factor.LAST_ONE_STAYS) in client.get(remove).content.decode()
    client.post(remove)
    assert second_factor.has(user)
    key = passkey(user)
    client.post(remove)  # the passkey is there now
    assert [one.type for one in Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)] == ["webauthn"]
    remove = reverse("mfa_remove_webauthn", args=[key.pk])
    assert "Das ist Ihr letzter zweiter Faktor" in client.get(remove).content.decode()
    assert second_factor.LAST_ONE_STAYS in client.post(remove).content.decode()
    assert second_factor.has(user)


def test_who_is_not_obliged_removes_all_and_the_codes_go_with_them(client: Client) -> None:
    user = make.user(Role.DISTRICT)
    app(user)
    client.force_login(user)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user).exists()


def test_factor_of_somebody_else_looks_like_none(client: Client) -> None:
    key = passkey(make.user(Role.DISTRICT))
    client.force_login(make.user(Role.AUDITOR))
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(name, args=[key.pk])).status_code == 404
        assert client.post(reverse(name, args=[key.pk]), {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_changes_ask_for_a_login_of_the_last_minutes(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    client.force_login(user)
    key = passkey(user)
    session = client.session
    session["signed_in_at"] = time.time() - 16 * 60
    session.save()
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        answer = client.get(reverse(name), headers={"host": "localhost"})
        assert answer.headers["Location"].startswith("/konto/reauthenticate/?next="), name
    answer = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert answer.headers["Location"].startswith("/konto/reauthenticate/?next=")
    assert Authenticator.objects.filter(pk=key.pk).exists()


# ---- recovery codes ----


def test_recovery_codes_are_shown_once_and_can_be_kept_as_a_file(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    client.force_login(user)
    codes = recovery_codes(user)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert all(f"<li>{one[:4]} {one[4:]}</li>" in page for one in codes)
    file = page.split('href="data:text/plain;charset=utf-8,')[1].split('"')[0]
    assert all(f"{one[:4]}%20{one[4:]}" in file for one in codes)
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not [one for one in codes if one[:4] in again and one[4:] in again]
    assert "nicht mehr abrufbar" in again
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403


def test_new_recovery_codes_replace_the_former_ones(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    before = recovery_codes(user)
    client.force_login(user)
    client.post(reverse("mfa_generate_recovery_codes"))
    assert not set(before) & set(recovery_codes(user))


def test_own_account_says_who_and_what_one_signs_in_with(client: Client) -> None:
    lead = make.user(Role.MINISTRY_LEAD, name="Dr. Anke Vorbild")
    user = make.user(Role.MINISTRY, name="Jana Reinhardt", office="Referat IV 3", phone="0611 000")
    today = clock.today()
    make.deputy(lead, user, valid_from=today, valid_to=today)
    app(user)
    passkey(user, "Schlüsselbund")
    client.force_login(user)
    page = client.get(reverse("account")).content.decode()
    for words in ("Referat IV 3", "0611 000", user.email, "App mit Codes", "Schlüsselbund", "Dr. Anke Vorbild"):
        assert words in page, words


@pytest.mark.parametrize("number", [2, 50])
def test_pages_ask_as_little_with_many_passkeys(
    client: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    user = make.user(Role.AUDITOR)
    app(user)
    for _ in range(number):
        passkey(user)
    client.force_login(user)
    client.get("/")
    for name in ("account", "mfa_index"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name)).status_code == 200
