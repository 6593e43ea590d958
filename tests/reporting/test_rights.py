"""The page of rights says what the policy answers, and nothing else."""

import ast
import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, AgreementVersion, NotedRemark, Remark
from aqb import access, rights
from aqb.access import Role, Verb
from tests import factories as make

pytestmark = pytest.mark.django_db


def table() -> dict[str, dict[Role, str]]:
    return {row.what: dict(zip(rights.ORDER, row.answers, strict=True)) for area in rights.areas() for row in area.rows}


def seen_by(role: Role) -> Any:
    client = Client()
    district = make.district() if role in access.DISTRICT else None
    client.force_login(make.operator() if role == Role.NONE else make.user(role, district))
    return client.get(reverse("rights"))


@pytest.mark.parametrize("role", Role)
def test_table_says_what_the_policy_answers_to_a_true_person(role: Role) -> None:
    own, foreign = make.district(), make.district()
    district = own if role in access.DISTRICT else None
    person = make.operator() if role == Role.NONE else make.user(role, district)
    answers = table()
    for verb, rule in access.VERBS.items():
        said = answers[rule.what][role]
        assert (access.why_not(person, verb, own) is None) is (said in ("ja", "eigene")), verb
        assert (access.why_not(person, verb, foreign) is None) is (said == "ja"), verb


def test_every_verb_has_its_row_and_every_area_its_verbs() -> None:
    titles = [row.what for area in rights.areas() for row in area.rows if row.what != "lesen"]
    assert sorted(titles) == sorted(rule.what for rule in access.VERBS.values())
    assert all(area.rows for area in rights.areas())


def test_new_rule_stands_on_the_page_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Verb("Kaffee kochen", frozenset({Role.AUDITOR}), "Kaffee kocht nur die Prüfung.", fresh=True)
    monkeypatch.setitem(access.VERBS, "health.coffee", rule)
    row = table()["Kaffee kochen"]
    assert [role for role, answer in row.items() if answer == "ja"] == [Role.AUDITOR]
    assert "Kaffee kochen" in rights.sensitive()
    assert "Kaffee kochen" in seen_by(Role.DISTRICT).content.decode()


def test_deputies_are_named_where_a_lead_is_needed() -> None:
    answers = table()
    assert answers["freigeben"][Role.MINISTRY] == "in Vertretung"
    assert answers["einreichen"][Role.DISTRICT] == "in Vertretung"
    assert answers["freigeben"][Role.AUDITOR] == answers["freigeben"][Role.NONE] == "nein"


def read_answers(model: type[Model]) -> dict[Role, str]:
    """What the page says about reading this table; each stands in one row of "lesen"."""
    title = str(model._meta.verbose_name_plural)
    [area] = [area for area in rights.areas() if area.title == "Lesen" and title in area.note.split(", ")]
    return dict(zip(rights.ORDER, area.rows[0].answers, strict=True))


@pytest.mark.parametrize("model", [Agreement, AgreementVersion, Remark, NotedRemark])
def test_reading_follows_the_rows_that_a_person_gets(model: Any) -> None:
    own, foreign = make.version(), make.version()
    for version in (own, foreign):
        make.remark(version)
        make.note(version)
    answers = read_answers(model)
    for role in Role:
        district = own.agreement.district if role in access.DISTRICT else None
        person = make.operator() if role == Role.NONE else make.user(role, district)
        number = model.objects.visible_to(person).count()
        assert {2: "ja", 1: "eigene", 0: "nein"}[number] == answers[role], role


def test_reading_names_the_tables_that_follow_the_rule() -> None:
    note = rights.areas()[0].note
    assert {"Zielvereinbarungen", "Dokumente", "Projekte"} <= set(note.split(", "))
    assert "Abrufe" not in note  # asks for a right of its own


def calls_of_same_person() -> set[str]:
    """The functions that ask for a second pair of eyes."""
    found = set()
    for file in sorted((Path(settings.BASE_DIR) / "agreements").rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef) and "same_person(" in ast.unparse(function):
                found.add(function.name)
    return found


def test_second_person_is_named_for_whatever_asks_for_one() -> None:
    """A new question for four eyes belongs on the page: give its verb `not_who`, and its function a place here."""
    asking = {
        "four_eyes": "wording.release", "confirmation_refusals": "version.seal", "_approval_refusals": "version.approve",
    }  # fmt: skip
    assert calls_of_same_person() == set(asking)
    assert {verb for verb, rule in access.VERBS.items() if rule.not_who} == set(asking.values())


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_it_and_finds_the_own_role(role: Role) -> None:
    answer = seen_by(role)
    assert answer.status_code == 200
    text = re.sub(r"\s+", " ", answer.content.decode())
    assert text.count("Ihre Rolle") == 2  # in the list of roles and in the table
    assert f'{rights.title(role)} <span class="aqb-sub">Ihre Rolle</span>' in text
    for sentence in access.SENTENCES.values():
        assert sentence in text
    assert f"mehr als {rights.minutes()} Minuten" in text


def test_second_factor_is_told_as_the_setting_says(settings: Any) -> None:
    settings.SECOND_FACTOR = frozenset({"auditor", "operator"})
    facts = {column.role: column.facts for column in rights.columns()}
    obliged = {role for role, found in facts.items() if "Meldet sich mit zweitem Faktor an." in found}
    assert obliged == {Role.AUDITOR, Role.NONE}


def test_invitations_are_told_as_the_policy_says() -> None:
    for column in rights.columns():
        invited = [rights.title(role) for role in rights.ORDER if role in access.INVITES.get(column.role, ())]
        told = [fact for fact in column.facts if fact.startswith("Lädt ein: ")]
        assert told == ([f"Lädt ein: {'; '.join(invited)}."] if invited else [])


def test_table_is_taken_along_as_a_file() -> None:
    client = Client()
    client.force_login(make.user(Role.AUDITOR))
    answer = client.get(reverse("rights_file"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Bereich", "Was", "Bedingung"]
    approve = next(row for row in rows if row[1] == "freigeben")
    assert approve[2] == "frische Anmeldung, zweite Person"
    assert approve[3:] == ["nein", "nein", "in Vertretung", "ja", "nein", "nein", "nein"]
    assert len(rows) == 1 + sum(len(area.rows) for area in rights.areas())


def test_footer_leads_to_it_for_whoever_is_signed_in() -> None:
    assert reverse("rights") in seen_by(Role.AUDITOR).content.decode()
    assert f'href="{reverse("rights")}"' not in Client().get(reverse("document_verify")).content.decode()
