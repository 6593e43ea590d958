"""Pages of single sign-on: the way to the administration's service, and the way back."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from requests import RequestException

from aqb.accounts.session import sessions
from aqb.accounts.sign_on import oidc, single_sign_on


@login_not_required
@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """To the service. By POST only: otherwise any page of others could sign somebody in here."""
    _or_404()
    if answer := ratelimit.consume_or_429(request, action="login"):
        return answer
    try:
        return oidc.leave(request, get_next_redirect_url(request))
    except (OAuth2Error, RequestException) as error:
        oidc.log(error)
        return oidc.failed(request)


@login_not_required
@never_cache
@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the service, with a code that we exchange for what it knows about the person."""
    _or_404()
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(oidc.Talk(request, provider_id))(request)
    except (OAuth2Error, RequestException) as error:  # allauth catches what comes later, not the first question
        oidc.log(error)
        return oidc.failed(request)
    if renewed := oidc.renewed(request):
        # allauth looks there for the page that waits
        request.GET = QueryDict(urlencode({"next": renewed}))
        return resume_request(request) or answer
    if request.user.is_authenticated and (claims := oidc.claims_of(request)):
        request.session[sessions.SIGNED_IN] = single_sign_on.login_moment(claims)
    return answer


@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """Before a sensitive step: the button that leads to the service for a fresh login, and the other ways to one."""
    waits = get_next_redirect_url(request)
    asked = f"?{urlencode({'next': waits})}" if waits else ""
    ways = {
        way["id"]: {**way, "url": way["url"] + asked}
        for way in get_adapter().get_reauthentication_methods(request.user)
    }
    if ways.pop(single_sign_on.WAY, None) is None:
        raise Http404("not connected with a sign-on service")
    return render(request, "socialaccount/again.html", {"reauthentication_alternatives": list(ways.values())})


def _or_404() -> None:
    if single_sign_on.service() is None:
        raise Http404("no sign-on service")
