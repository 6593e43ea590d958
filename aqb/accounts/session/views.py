"""The pages about one's own sessions: where one is signed in, how long still, and what was typed too late."""

from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from aqb.accounts.session import sessions, typed
from aqb.drafts.keeping import close_all
from aqb.pages import Question, ask

LOST = (
    "Wer dort gerade arbeitet, muss sich neu anmelden.",
    "Was auf anderen Geräten eingegeben und noch nicht gespeichert ist, kann verloren gehen.",
)


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    rows = sessions.living(request.user)
    words = {"sessions": rows, "here": request.session.session_key, **sessions.terms()}
    return render(request, "usersessions/usersession_list.html", words)


@require_http_methods(["GET", "POST"])
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of the person's own sessions after a question; the one of this browser, too."""
    row = get_object_or_404(UserSession, user=request.user, pk=pk)
    if row.session_key == request.session.session_key:
        return redirect("account_logout")
    if request.method == "GET":
        return ask(request, Question("Sitzung beenden?", LOST, "Sitzung beenden", reverse("usersessions_list")))
    row.end()
    messages.success(request, "Die Sitzung ist beendet.")
    return redirect("usersessions_list")


@require_http_methods(["GET", "POST"])
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here, after a question."""
    if request.method == "GET":
        words = "Alle anderen Sitzungen beenden"
        return ask(request, Question(f"{words}?", LOST, words, reverse("usersessions_list")))
    number = sessions.end_all(request.user, but=request.session.session_key)
    ended = "Eine andere Sitzung ist beendet." if number == 1 else f"{number} andere Sitzungen sind beendet."
    messages.success(request, ended if number else "Es gab keine andere Sitzung.")
    return redirect("usersessions_list")


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> HttpResponse:
    """For the page's script: who is signed in and for how many seconds. A POST is the person's wish to stay."""
    if not request.user.is_authenticated:
        return JsonResponse({"user": None, "left": 0, "longest": 0})
    left, longest = max(0.0, sessions.left(request.session)), max(0.0, sessions.longest(request.session))
    if request.method == "POST":
        left = min(settings.SESSION_IDLE, longest)
    state = {"user": request.user.pk, "left": left, "longest": longest, "token": get_token(request)}
    return JsonResponse(state)


@require_GET
def signed_in_again(request: HttpRequest) -> HttpResponse:
    """Where a login in a second tab ends: the first one goes on."""
    return render(request, "usersessions/signed_in_again.html")


@require_http_methods(["GET", "POST"])
def typed_discard(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed before the session ended, after a question."""
    page = (request.POST if request.method == "POST" else request.GET).get("page", "")
    back = page if page.startswith("/") and url_has_allowed_host_and_scheme(page, None) else reverse("home")
    if request.method == "GET":
        says = "Was vor dem Ende Ihrer Sitzung in den Feldern stand, ist danach verloren. Gespeichertes bleibt, wie es ist."
        button = "Eingaben verwerfen"
        return ask(
            request, Question("Wiederhergestellte Eingaben verwerfen?", (says,), button, back, (("page", page),))
        )
    typed.drop(request, page)
    close_all(request.user, urlsplit(page).path)  # the fields show one or the other: both are thrown away
    return HttpResponseRedirect(back)
