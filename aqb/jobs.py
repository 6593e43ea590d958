"""What is due every day, one after another; `manage.py daily` runs it.

Each job is recorded under its own name and decides itself what belongs into one transaction. One that fails does not
stop the others. Nothing may enter a context of the history around them: what a context says once, stays.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pghistory
from django.contrib.sessions.backends.db import SessionStore

from aqb import anonymise, chain
from aqb.accounts.session import sessions
from aqb.accounts.staff import people

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Its name in the history, its German title, and what it does; `run` answers in German what it has done."""

    name: str
    title: str
    run: Callable[[], str]


@dataclass(frozen=True)
class Result:
    """What a job has said, or that it failed."""

    job: Job
    text: str
    failed: bool = False


def clear_sessions() -> str:
    """What nobody can use any more: stored sessions whose time is over, and their entries in people's lists."""
    SessionStore.clear_expired()
    return f"{sessions.forget_ended()} Einträge beendeter Sitzungen entfernt"


def anonymise_people() -> str:
    return f"{anonymise.run()} Konten anonymisiert"


def chain_history() -> str:
    """Last of all: it covers what the other jobs have recorded."""
    links = chain.extend()
    return f"{len(links)} neue Glieder, zusammen {sum(link.rows for link in links)} Einträge"


JOBS = (
    Job("close_unused", "Ungenutzte Konten", people.close_unused),
    Job("clear_sessions", "Sitzungen", clear_sessions),
    Job("anonymise_people", "Personenbezogene Daten", anonymise_people),
    Job("chain_history", "Kette über den Verlauf", chain_history),
)


def run_due(jobs: tuple[Job, ...] = JOBS) -> Iterator[Result]:
    """Run one job after the other and answer what each said; a failure is logged, and the next one runs."""
    for job in jobs:
        try:
            with pghistory.context(command="daily", job=job.name):
                text = job.run()
        except Exception:  # whatever it is, the other jobs are not its victims; the command ends with 1
            logger.exception("daily job %s failed", job.name)
            yield Result(job, "fehlgeschlagen; der Grund steht im Protokoll", failed=True)
        else:
            yield Result(job, text)
