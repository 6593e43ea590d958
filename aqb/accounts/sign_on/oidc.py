"""How the application speaks with the sign-on service: django-allauth's OpenID Connect, narrowed to one way.

One service, named by the settings; the code flow with PKCE and a nonce; the signature of what it says is always checked;
addresses that it names must be its own.
"""

import logging
import secrets
import time
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from requests import RequestException

from aqb.accounts.sign_on import single_sign_on
from aqb.accounts.sign_on.single_sign_on import Claims, NotAdmitted
from aqb.headers import origin

logger = logging.getLogger(__name__)

PROVIDER = "anmeldedienst"  # the name of the service in our own table, whichever it is
AGAIN = "again"  # besides allauth's processes: somebody who is signed in proves once more who they are
LONGEST = 12 * 60 * 60  # seconds that a login at the service may be old; asking also makes it say how old it is
TOLERANCE = 60  # seconds by which its clock may differ from ours
DESCRIBED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class Fault(OAuth2Error):
    """The service does not do what it should; the text is a German sentence without personal data."""


def describe() -> dict[str, Any]:
    """What the service says about itself, checked. Raises Fault."""
    service = single_sign_on.the_service()
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(f"{service.server}/.well-known/openid-configuration")
            answer.raise_for_status()
            found: Any = answer.json()
    except RequestException as error:
        raise Fault("Der Anmeldedienst antwortet nicht.") from error
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in DESCRIBED):
        raise Fault("Der Anmeldedienst beschreibt sich nicht vollständig.")
    if found["issuer"].rstrip("/") != service.server:
        raise Fault("Der Anmeldedienst nennt sich anders als AQB_OIDC_SERVER.")
    if origin(found["authorization_endpoint"]) != service.origin:
        raise Fault("Der Anmeldedienst schickt zur Anmeldung an einen fremden Ort.")
    return found


class Talk(OpenIDConnectOAuth2Adapter):
    """The requests to the service during one login."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = describe()
        return self._openid_config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """The login with what the service says in `claims`; our own table keeps nothing of it but who it is."""
        self.did_fetch_access_token = False  # allauth would trust the connection; the signature is checked all the same
        try:
            login = super().complete_login(request, app, token, **kwargs)
        except (KeyError, TypeError, ValueError) as error:
            raise Fault("Der Anmeldedienst antwortet anders als vereinbart.") from error
        said = login.account.extra_data
        about, proved = said.get("userinfo") or {}, said.get("id_token")
        if not proved or about.get("sub", proved["sub"]) != proved["sub"]:
            raise Fault("Der Anmeldedienst spricht von zwei verschiedenen Personen oder von keiner.")
        login.claims = {**about, **proved}
        login.account.extra_data = {}
        return login


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Talk


class Adapter(DefaultSocialAccountAdapter):
    """Where allauth asks us: which service there is, who comes in, and what to show when nobody does."""

    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Only the service of the settings: a row in a table makes none."""
        service = settings.SIGN_ON
        if service is None or provider not in (None, PROVIDER, Provider.id):
            return []
        options = {"server_url": service.server, "oauth_pkce_enabled": True}
        app = SocialApp(provider=Provider.id, provider_id=PROVIDER, name=service.name, settings=options)
        app.client_id, app.secret = service.client_id, service.secret
        return [app]

    def get_provider(self, request: Any, provider: Any, client_id: Any = None) -> Provider:
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Accounts come from `single_sign_on.admit` alone, never from allauth's form."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The service has said who it is; here is decided whether that person comes in. Raises Fault."""
        state, claims = sociallogin.state, sociallogin.claims
        if claims.get("nonce") != state["data"]["nonce"]:
            raise Fault("Die Antwort des Anmeldedienstes gehört nicht zu dieser Anmeldung.")
        try:
            if state["process"] == AGAIN:
                _renew(request, sociallogin)
            else:
                _come_in(request, sociallogin)
        except NotAdmitted as refused:
            single_sign_on.note(refused)
            raise ImmediateHttpResponse(_refusal(request, refused)) from refused

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Nobody came in: the person has turned back, or something is wrong."""
        if error == AuthError.CANCELLED:
            messages.info(request, f"Die Anmeldung mit {single_sign_on.the_service().name} wurde abgebrochen.")
            raise ImmediateHttpResponse(redirect("account_login"))
        log(exception)
        raise ImmediateHttpResponse(failed(request, late=exception is None))


def leave(request: HttpRequest, next_url: str | None) -> HttpResponse:
    """Send the person to the service: to sign in, or to do so once more. Raises Fault."""
    again = request.user.is_authenticated
    data = {"nonce": secrets.token_urlsafe(24), "at": time.time()}
    asked = {
        "nonce": data["nonce"],
        "max_age": "0" if again else str(LONGEST),
        **({"prompt": "login"} if again else {}),
    }
    provider = get_adapter(request).get_provider(request, PROVIDER)
    process = AGAIN if again else AuthProcess.LOGIN
    answer: HttpResponse = provider.redirect(request, process, next_url=next_url, data=data, auth_params=asked)
    return answer


def log(error: Exception | None) -> None:
    """Of what others say, only the kind is logged: it may name a person."""
    logger.warning(
        "Login by the sign-on service failed: %s", error if isinstance(error, Fault) else type(error).__name__
    )


def failed(request: HttpRequest, *, late: bool = False) -> HttpResponse:
    """The page of a login that came to nothing; `late`: the answer belongs to no login that is still going on."""
    return render(request, "socialaccount/authentication_error.html", {"late": late}, status=400 if late else 502)


def _come_in(request: HttpRequest, sociallogin: Any) -> None:
    user = single_sign_on.admit(sociallogin.account, sociallogin.claims)
    if request.user.is_authenticated:  # signed in by another window meanwhile: one session has one person
        account_adapter(request).logout(request)
    sociallogin.user = user
    single_sign_on.remember(request, user, sociallogin.claims)
    request.sign_on_claims = sociallogin.claims  # type: ignore[attr-defined]


def _renew(request: HttpRequest, sociallogin: Any) -> None:
    """The same person has signed in at the service once more, just now."""
    claims: Claims = sociallogin.claims
    if not request.user.is_authenticated or sociallogin.account.user_id != request.user.pk:
        raise NotAdmitted("person", request.user if request.user.is_authenticated else None)
    at = claims.get("auth_time")
    if not isinstance(at, int) or at < sociallogin.state["data"]["at"] - TOLERANCE:
        raise NotAdmitted("stale", request.user)
    record_authentication(request, request.user, "socialaccount", reauthenticated=True, provider=PROVIDER)
    request.sign_on_renewed = sociallogin.state.get("next") or "/"  # type: ignore[attr-defined]
    raise ImmediateHttpResponse(redirect(request.sign_on_renewed))  # type: ignore[attr-defined]


def claims_of(request: HttpRequest) -> Claims | None:
    """What the service has said about the person who comes in with this request."""
    return getattr(request, "sign_on_claims", None)


def renewed(request: HttpRequest) -> str:
    """The page that a login once more was asked for, when it has just succeeded."""
    return getattr(request, "sign_on_renewed", "")


def _refusal(request: HttpRequest, refused: NotAdmitted) -> HttpResponse:
    if refused.kind == "closed":
        return redirect("account_inactive")
    context = {"sentence": refused.sentence, "service": single_sign_on.the_service().name}
    return render(request, "socialaccount/refused.html", context, status=403)
