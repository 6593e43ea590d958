"""The demo shows what it would have sent; production has no such page."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, text

pytestmark = pytest.mark.django_db
PAGE = "/betrieb/mails/"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Mails go to files, as in the demo."""
    place = tmp_path / "mail"
    backend = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"file_path": str(place)}}}
    return place


def test_mails_are_shown_as_text_with_the_newest_first(folder: Path) -> None:
    for number, subject in enumerate(("Frühere Nachricht", "Spätere Nachricht")):
        EmailMessage(subject, f"Öffnen: http://127.0.0.1:8000/{number}/ <b>fett</b>", to=["a@example.org"]).send()
        [newest] = set(folder.glob("*.log")) - set(folder.glob("letter*"))
        newest = newest.rename(folder / f"letter{number}.log")
        os.utime(newest, (1_800_000_000 + number, 1_800_000_000 + number))
    page = text(client_of(make.user(Role.AUDITOR)).get(PAGE))
    assert "Spätere Nachricht" in page
    assert page.index("Spätere Nachricht") < page.index("Frühere Nachricht")
    assert "an a@example.org" in page
    assert "&lt;b&gt;fett&lt;/b&gt;" in page
    assert 'href="http://127.0.0.1:8000/1/"' in page


def test_two_mails_of_one_file_are_two(folder: Path) -> None:
    folder.mkdir()
    one = b"Subject: Eins\nTo: a@example.org\n\nText\n"
    (folder / "1.log").write_bytes(one + b"-" * 79 + b"\n" + one.replace(b"Eins", b"Zwei") + b"-" * 79 + b"\n")
    page = text(client_of(make.user()).get(PAGE))
    assert page.index("Zwei") < page.index("Eins")


def test_what_is_no_mail_breaks_nothing(folder: Path) -> None:
    folder.mkdir()
    (folder / "1.log").write_bytes(b"\xff\xfe\x00 kein Brief")
    (folder / "2.txt").write_text("Subject: Fremde Datei")
    answer = client_of(make.user()).get(PAGE)
    assert answer.status_code == 200
    assert "Fremde Datei" not in text(answer)


def test_empty_folder_says_so(folder: Path) -> None:
    assert "Noch keine E-Mail" in text(client_of(make.user()).get(PAGE))


def test_page_does_not_exist_in_production_nor_for_visitors(settings: Any) -> None:
    assert Client().get(PAGE).status_code == 302
    client = client_of(make.operator())
    assert 'href="/betrieb/mails/"' in text(client.get("/"))
    settings.PRODUCTION = True
    assert client.get(PAGE).status_code == 404
    assert 'href="/betrieb/mails/"' not in text(client.get("/"))
