"""The pages of the own account: who I am here, and what I sign in with."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from aqb.access import SENTENCES, Refused, Role
from aqb.accounts.factor import second_factor
from aqb.accounts.factor.factors import passkeys_work_at
from aqb.models import SecondFactor, SingleSignOn, User

NO_NAME = (
    "Passkeys gehören zum Namen einer Adresse; unter einer Adresse aus Zahlen gibt es keine. "
    "Bitte öffnen Sie die Anwendung unter ihrem Namen (auf diesem Rechner: localhost statt 127.0.0.1)."
)


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who the person is here, with which role, and what they sign in with."""
    user: Any = request.user
    context = {
        "role": Role(user.role).label,
        "role_sentence": SENTENCES[Role(user.role)],
        "factors": SecondFactor.objects.filter(user=user, type__in=second_factor.FACTORS).order_by("type", "pk"),
        "obliged": second_factor.obliged(user),
        "sign_on": SingleSignOn.objects.filter(user=user).order_by("pk"),
    }
    return render(request, "account/account.html", context)


@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """What the person signs in with beside the password, and the ways to more."""
    user: Any = request.user
    found = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    codes_left = [
        app_settings.RECOVERY_CODE_COUNT - int(one.data.get("used_mask", 0)).bit_count()
        for one in found
        if one.type == Authenticator.Type.RECOVERY_CODES
    ]
    context = {
        "app": next((one for one in found if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        "has_codes": bool(codes_left),
        "codes_left": sum(codes_left),
        "codes_in_all": app_settings.RECOVERY_CODE_COUNT,
        "missing": second_factor.missing(request),
        "obliged": second_factor.obliged(user),
        "passkeys_work": passkeys_work_at(request),
    }
    return render(request, "mfa/index.html", context)


@require_POST
def ask_later(request: HttpRequest) -> HttpResponse:
    """The overview does not suggest a second factor for a while."""
    answer = redirect("home")
    second_factor.ask_later(_person(request), answer)
    return answer


def _person(request: HttpRequest) -> User:
    """The signed-in person; the views here are never reached by anybody else."""
    user: Any = request.user
    return user


# ---- allauth's views, where they do not ask what we ask ----


def one_at_a_time(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Two windows that remove two factors at once wait for each other: the second one sees that it is the last."""

    @wraps(view)
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            User.objects.select_for_update(of=("self",)).get(pk=_person(request).pk)
            return view(request, *args, **kwargs)

    return waiting


app_remove = one_at_a_time(totp.deactivate_totp)


class NewPasskey(webauthn.AddWebAuthnView):
    """Asks the device for a passkey that it finds by itself, so that it serves for signing in, too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not passkeys_work_at(request):
            raise Refused(NO_NAME)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if "form" in kwargs:  # the refused form with what is wrong, not checked a second time
            context["form"] = kwargs["form"]
        return {**context, "js_data": {"creation_options": auth.begin_registration(_person(self.request), True)}}

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():  # the passkey and the recovery codes that come with the first one
            return super().form_valid(form)


class PasskeyRemoval(webauthn.RemoveWebAuthnView):
    """Keeps the last factor of an obliged person, which allauth asks about for the app only."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_last": second_factor.is_last_of_obliged(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        if second_factor.is_last_of_obliged(self.get_object()):
            raise Refused(second_factor.LAST_ONE_STAYS)
        return super().form_valid(form)


passkey_remove = one_at_a_time(PasskeyRemoval.as_view())


class PasskeyLogin(webauthn.LoginWebAuthnView):
    """A passkey that does not fit leads back to the login, and the page that was wanted is not forgotten."""

    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)
        return HttpResponseRedirect(
            passthrough_next_redirect_url(self.request, reverse("account_login"), REDIRECT_FIELD_NAME)
        )


class PasskeyAgain(webauthn.ReauthenticateWebAuthnView):
    """A passkey that does not fit is told on this page instead of leading to the overview."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **kwargs}


@method_decorator(require_safe, name="dispatch")
class RecoveryCodes(codes.ViewRecoveryCodesView):
    """Shows the codes once, and leads on to where the person wanted to go before a factor was asked for."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = self.request.session.pop(second_factor.ONWARD, reverse("mfa_index"))
        return {**super().get_context_data(**kwargs), "onward": onward}
