"""A second factor that somebody has lost is taken away; who has to have one is a setting; mails tell what changed."""

import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from aqb import freshness
from aqb.access import Refused, Role
from aqb.accounts.factor import obligation, second_factor
from aqb.models import User
from tests import factories as make
from tests.aqb.factors import app, code, first_step, passkey
from tests.aqb.test_accounts import NEW
from tests.factories.who import PASSWORD

OWN = "Ihre eigenen Faktoren nimmt eine andere Person des Betriebs weg."


# ---- the operator takes it away ----


@pytest.mark.django_db
def test_operator_takes_away_what_somebody_has_lost(
    client: Client, settings: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.SECOND_FACTOR = frozenset({"auditor"})
    lost, operator = make.user(Role.AUDITOR, name="Jana Reinhardt"), make.operator()
    theirs = Client()
    first_step(theirs, lost)
    app(lost)
    passkey(lost)
    assert theirs.get("/").status_code == 200
    client.force_login(operator)
    person = reverse("admin:aqb_user_change", args=[lost.pk])
    page = client.get(person).content.decode()
    take = reverse("person_factors", args=[lost.pk])
    assert f'href="{take}"' in page
    assert "App mit Codes, 1 Passkey" in page
    asked = client.get(take).content.decode()
    assert "Dienst-Laptop" in asked
    assert second_factor.has(lost)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(take).headers["Location"] == person
    assert not Authenticator.objects.filter(user=lost).exists()
    [letter] = mail.outbox
    assert letter.to == [lost.email]
    assert letter.subject == "AQB: Ihr zweiter Faktor wurde weggenommen"
    assert theirs.get("/").headers["Location"].startswith("/konto/login/")
    theirs.force_login(lost)
    assert theirs.get("/").headers["Location"] == "/konto/zweiter-faktor/"
    assert f'href="{take}"' not in client.get(person).content.decode()
    assert "Es wurde nichts geändert" in client.post(take).content.decode()


@pytest.mark.django_db
def test_history_says_who_took_it_away(client: Client) -> None:
    lost, operator = make.user(Role.AUDITOR), make.operator()
    passkey(lost)
    client.force_login(operator)
    client.post(reverse("person_factors", args=[lost.pk]))
    events = apps.get_model("aqb.SecondFactorEvent").objects.filter(user_id=lost.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]
    assert events[1].pgh_context.metadata["user"] == operator.pk


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role])
def test_nobody_else_takes_away_anything(client: Client, role: Role) -> None:
    lost = make.user(Role.AUDITOR)
    passkey(lost)
    client.force_login(make.user(role))
    take = reverse("person_factors", args=[lost.pk])
    assert client.get(take).status_code == client.post(take).status_code == 403
    assert second_factor.has(lost)


@pytest.mark.django_db
def test_operator_keeps_to_others(client: Client) -> None:
    operator = make.operator()
    passkey(operator)
    client.force_login(operator)
    answer = client.post(reverse("person_factors", args=[operator.pk]))
    assert (answer.status_code, OWN in answer.content.decode()) == (403, True)
    assert second_factor.has(operator)


@pytest.mark.django_db
def test_taking_away_asks_for_a_fresh_login() -> None:
    lost = make.user(Role.AUDITOR)
    passkey(lost)
    with freshness.session(0), pytest.raises(freshness.LoginTooOld):
        second_factor.take_away(lost, make.operator())
    assert second_factor.has(lost)


@pytest.mark.django_db
def test_command_helps_the_only_operator() -> None:
    operator = make.operator(email="betrieb@example.org")
    passkey(operator)
    told = StringIO()
    call_command("take_second_factor", "Betrieb@example.org", stdout=told)
    assert not second_factor.has(operator)
    assert "hat jetzt keinen zweiten Faktor mehr" in told.getvalue()
    with pytest.raises(CommandError, match="hat keinen zweiten Faktor"):
        call_command("take_second_factor", "betrieb@example.org")
    with pytest.raises(CommandError, match="gibt es kein Konto"):
        call_command("take_second_factor", "niemand@example.org")


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_remove_the_last_two_leave_one(settings: Any) -> None:
    settings.SECOND_FACTOR = frozenset({"auditor"})
    user = make.user(Role.AUDITOR)
    keys = [passkey(user), passkey(user)]
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    start = threading.Barrier(2)

    def remove(client: Client, key: Authenticator) -> None:
        try:
            start.wait()
            client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
        finally:
            connection.close()

    windows = [threading.Thread(target=remove, args=pair) for pair in zip(clients, keys, strict=True)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert Authenticator.objects.filter(user=user).count() == 1


# ---- the setting ----


@pytest.mark.parametrize(
    ("written", "production", "obliged"),
    [
        (None, True, set(obligation.ROLES) - {"district"}),
        (None, False, set()),
        ("none", True, set()),
        ("all", False, set(obligation.ROLES)),
        ("ministry, operator", True, {"ministry", "operator"}),
    ],
)
def test_setting_names_the_obliged_roles(
    written: str | None, production: bool, obliged: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AQB_SECOND_FACTOR", raising=False)
    if written is not None:
        monkeypatch.setenv("AQB_SECOND_FACTOR", written)
    assert obligation.from_environment(production=production) == obliged


@pytest.mark.parametrize("written", ["minister", "all,ministry", "none,district"])
def test_mistake_in_the_setting_stops_the_start_with_a_sentence(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQB_SECOND_FACTOR", written)
    with pytest.raises(ImproperlyConfigured, match="möglich sind „all“, „none“ oder eine Liste aus ministry"):
        obligation.from_environment(production=True)


def test_every_role_has_its_name_in_the_setting() -> None:
    assert set(obligation.ROLES) == {role.value or obligation.OPERATOR for role in Role}


# ---- mails ----


def subjects() -> list[str]:
    found = [str(letter.subject) for letter in mail.outbox]
    mail.outbox.clear()
    return found


@pytest.mark.django_db
def test_person_hears_of_every_change_to_how_one_signs_in(
    client: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    user = make.user(Role.DISTRICT)
    client.force_login(user)
    with django_capture_on_commit_callbacks(execute=True):
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    letter = mail.outbox[0]
    assert letter.to == [user.email]
    assert "wurde eine App eingerichtet" in letter.body
    assert "wenden sich an den Betrieb" in letter.body
    assert subjects() == ["AQB: Eine App mit Codes wurde eingerichtet"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
        client.post(reverse("mfa_remove_webauthn", args=[passkey(user).pk]))
        client.post(reverse("mfa_deactivate_totp"))
    assert sorted(subjects()) == [
        "AQB: Die App mit Codes wurde entfernt", "AQB: Ein Passkey wurde entfernt", "AQB: Neue Wiederherstellungscodes",
    ]  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert subjects() == ["AQB: Ihr Passwort wurde geändert"]


@pytest.mark.django_db
def test_mail_that_cannot_be_sent_undoes_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", broken)
    user = make.user(Role.DISTRICT)
    app(user)
    client.force_login(user)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not second_factor.has(User.objects.get(pk=user.pk))


@pytest.mark.django_db
def test_factors_of_nobody_are_refused() -> None:
    with pytest.raises(Refused, match="hat keinen zweiten Faktor"):
        second_factor.remove(make.user(Role.AUDITOR))
