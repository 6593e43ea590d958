"""Links of the chain: how one is made, and how its digest comes about."""

import hashlib
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from aqb import clock
from aqb.chain.sources import CONTEXTS, PROOFS, Source, leaves, quoted, sources, steady, text_of
from aqb.models import HistoryLink, HistoryPart

SETTLE = timedelta(seconds=30)  # a request says more about itself for as long as it runs
PATIENCE = timedelta(minutes=2)  # until transactions that still write have ended
CHUNK = 25_000  # rows of a table in one link, 1 MB of hashes: memory does not grow with the history
LOCK = 0x415142  # "AQB"; PostgreSQL's advisory locks are numbers
WRITING = ("RowExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")


class Busy(Exception):
    """Somebody has been writing for longer than the chain waits; the text is a German sentence."""


def hold() -> None:
    """Nobody adds links until the transaction ends: for who empties personal columns and forgets their salts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def extend(*, settle: timedelta = SETTLE, patience: timedelta = PATIENCE) -> list[HistoryLink]:
    """Chain everything recorded until now, and answer the new links: at least one, more where there are many rows.

    Waits until whoever writes at this moment has finished, so that no row comes later into what a link covers, and until
    the youngest circumstances are `settle` old. People go on working; nothing is locked. Raises Busy after `patience`.
    """
    limits = _newest()
    _wait_for_writers(limits, time.monotonic() + patience.total_seconds())
    _wait_for_requests(settle)
    with transaction.atomic():
        hold()
        steady()
        limits = {table: _settled(sources()[table], limit, settle) for table, limit in limits.items()}
        made = [_add(limits)]
        while any(limit > reached for limit, reached in _open(limits)):
            made.append(_add(limits))
    return made


def digest_of(number: int, made_at: datetime, previous: str, parts: Iterable[dict[str, Any]]) -> str:
    """SHA-256 (hexadecimal) of a link's content; a part brings table, columns, after, upto, rows and digest."""
    content = {
        "number": number,
        "made_at": made_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": previous,
        "parts": sorted(parts, key=lambda part: str(part["table"])),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def content_of(part: HistoryPart) -> dict[str, Any]:
    """What of a part goes into the digest of its link."""
    names = ("table", "columns", "after", "upto", "rows", "digest")
    return {name: getattr(part, name) for name in names}


def reached() -> dict[str, int]:
    """For each table the last key that a link covers."""
    return dict(HistoryPart.objects.order_by().values_list("table").annotate(Max("upto")))


def _newest() -> dict[str, int]:
    """The highest key of each table that has rows."""
    parts = [f"SELECT '{one.table}', max({one.key}) FROM {quoted(one.table)}" for one in sources().values()]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: key for table, key in cursor.fetchall() if key is not None}


def _open(limits: dict[str, int]) -> list[tuple[int, int]]:
    last = reached()
    return [(limit, last.get(table, 0)) for table, limit in limits.items()]


def _wait_for_writers(limits: dict[str, int], deadline: float) -> None:
    """Return once every other transaction that may hold a key below a limit has ended.

    A row gets its key after its transaction has locked the table for writing, so whoever holds such a key now is
    seen here; waiting for the numbers of transactions instead would miss those that have none yet.
    """
    tables = sorted(limits)
    writers = _writers(tables)
    while writers:
        if time.monotonic() > deadline:
            raise Busy(
                "Der Verlauf lässt sich gerade nicht verketten, weil eine Änderung noch nicht abgeschlossen ist. "
                "Bitte später noch einmal versuchen."
            )
        time.sleep(0.1)
        writers &= _writers(tables)


def _writers(tables: list[str]) -> set[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction, relation::bigint FROM pg_locks WHERE locktype = 'relation' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND mode = ANY(%s::text[]) AND pid IS DISTINCT FROM pg_backend_pid() "
            "AND relation = ANY(SELECT to_regclass(quote_ident(name))::oid FROM unnest(%s::text[]) name)",
            [list(WRITING), tables],
        )
        return set(cursor.fetchall())


def _wait_for_requests(settle: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT extract(epoch FROM clock_timestamp() - max(updated_at)) FROM {CONTEXTS}")  # noqa: S608
        age = cursor.fetchone()[0]
    if age is not None and age < settle.total_seconds():
        time.sleep(settle.total_seconds() - max(0.0, float(age)))


def _settled(source: Source, limit: int, settle: timedelta) -> int:
    """The limit, or the key before the first row whose circumstances have just changed: the next link covers it."""
    if not source.tracked:
        return limit
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(e.pgh_id) - 1 FROM {quoted(source.table)} e JOIN {CONTEXTS} c ON c.id = e.pgh_context_id "  # noqa: S608
            "WHERE e.pgh_id > %s AND e.pgh_id <= %s AND c.updated_at > now() - make_interval(secs => %s)",
            [reached().get(source.table, 0), limit, settle.total_seconds()],
        )
        cut = cursor.fetchone()[0]
    return limit if cut is None else cut


def _add(limits: dict[str, int]) -> HistoryLink:
    """The next link, with at most CHUNK rows of each table."""
    last, done = HistoryLink.objects.first(), reached()
    parts = [
        _part(sources()[table], done.get(table, 0), limit)
        for table, limit in sorted(limits.items())
        if limit > done.get(table, 0)
    ]
    number, made_at = (last.number + 1 if last else 1), clock.now()
    previous = last.digest if last else ""
    link = HistoryLink.objects.create(
        number=number,
        made_at=made_at,
        previous=previous,
        digest=digest_of(number, made_at, previous, map(content_of, parts)),
        rows=sum(part.rows for part in parts),
    )
    for part in parts:
        part.link = link
    HistoryPart.objects.bulk_create(parts)
    return link


def _part(source: Source, after: int, limit: int) -> HistoryPart:
    """The rows after a key, up to the limit or to a chunk's end."""
    columns = source.columns
    with connection.cursor() as cursor:
        if source.personal:
            _commit_to_personal(source, after, limit)
        cursor.execute(
            f"SELECT count(*), max(key), coalesce(string_agg(int8send(key) || hash, ''::bytea ORDER BY key), '') "  # noqa: S608
            f"FROM ({leaves(source, columns)} ORDER BY key LIMIT {CHUNK}) leaf",
            [after, limit],
        )
        rows, highest, hashes = cursor.fetchone()
    return HistoryPart(
        table=source.table,
        columns=columns,
        after=after,
        upto=highest if rows == CHUNK else limit,
        rows=rows,
        leaves=bytes(hashes),
        digest=hashlib.sha256(hashes).hexdigest(),
    )


def _commit_to_personal(source: Source, after: int, limit: int) -> None:
    """For each row a random salt and the hash of it with the personal columns; 244 bits of chance."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH fresh AS MATERIALIZED ("  # noqa: S608 - names of our own models
            f"SELECT e.{source.key} AS key, {text_of(source.personal)} AS plain, "
            "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS salt "
            f"FROM {quoted(source.table)} e WHERE e.{source.key} > %s AND e.{source.key} <= %s) "
            f'INSERT INTO {PROOFS} ("table", "row", salt, commitment) '
            "SELECT %s, key, salt, encode(sha256(salt || plain), 'hex') FROM fresh ON CONFLICT DO NOTHING",
            [after, limit, source.table],
        )
