"""The pages about one's own drafts: all of them, and one with what stands in it before it is thrown away."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods, require_safe

from aqb.access import Refused
from aqb.drafts import keeping
from aqb.drafts.comparing import differences
from aqb.models import Draft
from aqb.once import once
from aqb.pages import Request


@require_safe
def draft_list(request: Request) -> HttpResponse:
    """Everything that the person has typed and not sent."""
    rows = Draft.objects.open().filter(person=request.user).defer("fields")
    return render(request, "drafts/draft_list.html", {"drafts": rows, "days": settings.DRAFT_DAYS})


@require_http_methods(["GET", "POST"])
@once
def draft_discard(request: Request, pk: int) -> HttpResponse:
    """What stands in the draft and is not stored; a POST throws it away and leads back to its page."""
    draft = get_object_or_404(Draft.objects.open().filter(person=request.user), pk=pk)
    if request.method == "POST":
        keeping.close(request.user, draft.page, draft.part)
        messages.success(request, "Der Entwurf ist verworfen.")
        return redirect(draft.page if _form_of(request, draft) else "draft_list")
    form = _form_of(request, draft)
    context = {
        "draft": draft,
        "differences": list(differences(draft, form)) if form else None,
        "lines": [] if form else [value for _, value in QueryDict(draft.fields).items() if value],
    }
    return render(request, "drafts/draft_discard.html", context)


def _form_of(request: Any, draft: Draft) -> Callable[[], BaseForm] | None:
    """What makes the form of the draft's page; None where the page is not there any more, or not for this person."""
    try:
        found = resolve(draft.page)
        place_of = getattr(found.func, "place_of", None)
        return place_of(request, **found.kwargs).form if place_of else None
    except (Resolver404, Http404, Refused):
        return None
