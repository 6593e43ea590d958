"""Pages of errors: they show a number that is also in the log."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from aqb import errors, logs
from aqb.access import Role
from aqb.urls import handler400, handler500
from aqb.urls import urlpatterns as ours
from tests import factories as make

NUMBER = re.compile(r"diese Nummer: <strong class=\"aqb-number\">([A-Z0-9-]{9})</strong>")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [*ours, path("kaputt/", broken), path("verboten/", forbidden)]
handlers = (handler400, handler500)  # read from here by Django as from `aqb.urls`


def logged(caplog: pytest.LogCaptureFixture, status: int) -> list[str]:
    """The numbers of the requests that were logged with that status."""
    return [
        record.request.number  # type: ignore[attr-defined]
        for record in caplog.records
        if getattr(record, "status_code", None) == status
    ]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status"), [("/kaputt/", 500), ("/verboten/", 403)], ids=["a mistake of ours", "a forbidden page"]
)
def test_page_of_an_error_shows_the_number_of_the_log(
    caplog: pytest.LogCaptureFixture, address: str, status: int
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make.user(Role.AUDITOR))
    answer = client.get(address)
    assert answer.status_code == status
    assert logged(caplog, status) == NUMBER.findall(answer.content.decode())
    assert len(logged(caplog, status)) == 1


@pytest.mark.django_db
def test_expired_form_shows_the_number_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.user(Role.AUDITOR))
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 403
    assert "abgelaufen" in answer.content.decode()
    assert logged(caplog, 403) == NUMBER.findall(answer.content.decode()) != []


@pytest.mark.django_db
def test_request_that_cannot_be_read_shows_the_number_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(headers={"host": "evil.example"})
    answer = client.get(reverse("account_login"))
    assert answer.status_code == 400
    assert logged(caplog, 400) == NUMBER.findall(answer.content.decode()) != []


@pytest.mark.django_db
def test_page_that_does_not_exist_shows_no_number() -> None:
    """Nothing is wrong with the application then, and nobody should ask its operator."""
    assert not NUMBER.findall(Client().get("/gibt-es-nicht/").content.decode())


def test_numbers_are_easily_read_out_and_do_not_repeat() -> None:
    numbers = {errors.new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number) for number in numbers)


@pytest.mark.django_db
def test_number_of_a_request_ends_with_it(caplog: pytest.LogCaptureFixture) -> None:
    Client().get(reverse("document_verify"))
    record = logging.LogRecord("aqb.test", logging.ERROR, __file__, 1, "So nicht.", (), None)
    assert "number" not in logs.facts(record)
