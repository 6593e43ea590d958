"""Nothing that is recorded is without words: every table, every column, made, changed and removed."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models

from reporting.timeline.entries import KINDS, OUTSIDE, tell
from reporting.timeline.names import COLUMNS, Names
from reporting.timeline.reading import Place, Recorded, Source, sources
from reporting.timeline.words import WORDS

EVENTS = [source for source in sources().values() if source.is_event]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARTICLE = re.compile(r"(den|die|das) \S")
# "hat", what, participle: the sentence of a change ends with a participle or with what the value was before.
SENTENCE = re.compile(r"hat .+ ([a-zäöüß]+t|[a-zäöüß]+en)(, vorher .+|: .+)?\.$", re.DOTALL)


def value(field: Any, *, other: bool = False) -> Any:
    """A value as the database gives it as JSON."""
    if field.choices:
        known = [key for key, _ in field.flatchoices if key]
        return known[-1] if other else known[0]
    if field.is_relation or isinstance(field, models.IntegerField):
        return 2 if other else 1
    kinds = {
        models.BooleanField: (False, True),
        models.DateTimeField: (NOW.isoformat(), NOW.replace(day=2).isoformat()),
        models.DateField: ("2026-03-01", "2026-03-02"),
        models.DecimalField: ("100.00", "200.00"),
    }
    for kind, (first, second) in kinds.items():
        if isinstance(field, kind):
            return second if other else first
    if field.get_internal_type() == "ArrayField":
        return ["b"] if other else ["a"]
    return "neu" if other else "alt"


def recorded(source: Source, what: str, *changed: str, context: dict[str, Any] | None = None) -> Recorded:
    fields = source.fields
    before = {column: value(field) for column, field in fields.items()}
    row = before | {column: value(fields[column], other=True) for column in changed}
    place = Place(NOW, "0" * 8, source.rank, 1)
    return Recorded(place, source, what, NOW, 1, row, {} if what == "insert" else before, context, beside=False)


def by_label(source: Source) -> str:
    return source.label


def test_every_recorded_table_has_words() -> None:
    assert {source.label for source in sources().values()} == set(WORDS)
    assert {words.kind for words in WORDS.values()} == set(KINDS)


@pytest.mark.parametrize("source", sources().values(), ids=by_label)
def test_every_column_has_a_phrase_or_is_quiet(source: Source) -> None:
    words = WORDS[source.label]
    assert set(source.columns) - set(words.fields) - words.quiet == set(), "neither told nor named quiet"
    assert set(words.fields) & words.quiet == set(), "told and quiet at once"
    assert (set(words.fields) | words.quiet | set(words.labels)) - {"id"} <= set(source.columns), "no such column"
    assert all(ARTICLE.match(phrase) for phrase in words.fields.values())


@pytest.mark.parametrize("source", EVENTS, ids=by_label)
@pytest.mark.parametrize("what", ["insert", "delete"])
def test_every_table_has_a_sentence_for_what_comes_and_goes(source: Source, what: str) -> None:
    entry = tell(recorded(source, what), Names())
    assert entry is not None
    assert entry.sentence.startswith(f"{OUTSIDE} hat ")
    assert SENTENCE.search(entry.sentence), entry.sentence
    assert entry.details or WORDS[source.label].says_all


@pytest.mark.parametrize("source", EVENTS, ids=by_label)
def test_every_column_has_a_sentence_when_it_changes(source: Source) -> None:
    """Past the application each column is told, also one that otherwise follows from others."""
    for column in source.columns:
        if column == "id":
            continue
        entry = tell(recorded(source, "update", column), Names())
        assert entry is not None, column
        assert SENTENCE.search(entry.sentence), entry.sentence
        assert len(entry.details) == 1, column
        assert "  " not in entry.sentence


@pytest.mark.parametrize("source", EVENTS, ids=by_label)
def test_labels_are_german_and_no_column_names(source: Source) -> None:
    """What the libraries call their columns is no German."""
    labels = {detail.label for detail in tell(recorded(source, "insert"), Names()).details}  # type: ignore[union-attr]
    assert not {label for label in labels if re.fullmatch(r"(User|Type|Created at|Uid|.*_.*)", label)}


@pytest.mark.parametrize("source", EVENTS, ids=by_label)
def test_quiet_columns_alone_are_no_entry_within_the_application(source: Source) -> None:
    words = WORDS[source.label]
    done = {"status", "rejected_at", "confirmed_at", "closed_at", "answered_at", "done_at", "released_at", "opened_at",
            "is_active", "anonymised_at", "ended_at", "accepted_at", "revoked_at", "expires_at"}  # fmt: skip
    for column in words.quiet & set(source.columns) - done - {"id"}:
        entry = tell(recorded(source, "update", column, context={"user": 1}), Names())
        assert entry is None or source.label == "aqb.SecondFactor", column


def test_names_are_known_for_whatever_events_refer_to() -> None:
    referred = {
        field.related_model._meta.label
        for source in sources().values()
        for field in source.fields.values()
        if field.is_relation
    }
    assert referred - {"aqb.User"} - set(COLUMNS) == set()
