"""The calendar of deadlines at its private address, and the page on which a person gets, renews or ends the address."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_safe

from aqb import attempts
from aqb.access import Refused
from aqb.models import Subscription
from aqb.notices import calendar_address as addresses
from aqb.notices import wishes
from aqb.once import once
from aqb.pages import Request
from reporting import calendar_feed


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """The deadlines of whoever the address belongs to: no login, no cookie. Any other address does not exist."""
    person = addresses.person_of(token)
    if person is None or not calendar_feed.concerns(person):
        if not ratelimit.consume(request, app="allauth.account", action="calendar", limit_get=True):
            return attempts.too_often(request)
        raise Http404("no calendar")
    feed = calendar_feed.feed(person)
    answer = HttpResponse(feed.content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="fristen-aqb.ics"'
    answer["Cache-Control"] = "private, no-cache"  # kept by the reader only, who asks each time whether it still holds
    answer["X-Robots-Tag"] = "noindex"
    modified = int(feed.changed_at.timestamp())
    answer["ETag"], answer["Last-Modified"] = feed.etag, http_date(modified)
    return get_conditional_response(request, etag=feed.etag, last_modified=modified, response=answer) or answer


def shown_address(wish: Subscription) -> str | None:
    """A person's address as calendar programs need it; "" when it works but cannot be shown, None when there is none."""
    token = addresses.token_of(wish)
    return f"{settings.BASE_URL}{reverse('calendar', args=[token])}" if token else token


@require_http_methods(["GET", "HEAD", "POST"])
@once
def calendar_address(request: Request) -> HttpResponse:
    """Get an address; where there is one already, first ask: the old one ends for every program that knows it."""
    if not calendar_feed.concerns(request.user):
        raise Refused("Für Ihre Rolle gibt es keine Fristen, also auch keinen Kalender.", status=403)
    if request.method != "POST":
        return render(
            request, "reporting/calendar_address.html", {"has_one": bool(wishes.of(request.user).calendar_digest)}
        )
    if "ende" in request.POST:
        addresses.end(request.user)
        messages.success(request, "Die Kalenderadresse gilt nicht mehr.")
    else:
        addresses.renew(request.user)
        messages.success(request, "Ihre neue Kalenderadresse steht unter „Fristen im Kalender“.")
    return redirect(f"{reverse('notice_list')}#kalender")
