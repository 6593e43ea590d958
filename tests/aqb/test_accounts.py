"""Signing in and out, passwords, and the pages that say no."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from aqb.access import Role
from tests import factories as make
from tests.factories.who import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]
NEW = "Apfelwein-und-Handkäs-27"


def sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    answer = client.post(reverse("account_login"), {"login": email, "password": password}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.MINISTRY_LEAD, Role.GRANT_OFFICE, Role.AUDITOR])
def test_every_role_signs_in_by_mail_and_password(client: Client, role: Role) -> None:
    user = make.user(role)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("home")


def test_wrong_password_is_one_sentence_that_does_not_tell_whether_the_account_exists(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    sentence = "E-Mail-Adresse und Passwort passen nicht zusammen."
    assert sentence in sign_in(client, user.email, "falsch")
    assert sentence in sign_in(client, "niemand@beispiel.example", "falsch")


def test_too_many_attempts_are_locked_out_in_german(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    pages = [sign_in(client, user.email, "falsch") for _ in range(6)]
    assert "zu viele vergebliche Versuche" in pages[-1]
    assert "zu viele vergebliche Versuche" in sign_in(client, user.email)


def test_account_put_to_rest_does_not_sign_in(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    user.is_active = False
    user.save()
    sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client) -> None:
    data = {"email": "neu@beispiel.example", "password1": NEW, "password2": NEW}
    page = client.post(reverse("account_signup"), data).content.decode()
    assert "Zugänge richtet Ihre Stelle ein" in page
    assert "_auth_user_id" not in client.session


def test_sign_out_asks_first_and_happens_by_post_only(client: Client) -> None:
    client.force_login(make.user(Role.AUDITOR))
    assert "Gespeicherte Entwürfe bleiben erhalten" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_password_is_changed_with_the_old_one_only(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    client.force_login(user)
    url = reverse("account_change_password")
    wrong = client.post(url, {"oldpassword": "falsch", "password1": NEW, "password2": NEW}).content.decode()
    assert "Bitte geben Sie Ihr bisheriges Passwort an." in wrong
    client.post(url, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_two_different_new_passwords_are_refused_in_our_words(client: Client) -> None:
    client.force_login(make.user(Role.AUDITOR))
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW + "x"}
    page = client.post(reverse("account_change_password"), data).content.decode()
    assert "Die beiden neuen Passwörter stimmen nicht überein." in page


@pytest.mark.parametrize("weak", ["kurz", "123456789012"])
def test_weak_new_password_is_refused(client: Client, weak: str) -> None:
    user = make.user(Role.AUDITOR)
    client.force_login(user)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_forgotten_password_is_set_by_the_link_from_the_mail_once(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    client.post(reverse("account_reset_password"), {"email": user.email})
    [letter] = mail.outbox
    assert letter.subject == "AQB: Neues Passwort festlegen"
    link = re.search(r"https?://testserver(\S+)", str(letter.body))
    assert link, letter.body
    form = client.get(link[1], follow=True)
    assert "Neues Passwort festlegen" in form.content.decode()
    done = client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Ihr neues Passwort gilt ab jetzt" in done.content.decode()
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "Dieser Link gilt nicht mehr" in Client().get(link[1], follow=True).content.decode()


def test_unknown_address_gets_a_mail_and_the_page_does_not_tell(client: Client) -> None:
    page = client.post(reverse("account_reset_password"), {"email": "niemand@beispiel.example"}, follow=True)
    assert "Wenn es zu dieser Adresse einen Zugang gibt" in page.content.decode()
    [letter] = mail.outbox
    assert letter.subject == "AQB: Kein Zugang mit dieser Adresse"


def test_page_that_does_not_exist_says_so_in_german(client: Client) -> None:
    client.force_login(make.user(Role.AUDITOR))
    answer = client.get("/gibt-es-nicht/")
    assert answer.status_code == 404
    assert "Diese Seite gibt es hier nicht" in answer.content.decode()


def test_form_without_token_is_refused_in_german() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert "Dieses Formular ist abgelaufen" in answer.content.decode()
