"""Whether a page suggests a second factor to the person who reads it."""

from typing import Any

from django import template

from aqb.accounts.factor import second_factor

register = template.Library()


@register.simple_tag(takes_context=True)
def offers_second_factor(context: dict[str, Any]) -> bool:
    """True where the person may do without one, has none, and was not asked for some days."""
    return second_factor.offered(context["request"])
