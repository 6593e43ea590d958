"""Light or dark: as the device says, or as a person has chosen. The choice is a cookie, so it needs no account and no script."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from aqb.forms import Form
from aqb.pages import posted

COOKIE = "aqb_theme"
KEPT = 365 * 24 * 60 * 60  # seconds
THEMES = {"": "wie das Gerät", "light": "hell", "dark": "dunkel"}  # KERN's names


class AppearanceForm(Form):
    """One of three looks, and where somebody comes from."""

    theme = forms.ChoiceField(
        label="Farben", choices=[*THEMES.items()], widget=forms.RadioSelect, required=False,
        help_text="„Wie das Gerät“ folgt der Einstellung Ihres Betriebssystems oder Browsers.",
    )  # fmt: skip
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    says_optional = False  # one of the three is always chosen


def chosen(request: HttpRequest) -> str:
    """`light` or `dark`; empty where the device decides."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Choose the colours of all pages in this browser."""
    initial = {"theme": chosen(request), "back": request.headers.get("Referer", "")}
    form = AppearanceForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        answer = redirect(_back(request, form.cleaned_data["back"]))
        _keep(answer, form.cleaned_data["theme"])
        if request.user.is_authenticated:  # a visitor gets no session for it
            messages.success(request, f"Die Seiten erscheinen jetzt {THEMES[form.cleaned_data['theme']]}.")
        return answer
    return render(request, "public/appearance.html", {"form": form})


def _keep(answer: Any, theme: str) -> None:
    if theme:
        answer.set_cookie(
            COOKIE, theme, max_age=KEPT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")


def _back(request: HttpRequest, came: str) -> str:
    """The page somebody comes from, if it is one of ours and not this one."""
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return came if ours and reverse("appearance") not in came else reverse("home")
