"""The page of the public check: its form, its limits, and the way from a number to its document."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from aqb.inspection import LARGEST_UPLOAD
from tests import factories as make
from tests.reporting.held import upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_earlier_checks() -> None:
    """Tests with true transactions leave their attempts in the table."""
    cache.clear()


def test_page_explains_what_is_checked(client: Client) -> None:
    text = client.get(reverse("document_verify")).text
    assert "Was wird geprüft?" in text
    assert "nicht gespeichert" in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"PK\x03\x04 kein PDF", "Die Datei ist ihrem Inhalt nach kein PDF."),
        (b"%PDF-" + bytes(LARGEST_UPLOAD + 1_000_000), "Die Datei ist größer als 25 MB."),
    ],
    ids=["empty", "other", "26 MB"],
)
def test_wrong_file_is_said_at_the_field(client: Client, content: bytes, sentence: str) -> None:
    text = upload(client, content)
    assert sentence in text
    assert 'aria-invalid="true"' in text


def test_no_file_is_said(client: Client) -> None:
    answer = client.post(reverse("document_verify"), {})
    assert "Bitte wählen Sie eine Datei aus." in answer.text


def test_other_methods_are_refused(client: Client) -> None:
    assert client.put(reverse("document_verify")).status_code == 405
    assert client.head(reverse("document_verify")).status_code == 200


def test_answer_is_not_kept_by_browsers(client: Client) -> None:
    assert "no-store" in client.get(reverse("document_verify")).headers["Cache-Control"]


@pytest.mark.parametrize(
    "written",
    ["{}", " {} ", "zv{}", "https://aqb.example/d/{}?s=2", "Nr. {}"],
    ids=["plain", "spaces", "small", "address", "words"],
)
def test_number_leads_to_its_page(client: Client, written: str) -> None:
    number = make.version(status="issued").document_number
    asked = written.format(number).replace("zvZV", "zv")
    answer = client.get(reverse("document_verify"), {"nummer": asked}, follow=True)
    assert f"Dokument {number}" in answer.text


def test_what_is_no_number_is_said(client: Client) -> None:
    text = client.get(reverse("document_verify"), {"nummer": "<b>06438</b>"}).text
    assert "So sieht keine Dokumentnummer aus." in text
    assert "<b>06438" not in text


def test_code_of_every_page_leads_to_the_document(client: Client) -> None:
    number = make.version(status="signed").document_number
    answer = client.get(f"/d/{number}?s=3", follow=True)
    assert answer.status_code == 200
    assert "In Kraft" in answer.text


def test_too_many_checks_are_slowed_down_in_german(client: Client) -> None:
    for _ in range(20):
        client.post(reverse("document_verify"), {})
    answer = client.post(reverse("document_verify"), {})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "Bitte warten Sie 5\u00a0Minuten" in answer.text
    other = client.post(reverse("document_verify"), {}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200
    assert client.get(reverse("document_verify")).status_code == 200
