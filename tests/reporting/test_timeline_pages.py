"""The pages of the history: filters in the address, page by page, for whoever sees the row."""

import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion
from aqb.access import Role
from aqb.differences import pieces
from aqb.models import User
from projects.models import ProjectEntry
from reporting.timeline import pages
from tests import factories as make
from tests.reporting.told import acting, forget, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> AgreementVersion:
    row = make.version()
    make.entry(row, amount="5000.00")
    return row


@pytest.fixture
def sabine(version: AgreementVersion) -> User:
    return make.user(Role.DISTRICT, version.agreement.district, name="Sabine Kröger")


def address(version: AgreementVersion) -> str:
    return reverse("agreement_history", args=[version.agreement.budget_year.year, version.agreement.district.ags])


def shown(user: User, url: str, **query: Any) -> str:
    """The page's text without tags."""
    client = Client()
    client.force_login(user)
    answer = client.get(url, query)
    assert answer.status_code == 200
    forget()
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " ")).replace(" .", ".").replace(" ,", ",")


def change(version: AgreementVersion, by: User, minute: int, **fields: Any) -> None:
    with acting(by, minute):
        ProjectEntry.objects.filter(version=version).update(**fields)


def test_history_of_an_agreement_reads_like_sentences(version: AgreementVersion, sabine: User) -> None:
    change(version, sabine, 1, places=26)
    text = shown(sabine, address(version))
    place = version.agreement.district.name
    assert f"Sabine Kröger ({place}) hat die Zahl der Plätze von Joblinge von 20 auf 26 geändert." in text
    assert "Montag, 4. Januar 2100" in text
    assert "Seite /seite/" in text


def test_history_of_a_project_tells_only_of_it(version: AgreementVersion, sabine: User) -> None:
    other = make.entry(version, title="Rückenwind")
    change(version, sabine, 1, places=26)
    text = shown(sabine, reverse("project_history", args=[other.pk]))
    assert "die Zahl der Plätze von Rückenwind" in text
    assert "Joblinge" not in text


def test_foreign_history_does_not_exist(version: AgreementVersion) -> None:
    client = Client()
    client.force_login(make.user(Role.DISTRICT_LEAD))
    assert client.get(address(version)).status_code == 404
    assert client.get(reverse("project_history", args=[version.entries.get().pk])).status_code == 404
    assert client.get(reverse("history")).status_code == 403


def test_person_filter(version: AgreementVersion, sabine: User) -> None:
    jana = make.user(Role.MINISTRY, name="Jana Reinhardt")
    change(version, sabine, 1, places=26)
    change(version, jana, 2, places=27)
    raw("UPDATE projects_projectentry SET places = 28")
    assert "von 26 auf 27" not in (only := shown(jana, address(version), person=sabine.pk))
    assert "von 20 auf 26" in only
    assert "von 27 auf 28" in (nobody := shown(jana, address(version), person=0))
    assert "von 26 auf 27" not in nobody
    assert "Filter zurücksetzen" in nobody
    offered = shown(sabine, address(version))
    assert "Jana Reinhardt" in offered


def test_kind_filter(version: AgreementVersion, sabine: User) -> None:
    change(version, sabine, 1, places=26)
    raw("UPDATE projects_fundingshare SET amount = 7000")
    amounts = shown(sabine, address(version), kind="amounts")
    assert "auf 7.000,00 Euro geändert" in amounts
    assert "Plätze" not in amounts
    both = shown(sabine, address(version), kind=["amounts", "projects"])
    assert "Plätze" in both


def test_day_filter(version: AgreementVersion, sabine: User) -> None:
    change(version, sabine, 1, places=26)
    change(version, sabine, 24 * 60 + 1, places=27)
    first = shown(sabine, address(version), since="04.01.2100", until="04.01.2100")
    assert "von 20 auf 26" in first
    assert "von 26 auf 27" not in first
    assert "angelegt" not in first
    later = shown(sabine, address(version), since="05.01.2100")
    assert "von 26 auf 27" in later
    assert "von 20 auf 26" not in later


def test_words_are_found_in_sentences_and_values(version: AgreementVersion, sabine: User) -> None:
    change(version, sabine, 1, places=26)
    change(version, sabine, 2, title="Rückenwind", description="Zwanzig Seiten über Gärtnerei.")
    assert "Rückenwind" in shown(sabine, address(version), q="gärtnerei")
    assert "von 20 auf 26" in shown(sabine, address(version), q="plätze 26")
    nothing = shown(sabine, address(version), q="Gärtnerei 26")
    assert "Kein Eintrag passt zu diesen Filtern" in nothing


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "31.02.2026"}, "„31.02.2026“ ist kein Datum. Bitte schreiben Sie es wie 31.03.2027."),
        ({"since": "02.01.2026", "until": "01.01.2026"}, "Dieser Tag liegt vor dem ersten."),
        ({"kind": "nichts"}, "steht nicht zur Verfügung"),
        ({"person": "99999999"}, "steht nicht zur Verfügung"),
        ({"q": "a" * 101}, "Möglich sind höchstens 100"),
    ],
)
def test_wrong_filter_is_answered_in_words(
    version: AgreementVersion, sabine: User, query: dict[str, Any], sentence: str
) -> None:
    assert sentence in shown(sabine, address(version), **query)


@pytest.mark.parametrize(
    "token", ["x", "~~~", "2026-01-01~a~1~1", "2026-01-01T00:00~" + "0" * 36 + "~1~1", "a~b~c~d~e"]
)
def test_broken_place_in_the_address_begins_anew(version: AgreementVersion, sabine: User, token: str) -> None:
    change(version, sabine, 1, places=26)
    assert "von 20 auf 26" in shown(sabine, address(version), after=token)


def test_pages_hold_every_entry_once(version: AgreementVersion, sabine: User) -> None:
    for places in range(100, 100 + 2 * pages.PER_PAGE):
        change(version, sabine, places, places=places)
    client, url, found = Client(), address(version), []
    client.force_login(sabine)
    while url:
        answer = client.get(url)
        found += [line.entry.place for day in answer.context["days"] for one in day.occasions for line in one.lines]
        beyond = answer.context["beyond"]
        url = f"{address(version)}?after={beyond.replace('+', '%2B')}" if beyond else ""
    assert len(found) == len(set(found)) >= 2 * pages.PER_PAGE
    assert found == sorted(found, reverse=True)


def test_search_that_takes_long_stops_and_goes_on(
    version: AgreementVersion, sabine: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(version, sabine, 0, description="Gärtnerei")
    for places in range(1, 12):
        change(version, sabine, places, places=places)
    monkeypatch.setattr(pages, "MOST", 5)
    client = Client()
    client.force_login(sabine)
    beyond, stops = "", 0
    while True:
        answer = client.get(address(version), {"q": "Gärtnerei", "after": beyond})
        if answer.context["number"]:
            break
        assert "Weiter zurück suchen" in answer.content.decode()
        beyond, stops = answer.context["beyond"], stops + 1
    assert stops == 2


def test_agreement_is_picked_out_of_everything(version: AgreementVersion) -> None:
    reader, other = make.user(Role.AUDITOR), make.version()
    make.entry(other, title="Fremdes Projekt")
    assert "Fremdes Projekt" in shown(reader, reverse("history"))
    picked = shown(reader, reverse("history"), agreement=version.agreement_id)
    assert "Fremdes Projekt" not in picked
    assert "Joblinge" in picked


def test_change_past_the_application_is_marked(version: AgreementVersion, sabine: User) -> None:
    raw("UPDATE projects_projectentry SET places = 28")
    text = shown(sabine, address(version))
    assert "Direkt in der Datenbank" in text
    assert "Außerhalb der Anwendung, direkt in der Datenbank: Jemand hat" in text
    assert "hat die Zahl der Plätze von Joblinge von 20 auf 28 geändert" in text


def test_what_people_wrote_is_no_markup(version: AgreementVersion, sabine: User) -> None:
    change(version, sabine, 1, title="<script>alert(1)</script>")
    client = Client()
    client.force_login(sabine)
    content = client.get(address(version)).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert" in content


def test_long_texts_are_compared_word_by_word() -> None:
    before = "Junge Menschen werden in vier Gewerken auf eine Ausbildung vorbereitet und dabei begleitet."
    after = before.replace("vier", "fünf").replace(" und dabei begleitet", "")
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.mark != "new") == before
    assert "".join(one.text for one in found if one.mark != "old") == after
    assert ("old", "vier") in found
    assert ("new", "fünf") in found
    assert pieces("kurz", "kürzer") == []
    assert pieces(before, "Etwas ganz anderes, das mit dem vorigen Satz wirklich fast gar nichts gemeinsam hat") == []


def test_many_events_are_read_fast(version: AgreementVersion) -> None:
    """50,000 events: a page of everything, with and without filters, in about a second even on a busy machine."""
    entry = version.entries.get()
    forget()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true)")
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", ['{"user": 1, "url": "/x/"}'])
        columns = [
            str(one.column) for one in ProjectEntry._meta.concrete_fields if one.column not in ("places", "position")
        ]
        cursor.execute(
            f"""INSERT INTO projects_projectentryevent
            (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, places, position, {", ".join(columns)})
            SELECT now() - n * interval '1 minute', 'update', {entry.pk}, NULL, n, 1, {", ".join(f"e.{c}" for c in columns)}
            FROM generate_series(1, 50000) n, projects_projectentry e WHERE e.id = {entry.pk}"""
        )
        cursor.execute("ANALYZE projects_projectentryevent")
    forget()
    client = Client()
    client.force_login(make.user(Role.AUDITOR))
    client.get(reverse("history"))  # what is loaded once
    for query in ({}, {"person": 0}, {"kind": "projects"}, {"since": "01.01.2020", "until": "31.12.2099"}):
        begun = time.perf_counter()
        answer = client.get(reverse("history"), query)
        assert answer.context["number"] == pages.PER_PAGE
        assert time.perf_counter() - begun < 3, query
    begun = time.perf_counter()
    answer = client.get(reverse("history"), {"q": "steht nirgends"})
    assert answer.context["searched"] is not None
    assert time.perf_counter() - begun < 15
