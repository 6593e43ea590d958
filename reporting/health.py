"""How the application is doing, for those who run it and those who answer for it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aqb import clock
from aqb import health as state
from aqb.access import require
from aqb.pages import Request


@never_cache
@require_safe
def health(request: Request) -> HttpResponse:
    """Database, store, archive, virus scanner, seal and trusted certificates, each as it is now."""
    require(request.user, "health.read")
    parts = state.parts()
    context = {
        "now": clock.now(),
        "parts": parts,
        "faults": [part for part in parts if part.state == "bad"],
        "notices": [part for part in parts if part.state == "notice"],
        "findings": state.findings(),
    }
    return render(request, "reporting/health.html", context)
