"""What a search has marked in a text, for templates."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from aqb.full_text import START, STOP

register = template.Library()

MARKED = re.compile(f"{START}([^{START}{STOP}]*){STOP}")
STRAY = str.maketrans("", "", START + STOP)


@register.filter
def marked(text: str) -> SafeString:
    """The text as HTML with what was found in `mark`; whatever people wrote stays text."""
    return mark_safe(MARKED.sub(r"<mark>\1</mark>", escape(text)).translate(STRAY))  # noqa: S308  # escaped before


@register.filter
def unmarked(text: str) -> str:
    """The text alone."""
    return text.translate(STRAY)
