"""Light, dark, or as the device says: chosen by a form, kept in a cookie, never a way to another site."""

from typing import Any

import pytest
from django.test import Client

from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of

pytestmark = pytest.mark.django_db
PAGE = "/darstellung/"


def choose(client: Client, theme: str, back: str = "") -> Any:
    return client.post(PAGE, {"theme": theme, "back": back})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_colours_hold_on_every_page_until_the_device_decides_again(theme: str) -> None:
    client = client_of(make.user(Role.MINISTRY))
    assert "data-kern-theme" not in client.get("/").content.decode()
    choose(client, theme)
    for page in ("/", "/pruefen/", "/gibt-es-nicht/"):
        assert f'<html lang="de" data-kern-theme="{theme}">' in client.get(page).content.decode()
    assert f"kern-{theme}" in client.get("/verwaltung/").content.decode()
    choose(client, "")
    assert "data-kern-theme" not in client.get("/").content.decode()


def test_visitor_chooses_without_getting_a_session() -> None:
    client = Client()
    answer = choose(client, "dark")
    assert set(client.cookies) == {"aqb_theme"}
    cookie = answer.cookies["aqb_theme"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert 'data-kern-theme="dark"' in client.get("/konto/login/").content.decode()


def test_forged_cookie_is_no_theme() -> None:
    client = Client()
    client.cookies["aqb_theme"] = '"><script>'
    assert "data-kern-theme" not in client.get("/konto/login/").content.decode()


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("http://testserver/vereinbarungen/?status=draft", "http://testserver/vereinbarungen/?status=draft"),
        ("https://fremd.example/", "/"),
        ("//fremd.example/", "/"),
        ("http://testserver/darstellung/", "/"),
        ("", "/"),
    ],
)
def test_choice_leads_back_to_where_it_was_made(back: str, leads_to: str) -> None:
    assert choose(Client(), "light", back).url == leads_to


def test_unknown_look_is_refused_with_a_sentence() -> None:
    answer = choose(Client(), "gestreift")
    assert answer.status_code == 200
    assert "Die Auswahl „gestreift“ steht nicht zur Verfügung." in answer.content.decode()
