"""Recomputing the chain: which link does not hold, and which rows are no longer what they were."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction

from aqb.chain import state
from aqb.chain.exported import ExportedLink
from aqb.chain.findings import Finding, Report, described, moment
from aqb.chain.link import content_of, digest_of, reached
from aqb.chain.sources import PROOFS, Source, leaves, quoted, sources, steady, text_of
from aqb.models import HistoryLink

ENTRY = 40  # bytes of a row in `leaves`: key and hash


def verify(report: Report, *, against: Iterable[ExportedLink] = (), progress: Any = lambda done, of: None) -> Report:
    """Recompute every link from the rows, compare with exported links, and compare every row with its last event.

    Changes nothing. Everything that does not fit goes to the report; `progress` hears how many links are done.
    """
    with transaction.atomic():
        steady()
        last = _links(report, progress)
        _exported(report, against)
        _beyond(report, last)
        state.compare(report)
    return report


def _links(report: Report, progress: Any) -> dict[str, int]:
    """All links in their order. Answers the last key covered of each table."""
    total = HistoryLink.objects.count()
    expected, previous, last = 1, "", dict[str, int]()
    for link in HistoryLink.objects.order_by("number").iterator(chunk_size=50):
        for missing in range(expected, link.number):
            report.add(Finding("link", f"Kettenglied {missing} fehlt.", missing))
        if link.previous != previous:
            report.add(
                Finding(
                    "link",
                    f"Kettenglied {link.number} schließt nicht an Kettenglied {link.number - 1} an.",
                    link.number,
                )
            )
        _link(report, link, last)
        expected, previous = link.number + 1, link.digest
        report.links += 1
        report.rows += link.rows
        progress(report.links, total)
    return last


def _link(report: Report, link: HistoryLink, last: dict[str, int]) -> None:
    parts = list(link.parts.order_by("table"))
    if link.digest != digest_of(link.number, link.made_at, link.previous, map(content_of, parts)):
        text = f"Kettenglied {link.number} vom {moment(link.made_at)}: Sein Prüfwert passt nicht zu seinem Inhalt."
        report.add(Finding("link", text, link.number))
    for part in parts:
        if part.after != last.get(part.table, 0):
            text = f"Kettenglied {link.number} lässt in „{part.table}“ Einträge aus oder umfasst sie doppelt."
            report.add(Finding("link", text, link.number))
        last[part.table] = part.upto
        _part(report, link.number, content_of(part), bytes(part.leaves))


def _part(report: Report, number: int, part: dict[str, Any], kept: bytes) -> None:
    """The rows of one table in one link, by its columns of then."""
    if hashlib.sha256(kept).hexdigest() != part["digest"] or len(kept) != ENTRY * part["rows"]:
        text = f"Kettenglied {number}: Die Prüfwerte zu „{part['table']}“ sind verändert."
        report.add(Finding("link", text, number, part["table"]))
    source = sources().get(part["table"])
    missing = [name for name in part["columns"] if source is None or not _has(source, name)]
    if source is None or missing:
        lost = (
            f"die Spalte „{missing[0].lstrip('*')}“ in „{part['table']}“"
            if source
            else f"die Tabelle „{part['table']}“"
        )
        report.add(Finding("link", f"Kettenglied {number}: Es gibt {lost} nicht mehr.", number, part["table"]))
        return
    if _digest(source, part) != hashlib.sha256(kept).hexdigest():
        _compare(report, number, source, part, kept)
    personal = [name[1:] for name in part["columns"] if name.startswith("*")]
    if personal:
        _personal(report, number, source, part, personal)


def _has(source: Source, name: str) -> bool:
    return name.lstrip("*") in {column.lstrip("*") for column in source.columns}


def _digest(source: Source, part: dict[str, Any]) -> str:
    """The digest that the rows give now; PostgreSQL computes it, so nothing is fetched while all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(coalesce(string_agg(int8send(key) || hash, ''::bytea ORDER BY key), '')), 'hex') "  # noqa: S608
            f"FROM ({leaves(source, part['columns'])}) leaf",
            [part["after"], part["upto"]],
        )
        return str(cursor.fetchone()[0])


def _compare(report: Report, number: int, source: Source, part: dict[str, Any], kept: bytes) -> None:
    """Which rows differ: one pass over what was and what is, both in the order of their keys."""
    then = dict(_entries(kept))
    with connection.cursor() as cursor:
        cursor.execute(f"{leaves(source, part['columns'])} ORDER BY key", [part["after"], part["upto"]])
        now = {key: bytes(found) for key, found in cursor.fetchall()}
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            kind = "changed" if key in then and key in now else "removed" if key in then else "inserted"
            _row(report, kind, number, source, key)


def _entries(kept: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(kept) - ENTRY + 1, ENTRY):
        yield int.from_bytes(kept[start : start + 8], "big", signed=True), kept[start + 8 : start + ENTRY]


def _row(report: Report, kind: str, number: int | None, source: Source, key: int, why: str = "") -> None:
    words = {"changed": "wurde nachträglich verändert", "removed": "fehlt", "inserted": "wurde nachträglich eingefügt"}
    what = described(source, key) if report.wants(kind) else ""
    report.add(Finding(kind, f"{what} {why or words[kind]}.", number, source.table, key))


def _personal(report: Report, number: int, source: Source, part: dict[str, Any], columns: list[str]) -> None:
    """Personal columns fit their commitment, or are empty because the person is anonymised and the salt forgotten."""
    if source.tracked is None:
        return
    empty = " AND ".join(f"e.{quoted(column)} = ''" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.{source.key}, proof.salt IS NULL FROM {quoted(source.table)} e "  # noqa: S608 - names of our own models
            f'LEFT JOIN {PROOFS} proof ON proof."table" = %s AND proof."row" = e.{source.key} '
            f"LEFT JOIN {quoted(source.tracked._meta.db_table)} kept ON kept.id = e.pgh_obj_id "
            f"WHERE e.{source.key} > %s AND e.{source.key} <= %s AND NOT coalesce(CASE WHEN proof.salt IS NULL "
            f"THEN {empty} AND kept.anonymised_at IS NOT NULL "
            f"ELSE proof.commitment = encode(sha256(proof.salt || {text_of(columns)}), 'hex') END, false) ORDER BY 1",
            [source.table, part["after"], part["upto"]],
        )
        for key, forgotten in cursor.fetchall():
            why = "hat keinen Nachweis der persönlichen Angaben mehr, ohne anonymisiert zu sein" if forgotten else ""
            _row(report, "changed", number, source, key, why)


def _exported(report: Report, against: Iterable[ExportedLink]) -> None:
    """What an exported link says counts, whatever the chain in the database says today."""
    now = dict(HistoryLink.objects.values_list("number", "digest"))
    for link in against:
        if now.get(link.number) == link.digest:
            continue
        words = "ist ein anderes als das ausgegebene" if link.number in now else "fehlt in der Datenbank"
        text = f"Kettenglied {link.number} vom {moment(link.made_at)} {words}."
        report.add(Finding("link", text, link.number))
        for part, kept in link.parts:
            _part(report, link.number, part, kept)


def _beyond(report: Report, last: dict[str, int]) -> None:
    """How many rows no link covers yet; a row below the first key can be none of ours."""
    last = {**reached(), **last}
    for source in sources().values():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {quoted(source.table)} WHERE {source.key} > %s",  # noqa: S608
                [last.get(source.table, 0)],
            )
            report.unlinked += cursor.fetchone()[0]
            cursor.execute(f"SELECT {source.key} FROM {quoted(source.table)} WHERE {source.key} <= 0 ORDER BY 1")  # noqa: S608
            for (key,) in cursor.fetchall():
                _row(report, "inserted", None, source, key)
