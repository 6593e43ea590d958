"""The button to the administration's sign-on service, where there is one."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from django import template

from aqb.accounts.sign_on import single_sign_on

register = template.Library()


@register.inclusion_tag("socialaccount/button.html", takes_context=True)
def sign_on_button(context: Any) -> dict[str, Any]:
    """The form with the button; it takes the page along that the person wanted to see."""
    request, service = context["request"], single_sign_on.service()
    return {
        "service": service.name if service else "",
        "next": get_next_redirect_url(request) or "",
        "again": request.user.is_authenticated,
        "csrf_token": context.get("csrf_token"),
    }
