"""The decorator that lets the form of a page keep its draft."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from aqb import clock
from aqb.accounts.session import typed
from aqb.drafts import keeping
from aqb.drafts.keeping import ANYWAY, SAME, NotKept, Place
from aqb.models import Draft
from aqb.pages import Request

KEEP = "entwurf"  # value of "then": only keep what is typed, do not send the form
MOST_SHOWN = 20  # drafts of one page that are offered
JUST_NOW = timedelta(minutes=10)  # so long a page says what its form has just made
ANSWER = "X-AQB-Draft"  # header of answers that the page's script may put into the page
STATUS = {"too_long": 413, "too_many": 409, "elsewhere": 409, "closed": 409}


@dataclass
class Desk:
    """What a page knows about its draft: the tags read it from `request.desk`.

    `shown`: the fields show the draft. `others`: further ones of the same page. `done`: what the form has just made.
    `refusal`: why what was sent is not kept.
    """

    draft: Draft | None = None
    shown: bool = False
    others: list[Draft] = field(default_factory=list)
    done: Draft | None = None
    refusal: str = ""
    window: str = field(default_factory=lambda: secrets.token_urlsafe(12))


type View = Callable[..., HttpResponseBase]


def keeps_draft(place_of: Callable[..., Place]) -> Callable[[View], View]:
    """Let a view keep what is typed into its form. `place_of(request, **kwargs)` refuses whoever may not fill it in.

    A form that is sent is kept first and forgotten when the view leads on; so a refusal, an error of ours or a crash
    takes nothing away. What is sent with `then=entwurf` is only kept. The pages are never taken from a cache, so "back"
    shows what is stored.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                place = place_of(request, **kwargs)
                answer = (
                    _only_kept(request, place)
                    if request.POST.get("then") == KEEP
                    else _sent(request, place, lambda: view(request, *args, **kwargs))
                )
            else:
                answer = _opened(request, place_of, view, args, kwargs)
            patch_cache_control(answer, private=True, no_store=True)
            return answer

        kept.place_of = place_of  # type: ignore[attr-defined]  # found by the page that throws drafts away
        return kept

    return decorate


def _opened(request: Any, place_of: Callable[..., Place], view: View, args: Any, kwargs: Any) -> HttpResponseBase:
    """The page with what was typed last in its fields."""
    _take_from_session(request, place_of, kwargs)
    request.desk = desk = _desk(request)
    if not desk.draft or not desk.shown:
        return view(request, *args, **kwargs)
    with typed.showing((request.path, QueryDict(desk.draft.fields))):
        return view(request, *args, **kwargs)


def _desk(request: Any) -> Desk:
    rows = list(Draft.objects.filter(person=request.user, page=request.path)[:MOST_SHOWN])
    drafts = [row for row in rows if row.closed_at is None]
    wanted = request.GET.get(KEEP)
    draft = next((row for row in drafts if wanted in (None, row.part)), None)
    entry = typed.entry_of(request)
    if entry and draft and draft.saved_at.timestamp() > entry["at"]:
        typed.drop(request, request.path)  # what was sent too late is older than the draft
        entry = None
    last = rows[0] if rows and not draft else None
    made = last if last and last.part and last.led_to and clock.now() - last.saved_at < JUST_NOW else None
    others = [row for row in drafts if row is not draft]
    return Desk(draft=draft, shown=draft is not None and entry is None, others=others, done=made)


def _take_from_session(request: Any, place_of: Callable[..., Place], kwargs: Any) -> None:
    """A draft that came after the end of the session waits there: now its person is known again."""
    entry = typed.entry_of(request)
    fields = QueryDict(entry["fields"]) if entry else QueryDict()
    if entry is None or fields.get("then") != KEEP:
        return
    request.POST = fields  # the place of something new is told by its fields
    place = place_of(request, **kwargs)
    at = datetime.fromtimestamp(entry["at"], tz=UTC)
    try:
        keeping.keep(request.user, request.path, place, fields, anyway=True, at=at)
    except NotKept:
        return
    typed.drop(request, request.path)


def _sent(request: Any, place: Place, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The form itself: what was typed is safe before anything else happens."""
    request.desk = desk = Desk()
    if keeping.written(request.POST):
        try:
            desk.draft = keeping.keep(request.user, request.path, place, request.POST, anyway=True)
        except NotKept as refusal:
            desk.refusal = str(refusal)
    answer = view()
    if answer.status_code in (302, 303) and not hasattr(request, "undone"):
        keeping.close(request.user, request.path, place.part, led_to=urlsplit(answer["Location"]).path)
    return answer


def _only_kept(request: Any, place: Place) -> HttpResponse:
    """Keep what is typed; the script of the page gets the parts that change, a page without it goes on with the draft."""
    by_script = request.headers.get("HX-Request") == "true"
    try:
        if SAME in request.POST:
            keeping.close(request.user, request.path, place.part)
            draft = None
        else:
            anyway = ANYWAY in request.POST or not by_script
            draft = keeping.keep(request.user, request.path, place, request.POST, anyway=anyway)
    except NotKept as refusal:
        if by_script:
            context = {"sentence": str(refusal), "decide": refusal.why == "elsewhere"}
            return _parts(request, "drafts/not_kept.html", context, STATUS[refusal.why])
        messages.warning(request, str(refusal))
        typed.keep(request, request.user.pk, request.path)
        return redirect(request.path)
    typed.drop(request, request.path)
    if not by_script:
        return redirect(f"{request.path}?{urlencode({KEEP: place.part})}" if place.part else request.path)
    return _parts(request, "drafts/kept.html", {"draft": draft, "more": place.answer() if place.answer else ""})


def _parts(request: Any, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer[ANSWER] = "1"
    return answer
