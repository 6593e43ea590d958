"""Chains in tests: links without waiting, and what an owner of the database can do behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from aqb import chain, clock
from aqb.chain import link as making
from aqb.models import HistoryLink


def link() -> list[HistoryLink]:
    """Chain what there is, without waiting for requests to settle."""
    return chain.extend(settle=timedelta(0))


def run(**options: object) -> chain.Report:
    """Verify everything."""
    return chain.verify(chain.Report(tell=lambda finding: None), **options)  # type: ignore[arg-type]


def found(report: chain.Report) -> list[tuple[str, int | None, str, int | None]]:
    """The rows concerned: kind, link, table, key."""
    return [(one.kind, one.link, one.table, one.key) for one in report.findings if one.key is not None]


@contextmanager
def as_owner(*tables: str) -> Iterator[None]:
    """What happens inside happens with the triggers of the tables switched off, as only their owner can do it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def recomputed() -> None:
    """What an administrator does who wants to hide a change: the same links anew, from the rows as they are now."""
    with as_owner("aqb_historylink", "aqb_historypart", "aqb_personalproof"), connection.cursor() as cursor:
        cursor.execute(
            'SELECT l.number, l.made_at, p."table", p.upto FROM aqb_historylink l '
            "JOIN aqb_historypart p ON p.link_id = l.id ORDER BY l.number"
        )
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM aqb_historypart")
        cursor.execute("DELETE FROM aqb_historylink")
        cursor.execute("DELETE FROM aqb_personalproof")
    for number in sorted({row[0] for row in rows}):
        limits = {table: upto for count, _, table, upto in rows if count == number}
        with clock.stopped(next(row[1] for row in rows if row[0] == number)):
            making._add(limits)
