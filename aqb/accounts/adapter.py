"""How people sign in: by e-mail and password with django-allauth. Second factor, SSO and invitations join here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse

from aqb import clock, freshness, notices
from aqb.access import Refused
from aqb.accounts.factor.second_factor import FACTORS
from aqb.accounts.sign_on import single_sign_on
from aqb.models import User

WAYS = {
    "reauthenticate": "Passwort eingeben",
    "mfa_reauthenticate": "Code eingeben",
    "mfa_reauthenticate:webauthn": "Passkey verwenden",
}


class Backend(AuthenticationBackend):
    """Reads the person together with what nearly every page asks: the district, whether there is a second factor, and how
    many notices are unread."""

    def get_user(self, user_id: Any) -> User | None:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        people = User.objects.select_related("district").annotate(
            has_second_factor=Exists(factors), unread_notices=notices.number_unread()
        )
        user = people.filter(pk=user_id).first()
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

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A login of the last minutes is enough for changes to the own account, as for every sensitive step."""
        try:
            freshness.demand()
        except freshness.LoginTooOld:
            return True
        return False

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Who changes how an account is entered makes its person hear of it. Nothing is undone where the mail fails."""
        address = email or user.email
        told = {"user": user, "at": clock.now(), **(context or {})}
        transaction.on_commit(lambda: self.render_mail(template_prefix, address, told).send(), robust=True)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's ways to prove who sits there, in our words, and the sign-on service."""
        ways = super().get_reauthentication_methods(user)
        named = [{**way, "description": WAYS.get(way["id"], way["description"])} for way in ways]
        return [*named, *single_sign_on.fresh_login_ways(user)] if user.is_authenticated else named


def address_is_kept(request: HttpRequest) -> HttpResponse:
    """In place of allauth's page: who changes the address of an account decides who can sign in with it."""
    raise Refused(
        "Ihre E-Mail-Adresse ist Ihr Zugang. Ändern kann sie nur der Betrieb der Anwendung; bitte wenden Sie sich dorthin.",
        status=403,
    )


def password_is_elsewhere(request: HttpRequest) -> HttpResponse:
    """In place of allauth's page: who comes in by the sign-on service gets no password past it."""
    raise Refused(
        "Ihr Passwort gehört zum Anmeldedienst Ihrer Verwaltung; hier gibt es keines, das sich festlegen ließe.",
        status=403,
    )


def no_such_page(request: HttpRequest, key: str = "") -> HttpResponse:
    """In place of allauth's pages about confirming an address: nobody here ever has to."""
    raise Http404
