"""Nothing twice: a form that is sent a second time gets the answer of the first, and nothing happens again.

    @once
    def provider_create(request): ...

Every form carries a token of its own beside the one against forged forms (the tag `csrf_token`, see
`aqb.templatetags.aqb`). The first request with a token writes it down in the transaction of its work; a second one waits
for that row and is led to where the first one led. What the view answers with a page instead of a redirect (an error, a
refusal, a conflict) has changed nothing: it is rolled back, and the token still counts.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from aqb import clock, conflicts
from aqb.access import Refused
from aqb.accounts.session import typed
from aqb.conflicts.start import ONCE
from aqb.models import SentForm
from aqb.screens import NBSP

FIELD = ONCE  # name of the hidden input
KEPT = timedelta(days=1)
CHANGED_SINCE = (
    "Was Sie danach auf der alten Seite geändert haben, ist nicht gespeichert, aber aufgehoben: Es steht im Formular, wenn "
    "Sie es wieder öffnen."
)
View = Callable[..., HttpResponseBase]


def new_token() -> str:
    """For one form on one page; not a secret, only never the same."""
    return secrets.token_urlsafe(12)


def once(view: View) -> View:
    """Decorator of a view: a POST is one transaction, and the same form does its work once.

    Forms inside it compare what they started from (`aqb.conflicts`): what only somebody else changed is said, and a
    conflict is answered with the page that lets the person choose.
    """
    return _once(view, undo=True)


def once_keeping(view: View) -> View:
    """The same for a page that keeps something step by step: also what it answers with a page stays."""
    return _once(view, undo=False)


def _once(view: View, *, undo: bool) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic(), conflicts.noticed() as forms:
            sent, is_first = _claimed(request)
            if sent and not is_first:
                return _again(request, sent)
            answer = _answered(view, request, forms, *args, **kwargs)
            if answer.status_code not in (302, 303):
                answer = conflicts.page(request, forms) or answer  # asks the database, so before the rollback
                _give_up(sent, undo=undo)
                return answer
            conflicts.say(request, forms)
            if sent:
                sent.led_to, sent.said = answer["Location"], "\n".join(_said(request))
                sent.save(update_fields=["led_to", "said"])
            return answer

    answered.once = True  # type: ignore[attr-defined]  # asked by the test over all addresses
    return answered


def _give_up(sent: SentForm | None, *, undo: bool) -> None:
    """The form has not come through: it may come again, and with `undo` nothing of it stays."""
    if undo:
        transaction.set_rollback(True)
    elif sent:
        sent.delete()


def _answered(view: View, request: HttpRequest, forms: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The view's answer; what it refuses because of a conflict is the page of the conflict."""
    try:
        return view(request, *args, **kwargs)
    except Refused:
        if page := conflicts.page(request, forms):
            return page
        raise


def forget() -> int:
    """Remove what was sent more than a day ago, for the daily job; how many."""
    return SentForm.objects.filter(sent_at__lt=clock.now() - KEPT).delete()[0]


def say_instead(request: HttpRequest, sentence: str) -> None:
    """What the view has said is wrong after all, because something failed after the commit, such as a mail."""
    storage: Any = messages.get_messages(request)
    storage._queued_messages.clear()
    messages.error(request, sentence)
    SentForm.objects.filter(key=_key(request)).update(said=sentence)


def _claimed(request: HttpRequest) -> tuple[SentForm | None, bool]:
    """The row of the request's token, and whether this request has made it; None without a token.

    Whoever comes second waits here until the first one is done.
    """
    if not request.POST.get(FIELD):
        return None, True
    defaults = {"sent_at": clock.now(), "content": _content(request)}
    return SentForm.objects.get_or_create(key=_key(request), defaults=defaults)


def _key(request: HttpRequest) -> str:
    """Of this form, at this address, sent by this person."""
    person = request.user.pk if request.user.is_authenticated else ""
    return _digest(request.POST.get(FIELD, ""), request.path, str(person))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _content(request: HttpRequest) -> str:
    """What was typed, as a digest: whether the same is sent again, or something changed in the old page."""
    sent = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return _digest(repr(sent))


def _again(request: HttpRequest, sent: SentForm) -> HttpResponseBase:
    """Lead to where the first one led, and say what happened there. What was changed since then in the old page is kept."""
    at = timezone.localtime(sent.sent_at)
    said = f"Dieses Formular ist schon um {at:%H:%M}{NBSP}Uhr angekommen. {sent.said}".strip()
    if sent.content == _content(request) or not request.user.is_authenticated:
        messages.info(request, f"{said} Es ist nichts doppelt geschehen.")
    else:
        typed.keep(request, request.user.pk, typed.page_of(request), because=typed.AGAIN)
        messages.warning(request, f"{said} {CHANGED_SINCE}")
    return HttpResponseRedirect(sent.led_to)


def _said(request: HttpRequest) -> list[str]:
    """What the view tells the person on the next page."""
    storage: Any = messages.get_messages(request)
    return [str(message.message) for message in storage._queued_messages]
