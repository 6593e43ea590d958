"""What is refused becomes German sentences: in actions, from constraints and triggers, and as a page."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from aqb.access import Refused
from aqb.models import District, User
from aqb.refusals import RefusalMiddleware, database_refusals, sentence, sentences_of, validation_refusals
from tests import factories as make
from tests.truths import write

NEGATIVE = "Der Betrag darf nicht negativ sein."


@pytest.mark.django_db
def test_constraint_in_an_action_becomes_its_sentence() -> None:
    line = make.line()
    with pytest.raises(Refused) as caught, transaction.atomic(), database_refusals():
        write(line, amount="-1.00")
    assert caught.value.reasons == [NEGATIVE]
    assert caught.value.status == 409


@pytest.mark.django_db
def test_trigger_in_an_action_becomes_its_sentence_with_the_figures() -> None:
    line = make.line(amount=Decimal("1234.50"))
    with pytest.raises(Refused) as caught, transaction.atomic(), database_refusals():
        make.allocation(line, amount="1234.51")
    assert caught.value.reasons == [
        "Die Zuweisungen überschreiten die Budgetlinie um 0,01 €. Die Linie umfasst 1.234,50 €."
    ]


@pytest.mark.django_db
def test_error_of_the_database_that_is_not_ours_stays_an_error() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), database_refusals():
        District.objects.filter(pk=make.district().pk).update(name=None)
    assert sentence(caught.value) is None
    assert sentence(IntegrityError("no cause")) is None


@pytest.mark.django_db
def test_sentence_raised_by_others_is_not_taken_for_ours() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '23514'; END $$")
    assert sentence(caught.value) is None


@pytest.mark.django_db
def test_validation_in_an_action_becomes_all_its_sentences() -> None:
    user = User(email="kein-postfach", password="x", role="auditor", district=make.district())
    with pytest.raises(Refused) as caught, validation_refusals(user):
        user.full_clean()
    assert sorted(caught.value.reasons) == [
        "E-Mail-Adresse: Bitte gültige E-Mail-Adresse eingeben.",
        "Eine Gebietskörperschaft gehört genau zu den Rollen der Gebietskörperschaften.",
        "Name: Dieses Feld darf nicht leer sein.",
    ]


def test_sentences_of_fields_begin_with_their_german_names() -> None:
    error = ValidationError({"__all__": ["Das geht nicht."], "valid_from": ["Dieses Feld ist nötig."]})
    assert sentences_of(error, District()) == ["Das geht nicht.", "gültig ab: Dieses Feld ist nötig."]
    assert sentences_of(ValidationError("Nein.")) == ["Nein."]


def answer(error: Callable[[], Exception]) -> HttpResponse | None:
    middleware = RefusalMiddleware(lambda request: HttpResponse())
    request: HttpRequest = RequestFactory().get("/jahrgaenge/")
    request.user = make.user()
    request.session = SessionStore()
    return middleware.process_exception(request, error())


@pytest.mark.django_db
@pytest.mark.parametrize("status", [403, 409])
def test_refusal_that_no_view_answers_becomes_a_page(status: int) -> None:
    page = answer(lambda: Refused("Erstens nicht.", "<b>Zweitens</b> nicht.", status=status))
    assert page is not None
    assert page.status_code == status
    text = page.content.decode()
    assert "Erstens nicht." in text
    assert "&lt;b&gt;Zweitens&lt;/b&gt; nicht." in text
    assert "<h1" in text


@pytest.mark.django_db
def test_constraint_that_no_action_answers_becomes_a_page() -> None:
    line = make.line()

    def broken() -> Exception:
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            write(line, amount="-1.00")
        return caught.value

    page = answer(broken)
    assert page is not None
    assert page.status_code == 409
    assert NEGATIVE in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ValueError("x"), IntegrityError("x"), json.JSONDecodeError("x", "", 0)])
def test_other_errors_stay_errors(error: Any) -> None:
    assert answer(lambda: error) is None
