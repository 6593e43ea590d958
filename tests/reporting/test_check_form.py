"""The page of the public check: its form, its limits, and the way from a number to its document."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from aqb.inspection import LARGEST_UPLOAD
from reporting.check import examination
from tests import factories as make
from tests import hostile
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
    def ask(address: str = "127.0.0.1") -> Any:
        file = SimpleUploadedFile("x.txt", b"kein PDF")
        return client.post(reverse("document_verify"), {"file": file}, REMOTE_ADDR=address)

    for _ in range(20):
        assert ask().status_code == 200
    answer = ask()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "Bitte warten Sie 5\u00a0Minuten" in answer.text
    assert ask("192.0.2.7").status_code == 200
    assert client.get(reverse("document_verify")).status_code == 200
    assert client.post(reverse("document_verify")).status_code == 200  # without a file nothing is read


def test_visitors_behind_our_own_server_are_counted_apart(client: Client) -> None:
    def ask(address: str) -> Any:
        file = SimpleUploadedFile("x.txt", b"kein PDF")
        return client.post(reverse("document_verify"), {"file": file}, headers={"x-forwarded-for": address})

    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        for _ in range(21):
            last = ask("203.0.113.9, 192.0.2.7")
        assert last.status_code == 429
        assert ask("203.0.113.10, 192.0.2.7").status_code == 429  # what the visitor wrote does not count
        assert ask("203.0.113.9, 192.0.2.8").status_code == 200


def test_busy_check_asks_for_patience(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporting.check.examination.PATIENCE", 0.01)
    turns = [examination._turns.acquire(blocking=False) for _ in range(examination.AT_ONCE)]
    try:
        assert all(turns)
        assert "Gerade werden viele Dokumente geprüft." in upload(client, hostile.plain())
    finally:
        for _ in turns:
            examination._turns.release()
    assert "Unbekannt" in upload(client, hostile.plain())
