"""What every page begins with: the person behind the login, what was posted, what an action refuses, and what is asked first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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


@dataclass(frozen=True)
class Question:
    """What is asked before something happens that cannot be taken back.

    `title` ends with a question mark, `sentences` say what follows, `button` names what will happen, `back` leads away.
    `hidden` is sent along (name, value).
    """

    title: str
    sentences: tuple[str, ...]
    button: str
    back: str
    hidden: tuple[tuple[str, str], ...] = ()


def ask(request: HttpRequest, question: Question) -> HttpResponse:
    """The page with a question; its form sends a POST to the same address."""
    return render(request, "question.html", {"question": question})
