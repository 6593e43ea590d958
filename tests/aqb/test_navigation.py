"""Every role gets the sections it works in, and sees where it is."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from aqb import navigation
from aqb.access import Role
from aqb.models import User

OPEN = ["Dokument prüfen", "Leichte Sprache", "Gebärdensprache"]
EXPECTED = {
    Role.MINISTRY: [
        "Übersicht",
        "Jahrgänge",
        "Zielvereinbarungen",
        "Vertragstexte",
        "Personen",
        "Verlauf",
        "Verwaltung",
    ],
    Role.MINISTRY_LEAD: [
        "Übersicht",
        "Jahrgänge",
        "Zielvereinbarungen",
        "Vertragstexte",
        "Personen",
        "Verlauf",
        "Verwaltung",
    ],
    Role.DISTRICT: ["Übersicht", "Zielvereinbarungen", "Projekte", "Träger", "Dokumente"],
    Role.DISTRICT_LEAD: ["Übersicht", "Zielvereinbarungen", "Projekte", "Träger", "Dokumente", "Personen"],
    Role.GRANT_OFFICE: ["Übersicht", "Zielvereinbarungen", "Dokumente"],
    Role.AUDITOR: ["Übersicht", "Zielvereinbarungen", "Dokumente", "Verteilungen", "Verlauf"],
    Role.NONE: ["Übersicht", "Personen", "Betrieb", "Verwaltung"],
}


def links(user: Any, path: str = "/") -> list[navigation.Link]:
    request = RequestFactory().get(path)
    request.user = user
    found: list[navigation.Link] = navigation.context(request)["main_navigation"]
    return found


@pytest.mark.parametrize("role", Role)
def test_role_gets_its_sections(role: Role) -> None:
    assert [link.label for link in links(User(role=role))] == EXPECTED[role]


def test_nobody_signed_in_gets_what_is_public() -> None:
    assert [link.label for link in links(AnonymousUser())] == OPEN


def test_request_without_a_person_gets_what_is_public() -> None:
    context = navigation.context(RequestFactory().get("/"))
    assert [link.label for link in context["main_navigation"]] == OPEN


@pytest.mark.parametrize(
    ("name", "below", "current"),
    [
        ("home", "", "Übersicht"),
        ("agreement_list", "", "Zielvereinbarungen"),
        ("admin:index", "aqb/user/", "Verwaltung"),
    ],
)
def test_section_of_the_page_is_marked(name: str, below: str, current: str) -> None:
    marked = [link.label for link in links(User(role=Role.MINISTRY), reverse(name) + below) if link.current]
    assert marked == [current]


def test_page_of_no_section_marks_none() -> None:
    assert not any(link.current for link in links(User(role=Role.MINISTRY), reverse("account_change_password")))


def test_footer_links_only_to_pages_that_exist() -> None:
    request = SimpleNamespace(path="/", user=AnonymousUser(), COOKIES={})
    assert [link.url for link in navigation.context(request)["footer_links"]] == [  # type: ignore[arg-type]
        reverse(name) for _, name in navigation.FOOTER
    ]
