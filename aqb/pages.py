"""What every page begins with: the person behind the login, what was posted, and what an action refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from aqb.access import Refused
from aqb.models import User


class Request(HttpRequest):
    """A request behind the login: the person is known."""

    user: User


def posted(request: HttpRequest) -> Any:
    """What was posted, even when nothing is in it; None where the page is only shown."""
    return request.POST if request.method == "POST" else None


def page_of_ours(address: str) -> str:
    """The address when it leads to a page of this application, else ""."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else ""


@contextmanager
def refusals_in(form: BaseForm) -> Iterator[None]:
    """What an action refuses stands above the form, and nothing typed is lost. What the role forbids is a page."""
    try:
        yield
    except Refused as refused:
        if refused.status == 403:
            raise
        for reason in refused.reasons:
            form.add_error(None, reason)
