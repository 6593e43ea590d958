"""Two people at the same trial of sharing a budget line: nothing is overwritten, nothing that was typed is lost."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of
from tests.forms import form_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def url() -> str:
    """The page of trial A; its formula does not weigh what was uploaded."""
    places = [make.district(), make.district()]
    line = make.line(make.budget_year(year=2023), amount="100000.00")
    make.indicators(line.budget_year, Arbeitslose={places[0].ags: 1, places[1].ags: 3})
    before = make.line(make.budget_year(year=2022), key=line.key)
    for place, amount in zip(places, ("40000.00", "60000.00"), strict=True):
        make.allocation(before, place, amount)
    return reverse("scenario_edit", args=[2023, make.scenario(line, name="A").pk])


@pytest.fixture
def two() -> list[Client]:
    return [client_of(make.user(Role.MINISTRY, name=name)) for name in ("Aylin Demir", "Jana Roth")]


def test_what_both_have_changed_is_chosen_and_everything_else_taken_over(url: str, two: list[Client]) -> None:
    one, other = two
    form = form_of(one.get(url), "name")
    assert form["weight:Arbeitslose"] == ""
    assert send(other, url, **{"name": "A neu", "weight:Arbeitslose": "100", "ceiling": "120"}).status_code == 302
    mine: dict[str, Any] = {"weight:Arbeitslose": "60", "weight:Vergleichsbetrag": "40", "floor": "80"}
    page = one.post(url, form | mine)
    assert page.status_code == 409
    said = re.sub("<[^>]*>", "", page.text)
    for words in (
        "Jana Roth hat das Szenario inzwischen auch geändert",
        "Zwei Stände von „A neu“",
        "100\u00a0%",
        "60\u00a0%",
    ):
        assert words in said, words
    assert one.post(url, form_of(page, "name") | {"entscheidung-weight:Arbeitslose": "mine"}).status_code == 302
    form = form_of(one.get(url), "name")
    assert (form["name"], form["weight:Arbeitslose"], form["weight:Vergleichsbetrag"]) == ("A neu", "60", "40")
    assert (form["floor"], form["ceiling"]) == ("80", "120")


def test_trial_that_is_removed_meanwhile_loses_nothing(url: str, two: list[Client]) -> None:
    one, other = two
    form = form_of(one.get(url), "name")
    other.post(f"{url}entfernen/")
    page = one.post(url, form | {"name": "Mein Vorschlag", "floor": "85"})
    assert page.status_code == 410
    for words in ("Jana Roth hat diesen Eintrag inzwischen gelöscht", "Mein Vorschlag", "Untergrenze", "85"):
        assert words in page.text
