"""What pages show about the session: its end, what was typed too late, why somebody signs in again, and devices in words."""

import re
from datetime import datetime

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aqb.accounts.session import sessions, typed

register = template.Library()

# What a browser says of itself -> its name; the first that fits, since most of them name each other.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
DEVICES = (
    ("iPhone", "auf einem iPhone"), ("iPad", "auf einem iPad"), ("Android", "auf einem Android-Gerät"),
    ("Windows", "unter Windows"), ("Mac OS X|Macintosh", "auf einem Mac"), ("CrOS", "auf einem Chromebook"),
    ("Linux", "unter Linux"),
)  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    """`Firefox unter Windows`; what does not say what it is stays unknown."""
    browser = next((name for pattern, name in BROWSERS if re.search(pattern, user_agent)), "")
    place = next((words for pattern, words in DEVICES if re.search(pattern, user_agent)), "")
    if not browser:
        return f"Unbekannter Browser {place}".strip() if place else "Unbekanntes Gerät"
    return f"{browser} {place}".strip()


@register.filter
def network(address: str) -> str:
    """The stored part of an address: `192.0.2.*`, `2001:db8:1:*`."""
    if address == "0.0.0.0":  # noqa: S104 - an address that is none
        return "nicht bekannt"
    return f"{address.removesuffix('::')}:*" if ":" in address else f"{address.rpartition('.')[0]}.*"


@register.simple_tag(takes_context=True)
def session_watch(context: template.Context) -> SafeString:
    """The dialog that warns before the session ends, for the signed-in person."""
    request: HttpRequest | None = context.get("request")
    if request is None or not hasattr(request, "session") or not request.user.is_authenticated:
        return SafeString()
    longest = sessions.longest(request.session)
    session = {
        "user": request.user.pk,
        "left": int(min(settings.SESSION_IDLE, longest)),
        "longest": int(longest),
        "warning": settings.SESSION_WARNING,
        **sessions.terms(),
    }
    return render_to_string("components/session.html", {"session": session}, request=request)


@register.simple_tag(takes_context=True)
def typed_note(context: template.Context) -> SafeString:
    """Above the page: what was typed before the session ended stands in the fields again."""
    request: HttpRequest | None = context.get("request")
    entry = typed.entry_of(request) if request is not None and hasattr(request, "session") else None
    if request is None or entry is None:
        return SafeString()
    if not entry["fields"]:  # a button without any field: to say it once is enough
        typed.drop(request, entry["page"])
    return render_to_string("components/typed.html", {"entry": entry, "again": bool(entry["fields"])}, request=request)


@register.simple_tag
def typed_text(action: str, name: str, otherwise: str) -> str:
    """What was typed into a field that is written without a form: sent to `action` under this name."""
    return typed.text_sent_to(action, name, otherwise)


@register.simple_tag(takes_context=True)
def session_ended(context: template.Context) -> SafeString:
    """On the way to the login: why one has to sign in again, and whether something is kept."""
    request: HttpRequest | None = context.get("request")
    if request is None or not hasattr(request, "session") or request.user.is_authenticated:
        return SafeString()
    why, kept = request.session.get(sessions.ENDED, ""), bool(request.session.get(typed.KEPT))
    begun = request.session.get(sessions.BEGUN)
    draft = {"title": begun["title"], "at": datetime.fromisoformat(begun["at"])} if begun else None
    if not (why or kept) or not typed.is_private(request.path):
        return SafeString()
    words = {"why": why, "typed": kept, "draft": draft, **sessions.terms()}
    return render_to_string("components/session_ended.html", words)


@register.simple_tag(takes_context=True)
def fresh_login(context: template.Context) -> SafeString:
    """On the pages of the fresh login: the way back from the step that waits."""
    request: HttpRequest = context["request"]
    page = request.session.get(STATE_SESSION_KEY, {}).get("state", {}).get("page", "")
    return render_to_string("components/fresh_login.html", {"back": page})
