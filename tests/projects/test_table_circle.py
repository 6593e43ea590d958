"""What is taken away as a table and brought back unchanged changes nothing; what is edited there changes just that."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as within
from hypothesis import strategies as st

from agreements.models import AgreementVersion
from aqb.tables import Format
from projects.models import LEGAL_CIRCLES, ProjectEntry, TargetGroup
from projects.table.known import known
from projects.table.plan import CHANGED, NEW, SAME, plan
from tests import factories as make
from tests.projects.sheets import exported, records

pytestmark = pytest.mark.django_db

# What people type, and what spreadsheets stumble over.
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
PIECES = st.sampled_from(
    ["'", "''=", "=1+1", "+49", "-", "@", "ß", "😀", '"', ";", ",", "\t", "  ", "_x0041_", "1.234", "31.12.2027", "ja"]
)
words = st.lists(PIECES | st.text(SIGNS, max_size=8), min_size=1, max_size=5).map("".join)
lines = st.lists(words, max_size=3).map("\n".join)
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
facts = st.fixed_dictionaries({
    "title": words.map(lambda text: " ".join(text.split())).filter(bool), "description": lines.map(str.strip),
    "places": st.none() | st.integers(0, 100_000), "starts_on": days, "part_time": st.booleans(), "inclusive": st.booleans(),
    "target_groups": st.lists(st.sampled_from(["u27", "frauen", "weg"]), unique=True),
    "legal_circles": st.lists(st.sampled_from(LEGAL_CIRCLES), unique=True),
    "implementation": st.sampled_from(["", "own", "forwarded", "contracted"]),
    "category": st.booleans(), "provider": st.booleans(),
    "amounts": st.lists(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999.99"), places=2), max_size=3),
})  # fmt: skip


@pytest.fixture
def stage(version: AgreementVersion) -> AgreementVersion:
    TargetGroup.objects.create(key="frauen", title="Frauen; auch „mit Kindern“")
    make.provider(version.agreement.district, name="'=Träger & Söhne; „GmbH“")
    return version


def entry(version: AgreementVersion, facts: dict[str, Any]) -> ProjectEntry:
    chosen = {
        "category": make.category() if facts["category"] else None,
        "provider": version.agreement.district.providers.last() if facts["provider"] else None, "ends_on": None,
    }  # fmt: skip
    made = make.entry(version, **{**facts, **chosen, "project": make.project(version.agreement, uid=uuid4())})
    ProjectEntry.objects.filter(pk=made.pk).update(category=chosen["category"], provider=chosen["provider"])
    return made


@within(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(facts, min_size=6, max_size=12))
def test_table_that_comes_back_unchanged_changes_nothing(stage: AgreementVersion, wanted: list[dict[str, Any]]) -> None:
    stage.entries.all().delete()
    for one in wanted:
        amounts = one.pop("amounts")
        made = entry(stage, one)
        for year, amount in enumerate(amounts, start=2023):
            make.share(made, cash_year=year, amount=amount / 12)
        one["amounts"] = amounts
    state = known(stage)
    for format in Format:  # noqa: A001
        found = plan(records(stage, exported(stage, format), f"projekte.{format}"), state, uuid4())
        assert [(one.what, one.faults, one.changes) for one in found.outcomes if one.what != SAME] == []
        assert not found.takings


def test_edited_cells_change_just_what_they_say(stage: AgreementVersion) -> None:
    first = make.entry(stage, "100.00", title="Eins", provider=stage.agreement.district.providers.first())
    make.entry(stage, "200.00", title="Zwei", provider=first.provider)
    text = exported(stage, Format.CSV).decode("utf-8-sig")
    edited = (
        text.replace('"200,00"', '"250,00"').replace('"20"', '"21"', 1)
        + '"";"Drei";"";"Regelbudget";"2024";"1,00"'
        + ';""' * 11
    )
    found = plan(records(stage, edited.encode(), "projekte.csv"), known(stage), uuid4())
    assert [(one.what, [change.title for change in one.changes]) for one in found.outcomes] == [
        (CHANGED, ["Plätze"]), (CHANGED, ["Betrag"]), (NEW, []),
    ]  # fmt: skip
    assert [(taking.wish.title, set(taking.fields)) for taking in found.takings[:2]] == [
        ("Eins", {"places"}),
        ("Zwei", set()),
    ]
