"""How people sign in: by e-mail and password with django-allauth. Second factor, SSO and invitations join here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest, HttpResponse

from aqb.access import Refused
from aqb.models import User


class Backend(AuthenticationBackend):
    """Reads the person together with the district: every page of a district names it."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("district").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by people who know the person. Refusals are German sentences."""

    error_messages: dict[str, Any] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides.",
        "too_many_login_attempts": (
            "Es gab zu viele vergebliche Versuche. Bitte warten Sie 5 Minuten oder setzen Sie das Passwort zurück."
        ),
        "enter_current_password": "Bitte geben Sie Ihr bisheriges Passwort an.",
        "incorrect_password": "Das ist nicht Ihr bisheriges Passwort.",
        "account_inactive": "Dieses Konto ist stillgelegt. Bitte wenden Sie sich an die Leitung Ihrer Stelle.",
        "same_as_current": "Das neue Passwort muss sich vom bisherigen unterscheiden.",
        "rate_limited": "Das waren zu viele Versuche in kurzer Zeit. Bitte warten Sie 5 Minuten.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        """There is no table of sites to name in front of a subject."""
        return f"AQB: {subject}"


def address_is_kept(request: HttpRequest) -> HttpResponse:
    """In place of allauth's page: who changes the address of an account decides who can sign in with it."""
    raise Refused(
        "Ihre E-Mail-Adresse ist Ihr Zugang. Ändern kann sie nur der Betrieb der Anwendung; bitte wenden Sie sich dorthin.",
        status=403,
    )
