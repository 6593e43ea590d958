"""What a page shows of its draft (aqb.drafts): that there is one, since when, and whether it is kept."""

from datetime import datetime
from typing import Any

from django import template

from aqb.drafts import begun
from aqb.drafts.page import Desk

register = template.Library()


@register.filter
def at_time(moment: datetime, word: str = "um") -> str:
    """`um 10:42 Uhr`, or with the day where that is not today; `seit` gives `seit 10:42 Uhr` or `seit 24.03.2027`."""
    return begun.at_time(moment, word)


def _desk(context: Any) -> Desk:
    """The desk of the page; an empty one where its view keeps no drafts."""
    return getattr(context.get("request"), "desk", None) or Desk()


@register.inclusion_tag("drafts/note.html", takes_context=True)
def draft_note(context: Any) -> dict[str, Any]:
    """Above the form: the fields show a draft, there are others, or this form has just made something."""
    return {"desk": _desk(context), "page": context["request"].path}


@register.inclusion_tag("drafts/state.html", takes_context=True)
def draft_state(context: Any, otherwise: str = "", *, button: bool = True) -> dict[str, Any]:
    """Inside the form: whether what is typed is kept, as a live region, with what the script needs.

    `otherwise` is said while there is no draft; `button` adds "Zwischenspeichern" for browsers without scripts.
    """
    request = context["request"]
    if not hasattr(request, "desk"):
        return {"desk": None}  # the view keeps no drafts, and what the script sends would be the form itself
    desk: Desk = request.desk
    return {"desk": desk, "draft": desk.draft, "otherwise": otherwise, "button": button, "person": request.user.pk}


@register.simple_tag(takes_context=True)
def draft_kept(context: Any) -> bool:
    """Whether what was sent and refused is kept: for the sentence of an error summary."""
    return _desk(context).draft is not None


@register.inclusion_tag("drafts/begun.html")
def begun_by(rows: list[begun.Begun], noun: str = "", *, own: bool = True) -> dict[str, Any]:
    """Who is at something, one line each. `noun`: "dieses Projekt", else each is named; `own`: also the reader's own."""
    return {"rows": [one for one in rows if own or not one.mine], "noun": noun}
