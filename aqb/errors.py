"""When something goes wrong: every request has a number, which the page of an error shows and the log repeats."""

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from aqb import logs

logger = logging.getLogger(__name__)
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that sounds or looks like another one on the telephone


def new_number() -> str:
    """`K7QF-2M9X`: one of a million million, short enough to be read out."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class NumberMiddleware:
    """Gives the request its number, and says in the log which pages take long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.number = new_number()  # type: ignore[attr-defined]
        start = time.monotonic()
        with logs.about(request):
            answer = self.get_response(request)
            seconds = time.monotonic() - start
            if seconds > settings.SLOW_SECONDS:
                facts = {"seconds": round(seconds, 2), "status_code": answer.status_code}
                logger.warning("Diese Seite hat lange gebraucht.", extra=facts)
        return answer


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the page needs nothing of the request that could be what is wrong with it."""
    return _page(request, "400.html", 400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: the page asks no database, and if even its template cannot be shown, its words still are."""
    return _page(request, "500.html", 500)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    number = getattr(request, "number", "")
    try:
        return HttpResponse(render_to_string(template, {"number": number}), status=status)
    except Exception:  # the page of an error is the last thing that may fail
        logger.exception("Die Seite %s lässt sich nicht zeigen.", template)
        text = f"Hier ist etwas schiefgegangen. Bitte nennen Sie dem Betrieb diese Nummer: {number}\n"
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
