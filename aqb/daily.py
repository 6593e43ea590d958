"""What is due every day, one after another; `manage.py daily` runs it.

Each duty is recorded under its own name and decides itself what belongs into one transaction. One that fails does not
stop the others. Nothing may enter a context of the history around them: what a context says once, stays.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pghistory
from django.contrib.sessions.backends.db import SessionStore

from aqb import anonymise, chain, drafts, notices, once
from aqb.accounts.session import sessions
from aqb.accounts.staff import unused
from aqb.work import forgetting

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duty:
    """Its name in the history, its German title, and what it does; `run` answers in German what it has done."""

    name: str
    title: str
    run: Callable[[], str]


@dataclass(frozen=True)
class Result:
    """What a duty has said, or that it failed."""

    duty: Duty
    text: str
    failed: bool = False


def clear_sessions() -> str:
    """What nobody can use any more: stored sessions whose time is over, and their entries in people's lists."""
    SessionStore.clear_expired()
    return f"{sessions.forget_ended()} Einträge beendeter Sitzungen entfernt"


def forget_drafts() -> str:
    return f"{drafts.forget()} Entwürfe von Formularen gelöscht"


def anonymise_people() -> str:
    return f"{anonymise.run()} Konten anonymisiert"


def forget_jobs() -> str:
    """Jobs that ended long ago, and what is left of them in the queue."""
    return f"{forgetting.forget()} Aufträge vergessen"


def forget_notices() -> str:
    """What people were told long ago, and mails that have left."""
    told, mails = notices.forget()
    return f"{told} Mitteilungen und {mails} E-Mails gelöscht"


def forget_sent() -> str:
    """What is kept against doing things twice, when nobody sends the same form any more."""
    return f"{once.forget()} Einträge abgesendeter Formulare entfernt"


def chain_history() -> str:
    """Last of all: it covers what the other duties have recorded."""
    links = chain.extend()
    return f"{len(links)} neue Glieder, zusammen {sum(link.rows for link in links)} Einträge"


DUTIES = [
    Duty("warn_unused", "Hinweise vor der Stilllegung", unused.warn),
    Duty("close_unused", "Ungenutzte Konten", unused.close),
    Duty("clear_sessions", "Sitzungen", clear_sessions),
    Duty("forget_drafts", "Entwürfe", forget_drafts),
    Duty("forget_jobs", "Aufträge", forget_jobs),
    Duty("forget_notices", "Nachrichten", forget_notices),
    Duty("forget_sent", "Abgesendete Formulare", forget_sent),
    Duty("anonymise_people", "Personenbezogene Daten", anonymise_people),
    Duty("chain_history", "Kette über den Verlauf", chain_history),
]


def add(duty: Duty) -> None:
    """An app above this one says what else is due every day; the chain stays last. Naming one twice adds it once."""
    if duty.name not in {one.name for one in DUTIES}:
        DUTIES.insert(-1, duty)


def run_due(duties: Sequence[Duty] = DUTIES) -> Iterator[Result]:
    """Run one duty after the other and answer what each said; a failure is logged, and the next one runs."""
    for duty in duties:
        try:
            with pghistory.context(command="daily", job=duty.name):
                text = duty.run()
        except Exception:  # whatever it is, the other duties are not its victims; the command ends with 1
            logger.exception("daily duty %s failed", duty.name)
            yield Result(duty, "fehlgeschlagen; der Grund steht im Protokoll", failed=True)
        else:
            yield Result(duty, text)
