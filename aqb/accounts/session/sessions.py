"""How long somebody stays signed in, and the fresh login that sensitive steps ask for.

A session ends after some time without a request of the person (SESSION_IDLE) and SESSION_LONGEST after the last login.
What is sent after the end is kept (`typed`), and a step that asks for a fresh login goes on by itself afterwards.
"""

import ipaddress
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import stash_and_reauthenticate
from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from aqb import drafts, freshness
from aqb.accounts.session import typed

# keys in the session
SIGNED_IN, SEEN, ENDED, BEGUN, GO_ON = "signed_in_at", "seen_at", "session_ended", "begun", "go_on"
AT_ONCE = 60  # seconds within which the browser follows the way back to a step
BACKGROUND = "X-AQB-Background"  # header of requests that a page makes by itself


def left(session: Any) -> float:
    """Seconds until the session ends if nobody does anything; not above zero: it is over."""
    now = time.time()
    return min(settings.SESSION_IDLE + grain() - (now - session.get(SEEN, now)), longest(session))


def longest(session: Any) -> float:
    """Seconds until the session ends whatever the person does."""
    now = time.time()
    return settings.SESSION_LONGEST - (now - session.get(SIGNED_IN, now))


def grain() -> float:
    """Seconds between two notes of when somebody was seen; a session lasts that much longer, never shorter."""
    return min(60.0, settings.SESSION_IDLE / 10)


def terms() -> dict[str, int]:
    """How long a session lasts, as pages say it: minutes without a request, hours after the login."""
    return {"minutes": settings.SESSION_IDLE // 60, "hours": settings.SESSION_LONGEST // 3600}


class SessionMiddleware:
    """Ends sessions, keeps what comes too late, and leads to a fresh login where a step asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        acting: Any = nullcontext()
        if request.user.is_authenticated:
            if left(request.session) <= 0:
                end(request)
            else:
                _note(request)
                _take_up(request)
                acting = freshness.session(request.session.get(SIGNED_IN, 0.0))
        with acting, typed.shown(request):
            response = self.get_response(request)
        if typed.is_of_an_older_login(request, response):
            response = _keep_and_lead(request, typed.owner_of(request))
        return typed.settled(request, response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """A form that comes after the end is kept; a part of a page that asks then leads the whole page to the login."""
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.method == "POST":
            return _keep_and_lead(request, getattr(request, "ended_for", None) or typed.owner_of(request))
        return _redirect(request, _login(typed.page_of(request))) if _is_part(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _ask_again(request) if isinstance(exception, freshness.LoginTooOld) else None


def end(request: HttpRequest) -> None:
    """Sign the person out, but let what is kept for them and why it ended stand in the session that follows."""
    request.ended_for = request.user.pk  # type: ignore[attr-defined]
    why = "longest" if longest(request.session) <= 0 else "idle"
    kept = request.session.get(typed.KEPT)
    draft = drafts.newest(request.user, datetime.fromtimestamp(request.session.get(SIGNED_IN, time.time()), tz=UTC))
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    request.session[ENDED] = why
    if kept:
        request.session[typed.KEPT] = kept
    if draft:
        request.session[BEGUN] = {"title": draft.title, "at": draft.saved_at.isoformat()}


def _note(request: HttpRequest) -> None:
    """Note that the person was seen; not for what a page asks by itself."""
    by_itself = BACKGROUND in request.headers or (request.method == "GET" and request.path == reverse("session_state"))
    now = time.time()
    if by_itself or now - request.session.get(SEEN, 0) < grain():
        return
    request.session[SEEN] = now
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


# ---- what comes after the end ----


def _keep_and_lead(request: HttpRequest, owner: int | None) -> HttpResponse:
    """Keep what was sent, and lead to where it will stand in the fields again: by the login, or at once."""
    page = typed.page_of(request)
    if owner is not None:
        typed.keep(request, owner, page)
    return _redirect(request, page if request.user.is_authenticated else _login(page))


def _login(page: str) -> str:
    return redirect_to_login(page).url


def _is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def _redirect(request: HttpRequest, url: str) -> HttpResponse:
    if _is_part(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


# ---- the fresh login ----


def _ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the fresh login. What was sent waits in the session, or in the fields where it cannot wait."""
    request.undone = True  # type: ignore[attr-defined]
    page = typed.page_of(request)
    posted = request.method == "POST"
    if not get_adapter().get_reauthentication_methods(request.user):  # whoever only knows the sign-on service
        if posted:
            typed.keep(request, request.user.pk or 0, page)
        end(request)
        request.session[ENDED] = "old"
        return _redirect(request, _login(page))
    if posted and typed.may_wait(request):
        waiting = {
            "user": request.user.pk, "at": time.time(), "path": request.get_full_path(), "page": page,
            "posted": request.POST.urlencode(),
        }  # fmt: skip
        stash_and_reauthenticate(request, waiting, f"{__name__}.go_on")
    elif posted:
        typed.keep(request, request.user.pk or 0, page)
    back = page if posted else request.get_full_path()
    return _redirect(request, f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: back})}")


def go_on(request: HttpRequest, waiting: dict[str, Any]) -> HttpResponse:
    """After the fresh login: lead to the step that waits; `_take_up` hands it what was sent. Called by allauth."""
    if waiting["user"] == request.user.pk and time.time() - waiting["at"] < settings.SESSION_IDLE:
        request.session[GO_ON] = {**waiting, "at": time.time()}
        return HttpResponseRedirect(waiting["path"])
    return HttpResponseRedirect(waiting["page"])


def _take_up(request: HttpRequest) -> None:
    """Let the request be the one that waited for the login: the same address, person and form, at once and once.

    Its token was checked when it came first; the way back from the login has none.
    """
    waiting = request.session.get(GO_ON)
    if waiting is None or request.method != "GET" or request.get_full_path() != waiting["path"]:
        return
    del request.session[GO_ON]
    if waiting["user"] != request.user.pk or time.time() - waiting["at"] > AT_ONCE:
        return
    request.method = request.META["REQUEST_METHOD"] = "POST"
    request.META["HTTP_REFERER"] = request.build_absolute_uri(waiting["page"])
    request.POST = QueryDict(waiting["posted"])
    request._files = MultiValueDict()  # type: ignore[attr-defined]  # else Django reads the empty body once more
    request.csrf_processing_done = True  # type: ignore[attr-defined]


# ---- what signing in and out means for sessions ----


def living(user: Any) -> Any:
    """The person's sessions that go on, the last used first."""
    stored = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    since = timezone.now() - timedelta(seconds=settings.SESSION_IDLE + grain())
    rows = UserSession.objects.filter(user=user, session_key__in=stored, last_seen_at__gt=since)
    return rows.order_by("-last_seen_at", "-pk")


def end_all(user: Any, but: str | None = None) -> int:
    """End the person's sessions at once, all or all but one; the number of those that were still going on."""
    living_ones = living(user).exclude(session_key=but).count()
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    rows.delete()
    return int(living_ones)


def forget_ended() -> int:
    """Delete the entries of sessions that are not stored any more, for the daily job; their number."""
    return int(UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0])


def _signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    request.session[SIGNED_IN] = request.session[SEEN] = time.time()
    request.session.pop(ENDED, None)
    request.session.pop(BEGUN, None)
    typed.drop_of_others(request, user.pk)


def _signed_in_again(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if kwargs.get("reauthenticated"):
        request.session[SIGNED_IN] = request.session[SEEN] = time.time()


def _password_changed(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Whoever changes the password perhaps fears that somebody else knows it."""
    end_all(user, but=request.session.session_key if request.user.is_authenticated else None)


def _account_closed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A closed account is signed in nowhere, not even when it is opened again."""
    if not instance.is_active:
        end_all(instance)


def _shorten_address(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """Of the address in the network only what tells a place from another is stored: three of four parts, or /48."""
    instance.ip = shortened(instance.ip)


def shortened(address: str | None) -> str:
    """`192.0.2.0` for `192.0.2.17`, `2001:db8:1::` for `2001:db8:1:2::3`; `0.0.0.0` where none is known."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - an address that is none
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False).network_address)


for _signal in (password_changed, password_set, password_reset):
    _signal.connect(_password_changed, dispatch_uid="aqb.password_changed")
post_save.connect(_account_closed, sender=settings.AUTH_USER_MODEL, dispatch_uid="aqb.account_closed")
pre_save.connect(_shorten_address, sender=UserSession, dispatch_uid="aqb.shorten_address")
user_logged_in.connect(_signed_in, dispatch_uid="aqb.signed_in")
authentication_step_completed.connect(_signed_in_again, dispatch_uid="aqb.signed_in_again")
