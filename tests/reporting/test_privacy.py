"""The privacy page tells the terms of this installation, to everybody, and what only the operator can supply."""

from typing import Any

import pytest
from django.test import Client

from aqb.access import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


def page() -> str:
    answer = Client().get("/datenschutz/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_everybody_reads_it_and_finds_it_below_every_page() -> None:
    client = Client()
    for address in ("/pruefen/", "/konto/login/"):
        assert 'href="/datenschutz/"' in client.get(address).content.decode()
    client.force_login(make.user(Role.DISTRICT))
    assert 'href="/datenschutz/"' in client.get("/").content.decode()
    assert client.get("/datenschutz/").status_code == 200


def test_missing_contact_is_said_and_a_given_one_shown_as_text(settings: Any) -> None:
    settings.PRIVACY_CONTACT = ""
    assert "Noch zu ergänzen" in page()
    settings.PRIVACY_CONTACT = "Datenschutzbeauftragte <b>Muster</b>, datenschutz@ministerium.example"
    text = page()
    assert "Noch zu ergänzen" not in text
    assert "Datenschutzbeauftragte &lt;b&gt;Muster&lt;/b&gt;, datenschutz@ministerium.example" in text


def test_terms_are_those_of_the_installation(settings: Any) -> None:
    settings.ANONYMISE_AFTER_YEARS, settings.UNUSED_DAYS, settings.SESSION_IDLE = 7, 400, 20 * 60
    text = page()
    assert "bis 7 Jahre nach der Stilllegung des Kontos" in text
    assert "7 Jahre nach der Stilllegung entfernt die Anwendung Name" in text
    assert "400 Tage lang" in text
    assert "nach 20 Minuten ohne Nutzung" in text
    settings.ANONYMISE_AFTER_YEARS = 1
    assert "bis 1 Jahr nach der Stilllegung des Kontos" in page()


def test_terms_that_are_switched_off_are_not_promised(settings: Any) -> None:
    settings.ANONYMISE_AFTER_YEARS = settings.UNUSED_DAYS = 0
    text = page()
    assert "die Frist ist in dieser Installation abgeschaltet" in text
    assert "Anonymisierte Person" not in text
    assert "Von selbst" not in text


def test_page_only_reads() -> None:
    assert Client().post("/datenschutz/").status_code == 405
