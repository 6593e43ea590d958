"""Jobs in tests: done at once and in this process, as a worker would do them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from aqb.work.worker import OneEntry


def run_jobs() -> None:
    """Do all that stands in the queue; an entry that fails is a fault of the test or of ours.

    The worker's own loop would close the connection, and with it the transaction of the test.
    """
    worker = OneEntry("test")
    while entry := DBTaskResult.objects.ready().first():
        entry.claim("test")
        worker.run_task(entry)
    failed = DBTaskResult.objects.failed().first()
    assert failed is None, failed.traceback


def database() -> str:
    """The test's own database as an address, for processes of their own."""
    found: dict[str, Any] = connection.settings_dict
    port = f":{found['PORT']}" if found["PORT"] else ""
    login = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}@" if found["USER"] else "@"
    return f"postgresql://{login}{port}/{found['NAME']}?host={quote(found['HOST'], safe='')}"


def worker(*arguments: str, code: str = "", **environment: str) -> "subprocess.Popen[bytes]":
    """`manage.py work` in a process of its own, in the test's database; `code` runs there before it."""
    start = "from django.core.management import call_command; call_command('work', *sys.argv[1:])"
    program = f"import sys, django; django.setup()\n{code}\n{start}"
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "aqb.settings", "DATABASE_URL": database(), **environment},
    )  # fmt: skip


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)
