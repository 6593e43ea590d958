"""What the database has recorded, read in order of time: every event table and the log of downloads, a stretch at once.

Two questions for each stretch: which events come next (their places), then those events, each with the state before it.
Names of other rows are no matter of this module.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from pghistory.models import Event

from agreements.models import Download

NOBODY = 0  # as a person: changes that no person is named for
NO_CONTEXT = "00000000-0000-0000-0000-000000000000"
# What else happened in the same request: decides whether a change is told here or there. `x` is looked for beside `e`.
_BESIDE = {
    "agreements.AgreementVersion": ("agreements_statuschangeevent", "x.version_id = e.id AND x.to_status = e.status"),
    "agreements.Document": ("agreements_evidenceevent", "x.document_id = e.id AND x.pgh_label = 'insert'"),
    "projects.Project": ("projects_projectentryevent", "x.project_id = e.id AND x.pgh_label = e.pgh_label"),
    "projects.ProjectEntry": ("projects_projectevent", "x.id = e.project_id AND x.pgh_label = e.pgh_label"),
    "agreements.Signatory": (
        "agreements_signatoryevent",
        """x.pgh_label <> e.pgh_label AND (x.version_id, x.party, x.position, x.name, x.office) =
        (e.version_id, e.party, e.position, e.name, e.office)""",
    ),
}


class Place(NamedTuple):
    """Where an event stands in the order of time; the request, then the table, then the row decide within a moment."""

    at: datetime
    context: str
    rank: int
    event: int


@dataclass(frozen=True)
class Source:
    """A table that the timeline reads; `rank` orders tables within a request."""

    label: str  # of the model whose rows it tells about
    model: Any
    table: str
    rank: int
    columns: tuple[str, ...]

    @property
    def is_event(self) -> bool:
        return self.model is not Download

    @cached_property
    def references(self) -> dict[str, str]:
        """The columns that name another row -> label of its model."""
        return {name: one.related_model._meta.label for name, one in self.fields.items() if one.is_relation}

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The recorded columns and what they are."""
        return {one.column: one for one in self.model._meta.concrete_fields if one.column in self.columns}


@dataclass(frozen=True)
class Scope:
    """Which events are read: label of a model -> SQL condition on `e` with its parameters. None: all of them."""

    conditions: dict[str, tuple[str, list[Any]]] | None = None
    downloads: bool = False

    def condition(self, source: Source) -> tuple[str, list[Any]] | None:
        """What an event of the source must meet; None where the source is not read at all."""
        if not source.is_event and not self.downloads:
            return None
        return ("TRUE", []) if self.conditions is None else self.conditions.get(source.label)


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see; empty means everything. `labels` names models; days are whole days in Hesse."""

    person: int | None = None
    labels: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """One event: what became of a row, what it was before, and under which circumstances."""

    place: Place
    source: Source
    what: str  # insert, update, delete
    made_at: datetime
    key: int
    row: dict[str, Any]
    before: dict[str, Any]
    context: dict[str, Any] | None  # None: written past the application
    beside: bool
    group: str = field(default="")


@cache
def sources() -> dict[int, Source]:
    """Every recorded table and the log of downloads, by rank; a table that is recorded later comes by itself."""
    found: list[Any] = sorted((model for model in apps.get_models() if issubclass(model, Event)), key=_weight)
    ranked = {
        rank: Source(
            label=model.pgh_tracked_model._meta.label,
            model=model,
            table=model._meta.db_table,
            rank=rank,
            columns=tuple(one.column for one in model._meta.concrete_fields if not one.column.startswith("pgh_")),
        )
        for rank, model in enumerate(found, start=1)
    }
    ranked[0] = Source("agreements.Download", Download, Download._meta.db_table, 0, ("document_id", "user_id"))
    return ranked


_FIRST = ("agreements.Agreement", "agreements.StatusChange", "projects.ProjectEntry", "agreements.Evidence")


def _weight(model: Any) -> tuple[int, str]:
    """What a request is mainly about stands highest: newest first it is read before what followed from it."""
    label = model.pgh_tracked_model._meta.label
    return (len(_FIRST) - _FIRST.index(label) if label in _FIRST else 0, label)


def _moment(source: Source) -> str:
    """SQL of the moment. In a trial, where a past is invented, the stopped clock of the circumstances counts."""
    if not source.is_event:
        return "e.at"
    recorded = "e.pgh_created_at"
    return recorded if settings.PRODUCTION else f"coalesce((c.metadata->>'clock')::timestamptz, {recorded})"


def _selected(source: Source, scope: Scope, filters: Filters) -> tuple[str, list[Any]] | None:
    """FROM and WHERE of a source's events."""
    condition = scope.condition(source)
    if condition is None or (filters.labels and source.label not in filters.labels):
        return None
    sql, parameters = f" FROM {source.table} e", list(condition[1])
    if source.is_event:
        sql += " LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
    sql += f" WHERE {condition[0]}"
    if filters.person == NOBODY:
        sql += " AND c.metadata->>'user' IS NULL" if source.is_event else " AND FALSE"
    elif filters.person is not None:
        sql += " AND c.metadata->>'user' = %s::text" if source.is_event else " AND e.user_id = %s"
        parameters.append(filters.person)
    for day, comparison in ((filters.since, ">="), (_day_after(filters.until), "<")):
        if day is not None:
            sql += f" AND {_moment(source)} {comparison} %s"
            parameters.append(timezone.make_aware(datetime.combine(day, time.min)))
    return sql, parameters


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else None


def places(scope: Scope, filters: Filters, *, newest_first: bool, after: Place | None, size: int) -> list[Place]:
    """The next events in order of time, at most `size`, beyond `after`."""
    way, beyond, sign = ("DESC", "<", "") if newest_first else ("ASC", ">", "-")
    parts, parameters = [], []
    for source in sources().values():
        if (selected := _selected(source, scope, filters)) is None:
            continue
        key, context = ("e.pgh_id", f"coalesce(e.pgh_context_id, '{NO_CONTEXT}')")
        if not source.is_event:
            key, context = "e.id", f"'{NO_CONTEXT}'::uuid"
        rank = f"{sign}{source.rank}"
        sql = f"(SELECT {_moment(source)} AS at, {context} AS context, {rank} AS rank, {key} AS event{selected[0]}"
        parameters += selected[1]
        if after is not None:
            sql += f" AND ({_moment(source)}, {context}, {rank}, {key}) {beyond} (%s, %s::uuid, %s, %s)"
            parameters += [after.at, after.context, after.rank if newest_first else -after.rank, after.event]
        parts.append(f"{sql} ORDER BY 1 {way}, 2 {way}, 4 {way} LIMIT {int(size)})")
    if not parts:
        return []
    order = ", ".join(f"{number} {way}" for number in range(1, 5))
    # Begins with SELECT: pghistory puts its context before everything else, and reading is no change.
    rows = _asked(f"SELECT * FROM ({' UNION ALL '.join(parts)}) next ORDER BY {order} LIMIT {int(size)}", parameters)
    return [Place(at, str(context), abs(rank), event) for at, context, rank, event in rows]


def events(found: Sequence[Place]) -> Iterator[Recorded]:
    """These events with the state before each, in the given order."""
    wanted: dict[int, list[int]] = {}
    for place in found:
        wanted.setdefault(place.rank, []).append(place.event)
    if not wanted:
        return
    parts = [_whole(sources()[rank]) for rank in wanted]
    rows = {(row[0], row[1]): row for row in _asked(" UNION ALL ".join(parts), list(wanted.values()))}
    for place in found:
        rank, _, what, made_at, key, row, before, context, beside = rows[place.rank, place.event]
        recorded, earlier = _loaded(row), _loaded(before)
        yield Recorded(
            place=place, source=sources()[rank], what=what, made_at=made_at, key=key, row=recorded,
            before=recorded if what == "delete" else earlier, context=_loaded(context) if context else None,
            beside=beside, group=f"{place.context} {made_at.isoformat()}",
        )  # fmt: skip


def _whole(source: Source) -> str:
    """SQL of a source's events by key: label, moment, key of the row, row, row before, circumstances, what is beside."""
    row = _as_json(source, "e")
    if not source.is_event:
        context = "jsonb_build_object('user', e.user_id, 'url', '')"
        return (
            f"SELECT {source.rank}, e.id, 'insert', e.at, e.id, {row}::text, '{{}}', {context}::text, FALSE"
            f" FROM {source.table} e WHERE e.id = ANY(%s)"
        )
    beside = "FALSE"
    if source.label in _BESIDE:
        table, condition = _BESIDE[source.label]
        beside = (
            f"e.pgh_context_id IS NOT NULL AND EXISTS (SELECT 1 FROM {table} x WHERE {condition}"
            " AND x.pgh_context_id = e.pgh_context_id AND x.pgh_created_at = e.pgh_created_at)"
        )
    return (
        f"SELECT {source.rank}, e.pgh_id, e.pgh_label, e.pgh_created_at, e.pgh_obj_id, {row}::text,"
        f" CASE WHEN p.pgh_id IS NOT NULL THEN {_as_json(source, 'p')} ELSE '{{}}'::jsonb END::text,"
        f" c.metadata::text, {beside} FROM {source.table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
        f" LEFT JOIN LATERAL (SELECT * FROM {source.table} before WHERE before.pgh_obj_id = e.pgh_obj_id"
        " AND before.pgh_id < e.pgh_id AND e.pgh_label = 'update' ORDER BY before.pgh_id DESC LIMIT 1) p ON TRUE"
        " WHERE e.pgh_id = ANY(%s)"
    )


def _as_json(source: Source, alias: str) -> str:
    """SQL of a row as JSON; of data that nobody reads in a line only the fingerprint, to see that it changed."""
    pairs = []
    for column, one in source.fields.items():
        value = f"{alias}.{column}"
        pairs.append(f"'{column}', {f'md5({value}::text)' if isinstance(one, models.JSONField) else value}")
    return f"jsonb_build_object({', '.join(pairs)})"


def _loaded(text: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return loaded


def people_of(scope: Scope) -> list[int]:
    """Keys of everybody who acted within the scope."""
    parts, parameters = [], []
    for source in sources().values():
        if selected := _selected(source, scope, Filters()):
            person = "(c.metadata->>'user')::bigint" if source.is_event else "e.user_id"
            parts.append(f"SELECT {person} AS person{selected[0]}")
            parameters += selected[1]
    found = _asked(f"SELECT DISTINCT person FROM ({' UNION ALL '.join(parts)}) acted", parameters)
    return [person for (person,) in found if person is not None]


def _asked(sql: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
