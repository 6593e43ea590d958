"""Several people at the same moment: each call in a thread and with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call answers, in their order."""
    answers: list[Any] = [None] * len(calls)
    start = Barrier(len(calls))

    def run(place: int) -> None:
        try:
            start.wait()
            answers[place] = calls[place]()
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
