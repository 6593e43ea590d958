"""Proving that PostgreSQL itself refuses: writing past the forms, and two people at the same moment."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, models, transaction
from psycopg import Error

from aqb.access import Refused
from aqb.refusals import sentence


def refusal(error: BaseException) -> tuple[str, str]:
    """Name of the constraint or trigger that refused, and the German sentence that people read."""
    assert isinstance(error, IntegrityError)
    cause = error.__cause__
    assert isinstance(cause, Error)
    return cause.diag.constraint_name or "", sentence(error) or ""


@contextmanager
def refused(name: str, *words: str) -> Iterator[None]:
    """The block must be refused by the constraint or trigger `name`, in a German sentence that holds `words`."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    found, said = refusal(caught.value)
    assert found == name, f"{found} refused, not {name}: {caught.value}"
    assert said.endswith("."), f"{name} has no sentence: {said!r}"
    assert name not in said
    for word in words:
        assert word in said


def write(row: models.Model, **values: Any) -> None:
    """Change columns of a row by raw SQL, past model, form and action."""
    columns = ", ".join(f'"{row._meta.get_field(name).column}" = %s' for name in values)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET {columns} WHERE id = %s', [*values.values(), row.pk])
        assert cursor.rowcount == 1


def empty(table: str) -> None:
    """Empty a table by raw SQL, with all that hangs on it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'TRUNCATE "{table}" CASCADE')


def erase(row: models.Model, *, at_once: bool = False) -> None:
    """Delete a row by raw SQL; `at_once` asks the foreign keys now and not only at the end of the transaction."""
    with connection.cursor() as cursor:
        if at_once:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])
        assert cursor.rowcount == 1


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each in its own thread, connection and transaction.

    Every act runs to its end before any transaction is committed, unless the database makes it wait for another one.
    Answers what each gave or raised, in their order.
    """
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))
    reached = [threading.Event() for _ in acts]

    def run(index: int) -> None:
        try:
            start.wait(10)
            with transaction.atomic():
                results[index] = acts[index]()
                reached[index].set()
                patience = time.monotonic() + 0.7  # who waits for our lock does not get there: then we let it
                for other in reached:
                    other.wait(max(0.0, patience - time.monotonic()))
        except (IntegrityError, Refused) as error:
            results[index] = error
        finally:
            reached[index].set()
            connections.close_all()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "two transactions wait for each other"
    return results
