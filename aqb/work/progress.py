"""How far a job of one piece is, told while its transaction is still open.

What a transaction writes nobody else sees before it ends. So the progress goes through a connection of its own that
commits at once; it writes one row, which the work itself does not touch before its last statement.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

from aqb.models import Job
from aqb.work.kinds import Advance

EVERY = 0.5  # seconds; a page asks less often


@contextmanager
def of(job: Job) -> Iterator[Advance]:
    """A function that says how far the job is; it costs nothing to call it often, and it never fails the work."""
    beside, told_at = connection.copy(), float("-inf")

    def advance(done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < EVERY:
            return
        told_at = time.monotonic()
        with suppress(DatabaseError), beside.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
            cursor.execute(
                "UPDATE aqb_job SET total = %s, done = %s WHERE id = %s AND finished_at IS NULL",
                [max(total, 1), min(done, max(total, 1)), job.pk],
            )

    try:
        yield advance
    finally:
        beside.close()
