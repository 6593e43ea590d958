"""Several workers at once, for `make run`: started together, started again when they die, ended together."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Never

from django.conf import settings

LOOK = 0.5  # seconds between two looks at them
PAUSE = 2.0  # seconds before one that died is started again: what kills it may need a moment to be mended
PATIENCE = 15.0  # seconds for the entry at hand when all end; what is not done by then is taken up the next time


def lead(number: int) -> None:
    """Keep `number` workers at work until we are told to stop or whoever started us has ended."""
    parent = os.getppid()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _stop)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        workers += [_start() for _ in range(number)]
        while os.getppid() == parent:
            time.sleep(LOOK)
            for place, worker in enumerate(workers):
                if worker.poll() is not None:
                    time.sleep(PAUSE if worker.returncode else 0)
                    workers[place] = _start()
    finally:
        _end(workers)


def _stop(_signum: int, _frame: FrameType | None) -> Never:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # from now on nothing disturbs the end
        signal.signal(one, signal.SIG_IGN)
    raise SystemExit(0)


def _start() -> "subprocess.Popen[bytes]":
    """A worker in a group of its own: Ctrl-C in the terminal reaches us, and we end it once."""
    command = [sys.executable, "manage.py", "work", "--parent", str(os.getpid())]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603


def _end(workers: "list[subprocess.Popen[bytes]]") -> None:
    for worker in workers:
        worker.terminate()
    deadline = time.monotonic() + PATIENCE
    for worker in workers:
        try:
            worker.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
