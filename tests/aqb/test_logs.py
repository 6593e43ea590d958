"""The log says what happened and to which request, and nothing about people beyond the user's id."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from aqb import errors, logs
from aqb.access import Role
from aqb.models import User
from aqb.urls import handler400, handler500
from aqb.urls import urlpatterns as ours
from tests import factories as make

MAIL, NAME = "erika.muster@example.org", "Erika Muster"
NUMBER = r"aqb-number\">([A-Z0-9-]{9})<"


def quoting(request: HttpRequest) -> HttpResponse:
    """The database answers with the whole row."""
    with transaction.atomic():  # the test itself is a transaction, and goes on
        User.objects.filter(email=MAIL).update(name=None)
    return HttpResponse()


def converting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(int(request.POST["value"])))


def caused(request: HttpRequest) -> HttpResponse:
    try:
        return converting(request)
    except ValueError as error:
        raise LookupError(f"{NAME} is nowhere") from error


def saying(request: HttpRequest) -> HttpResponse:
    logging.getLogger("aqb.test").warning("Nobody has %s at %s", MAIL, "https://x.example/a?b=geheim")
    logging.getLogger("aqb.test").warning("It was %s", ValueError(NAME))
    logging.getLogger("pyhanko.test").warning("%s", f"Certificate of {NAME}")
    return HttpResponse()


urlpatterns = [
    *ours,
    *(path(f"kaputt/{view.__name__}/", view) for view in (quoting, converting, caused, saying)),
    path("kaputt/<str:token>/", converting),
]
handlers = (handler400, handler500)  # read from here by Django as from `aqb.urls`


class Lines(logging.Handler):
    """What would stand in the log of production."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.text = ""
        self.setFormatter(logs.Json(json_ensure_ascii=False))

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Lines]:
    target = Lines()
    logging.getLogger().addHandler(target)
    yield target
    logging.getLogger().removeHandler(target)


@pytest.fixture
def client() -> Client:
    """Of a person whose name and address must not come up."""
    client = Client(raise_request_exception=False)
    client.force_login(make.user(Role.MINISTRY, email=MAIL, name=NAME))
    return client


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_error_of_the_database_is_logged_without_the_row_that_it_quotes(client: Client, log: Lines) -> None:
    answer = client.post("/kaputt/quoting/?q=geheim", {"value": "x"})
    assert answer.status_code == 500
    (line,) = [line for line in log.lines if line.get("status") == 500]
    assert line["user"] == User.objects.get(email=MAIL).pk
    assert (line["method"], line["path"], line["level"]) == ("POST", "/kaputt/quoting/", "ERROR")
    assert "NotNullViolation (sqlstate 23502, " in line["error"]
    assert "table_name aqb_user, column_name name" in line["error"]
    assert any(place.startswith("tests/aqb/test_logs.py:") and place.endswith(" quoting") for place in line["trace"])
    for secret in (MAIL, NAME, "Erika", "geheim", "Failing row"):
        assert secret not in log.text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("view", ["converting", "caused"])
def test_error_that_quotes_what_was_typed_is_logged_without_it(client: Client, log: Lines, view: str) -> None:
    client.post(f"/kaputt/{view}/", {"value": f"{NAME} <{MAIL}>"})
    assert "ValueError" in log.lines[-1]["error"]
    assert "Erika" not in log.text
    assert MAIL not in log.text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_link_of_a_mail_is_logged_without_what_opens_it(client: Client, log: Lines) -> None:
    client.post("/kaputt/geheimer-schluessel/", {"value": "x"})
    assert log.lines[-1]["path"] == "/kaputt/…/"
    assert "schluessel" not in log.text


@pytest.mark.django_db
@pytest.mark.parametrize("unknown", [f"/personen/{MAIL}/", "/gibt-es-nicht/" + "x1" * 30 + "/"])
def test_unknown_address_is_logged_without_what_may_be_personal(client: Client, log: Lines, unknown: str) -> None:
    client.get(unknown)
    assert log.lines[-1]["status"] == 404
    assert "…" in log.lines[-1]["path"]
    assert unknown.split("/")[2] not in log.text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_words_of_a_message_lose_addresses_queries_and_quotations(client: Client, log: Lines) -> None:
    client.get("/kaputt/saying/")
    said = [line["message"] for line in log.lines]
    assert said[:2] == ["Nobody has … at https://x.example/a…", "It was ValueError"]
    assert said[2].startswith("test_logs:")  # what other libraries say may be anything
    assert "Erika" not in log.text


def parts_of_addresses(resolver: Any) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        yield from pattern.pattern.converters
        if isinstance(pattern, URLResolver):
            yield from parts_of_addresses(pattern)
        elif isinstance(pattern, URLPattern):
            yield from pattern.pattern.regex.groupindex


def test_every_part_of_an_address_is_known_to_be_harmless_or_kept_secret() -> None:
    """Whoever adds a part decides: does it open something or name somebody? Then it belongs to SECRET_PARTS."""
    harmless = {
        "ags", "year", "number", "pk", "page", "step", "party", "section", "object_id", "app_label", "url",
        "content_type_id", "wording", "provider_id", "version", "kind", "format",
    }  # fmt: skip
    assert set(parts_of_addresses(get_resolver())) - harmless - logs.SECRET_PARTS == set()


def test_server_before_us_tells_no_query_and_no_address(log: Lines) -> None:
    server = logging.getLogger("gunicorn.error")
    before, server.propagate = server.propagate, True
    server.warning("Invalid request from ip=%s: %s", "192.0.2.7", "bad line")
    server.error("Error handling request %s", f"/konto/login/?email={MAIL}")
    server.propagate = before
    assert [line["message"] for line in log.lines] == [
        "Invalid request from … bad line", "Error handling request /konto/login/…",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (AttributeError("'NoneType' object has no attribute 'name'"), True),
        (ImproperlyConfigured("AQB_HOSTS fehlt"), True),
        (KeyError(NAME), False),
        (ValueError(NAME), False),
        (ExceptionGroup(NAME, [ValueError(NAME)]), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_words_of_an_exception_are_told_only_where_they_speak_of_code(raised: Exception, told: bool) -> None:
    text = logs.error(raised)
    assert (str(raised) in text) is told
    assert type(raised).__name__ in text
    assert told or NAME not in text


def test_error_of_the_disk_is_told_without_the_name_of_the_file() -> None:
    assert logs.error(FileNotFoundError(2, "No such file or directory", f"/srv/{NAME}.pdf")) == (
        "FileNotFoundError (2: No such file or directory)"
    )


@pytest.mark.django_db
def test_mistake_in_our_sql_is_told_in_the_words_of_the_database() -> None:
    with pytest.raises(Exception, match="nirgends") as caught, connection.cursor() as cursor:
        cursor.execute("SELECT nirgends FROM aqb_user")
    assert 'column "nirgends" does not exist' in logs.error(caught.value)


@pytest.mark.django_db
def test_page_that_takes_long_is_logged(client: Client, log: Lines, settings: Any) -> None:
    settings.SLOW_SECONDS = 0
    client.get(reverse("home"))
    line = next(line for line in log.lines if line["logger"] == "aqb.errors")
    assert (line["level"], line["path"], line["status"]) == ("WARNING", "/", 200)
    assert line["seconds"] >= 0
    settings.SLOW_SECONDS = 30
    log.text = ""
    client.get(reverse("home"))
    assert log.text == ""


def test_trial_reads_the_same_facts_as_text() -> None:
    request = RequestFactory().get("/jahrgaenge/?q=geheim")
    request.number = errors.new_number()  # type: ignore[attr-defined]
    try:
        int(NAME)
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("aqb.test", logging.ERROR, __file__, 1, "So nicht.", (), caught)
    with logs.about(request):
        first, place = logs.Text().format(record).splitlines()
    assert f"ERROR aqb.test: So nicht. number={request.number} method=GET path=/jahrgaenge/" in first  # type: ignore[attr-defined]
    assert first.endswith("error=ValueError")
    assert place.strip().startswith("tests/aqb/test_logs.py:")


def test_record_outside_of_a_request_names_none() -> None:
    record = logging.LogRecord("aqb.test", logging.ERROR, __file__, 1, "So nicht.", (), None)
    assert set(logs.facts(record)) == {"at", "level", "logger", "message"}


@pytest.mark.parametrize("production", [True, False])
def test_nothing_of_a_request_is_mailed(production: bool) -> None:
    assert "mail" not in str(logs.configuration(production=production))
    assert not [handler for handler in logging.getLogger("django").handlers if "Admin" in type(handler).__name__]
