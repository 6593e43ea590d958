"""The second factor: who has to have one, who is led to setting it up, and when one is taken away.

What one is (app, passkey, recovery codes) and how it is checked is django-allauth's part.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from aqb import access
from aqb.access import Refused
from aqb.accounts.factor.obligation import OPERATOR
from aqb.accounts.session import sessions
from aqb.accounts.sign_on import single_sign_on
from aqb.models import SecondFactor, User

# Recovery codes stand in for a lost factor; they are none that somebody could choose to have.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LAST_ONE_STAYS = (
    "Für Ihre Rolle ist ein zweiter Faktor vorgeschrieben, und das ist Ihr letzter. "
    "Bitte richten Sie zuerst einen anderen ein."
)
FIRST_SET_UP = (
    "Für Ihre Rolle ist ein zweiter Faktor vorgeschrieben. Bitte richten Sie zuerst einen ein; "
    "was Sie eben abgeschickt haben, ist nicht gespeichert."
)
ONWARD = "second_factor_onward"  # key of the session: the page somebody wanted when they were led to setting one up
LATER = "aqb_zweiter_faktor"  # name of the cookie that remembers who does not want to be asked for some days
ASKED_AGAIN = timedelta(days=30)


def obliged(user: User) -> bool:
    """Whether the role has to have one (setting SECOND_FACTOR)."""
    return (user.role or OPERATOR) in settings.SECOND_FACTOR


def has(user: User) -> bool:
    """Whether the person has one. The signed-in person comes with the answer (accounts.adapter.Backend)."""
    known: bool | None = getattr(user, "has_second_factor", None)
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists() if known is None else known


def described(user: User) -> str:
    """What the person has: `App mit Codes, 2 Passkeys`."""
    types = list(Authenticator.objects.filter(user=user, type__in=FACTORS).values_list("type", flat=True))
    passkeys = types.count(Authenticator.Type.WEBAUTHN)
    words = ["App mit Codes"] if Authenticator.Type.TOTP in types else []
    if passkeys:
        words.append("1 Passkey" if passkeys == 1 else f"{passkeys} Passkeys")
    return ", ".join(words) or "keiner"


def missing(request: HttpRequest) -> bool:
    """Whether the person has to have one, but has none and did not sign in with one elsewhere."""
    user: Any = request.user
    if not user.is_authenticated or not obliged(user) or has(user):
        return False
    return not single_sign_on.counts_as_second_factor(request)


def offered(request: HttpRequest) -> bool:
    """Whether the overview suggests one: the person may do without, has none, and was not asked for some days."""
    user: Any = request.user
    return (
        not obliged(user)
        and user.has_usable_password()
        and request.COOKIES.get(LATER) != str(user.pk)
        and not has(user)
    )


def ask_later(user: User, response: HttpResponse) -> None:
    """Not suggested to this person in this browser for ASKED_AGAIN."""
    response.set_cookie(
        LATER, str(user.pk), max_age=ASKED_AGAIN, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def is_last_of_obliged(factor: Authenticator) -> bool:
    """Whether an obliged person would be left without any."""
    others = Authenticator.objects.filter(user=factor.user_id, type__in=FACTORS).exclude(pk=factor.pk)
    return factor.type in FACTORS and obliged(factor.user) and not others.exists()


def take_away(person: User, by: User) -> None:
    """What `remove` does, by the operator; never for the own account: whoever holds that session would be past it."""
    access.require(by, "user.keep")
    if person.pk == by.pk:
        raise Refused("Ihre eigenen Faktoren nimmt eine andere Person des Betriebs weg.", status=403)
    remove(person)


@transaction.atomic
def remove(person: User) -> None:
    """All factors and recovery codes of somebody who has lost them go; they are signed in nowhere and hear of it by mail.

    Raises Refused when there are none.
    """
    found, _ = SecondFactor.objects.filter(user=person).delete()
    if not found:
        raise Refused(f"{person} hat keinen zweiten Faktor. Es wurde nichts geändert.")
    sessions.end_all(person)
    get_adapter().send_notification_mail("mfa/email/taken_away", person)


class SecondFactorMiddleware:
    """Who has to have one and has none gets nowhere but to the pages of the own account, and what is public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or request.path.startswith(reverse("account")):
            return None
        if not missing(request):
            return None
        if request.method not in {"GET", "HEAD"}:
            return render(
                request, "refusal.html", {"reasons": [FIRST_SET_UP], "back": reverse("mfa_index")}, status=403
            )
        if request.headers.get("HX-Request"):  # a part of a page: the browser leaves the page as a whole
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        request.session[ONWARD] = request.get_full_path()
        return HttpResponseRedirect(reverse("mfa_index"))
