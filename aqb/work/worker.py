"""A worker: takes one entry after the other from the queue until it is told to stop."""

import logging
import os
import time

from django.db import connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from aqb.notices import sending
from aqb.work import survivors

logger = logging.getLogger(__name__)

IDLE = 0.5  # seconds between two looks into an empty queue
TAKE_UP_EVERY = 5.0  # seconds between two looks for dead colleagues
SEND_EVERY = 20.0  # seconds between two looks into the outbox; so long a mail waits at most while a worker is idle
LIFE = 1_000  # entries; then another process takes its place, so that a leak in a C library never grows for weeks
POLITE = 10  # of 19: pages go before


class OneEntry(Worker):
    """The library's worker for one entry; `found` says whether there was one."""

    found = False

    def __init__(self, key: str) -> None:
        super().__init__(
            queue_names=["*"], excluded_queue_names=[], interval=0, batch=True, backend_name="default",
            startup_delay=False, max_tasks=1, worker_id=key,
        )  # fmt: skip

    def run_task(self, db_task_result: DBTaskResult) -> None:
        self.found = True
        super().run_task(db_task_result)


def work(*, batch: bool = False, parent: int = 0) -> None:
    """Work until a signal ends it: at once when idle, else after the entry at hand. With `batch` until nothing waits.

    With `parent`, until this process is no longer our parent: whoever started us has ended, also by a kill.
    """
    key = get_random_string(32)
    _name_connection(survivors.NAME + key)
    done, looked_at, sent_at = 0, float("-inf"), float("-inf")
    while done < LIFE and (not parent or os.getppid() == parent):
        if time.monotonic() - looked_at > TAKE_UP_EVERY:
            survivors.take_up()
            looked_at = time.monotonic()
        if time.monotonic() - sent_at > SEND_EVERY:
            _send_mails()
            sent_at = time.monotonic()
        entry = OneEntry(key)
        entry.configure_signals()
        entry.run()
        if not entry.running or (batch and not entry.found):
            return
        done += entry.found
        if not entry.found:
            time.sleep(IDLE)


def _send_mails() -> None:
    """What waits in the outbox leaves; whatever goes wrong there does not keep the queue waiting."""
    try:
        sending.run()
    except Exception:
        logger.exception("sending mails failed")


def _name_connection(name: str) -> None:
    """Our connection bears this name and stands as long as we do: by it the others know that we live."""
    connection.close()
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "application_name": name}
    connection.settings_dict["CONN_MAX_AGE"] = None
