"""How a job is done: each row once, in its own transaction, under the name of who started it, and with a word about it."""

import logging

import pghistory
from django.db import transaction
from django.urls import reverse

from aqb import clock
from aqb.access import Refused
from aqb.errors import new_number
from aqb.models import Job, JobRow, User
from aqb.refusals import database_refusals
from aqb.work import kinds, progress

logger = logging.getLogger(__name__)
State = JobRow.State
LOST = "Beim Bearbeiten ist der Dienst mehrmals abgebrochen. Es ist nichts geschehen; bitte wenden Sie sich an den Betrieb."


@transaction.atomic
def begin(job_key: int) -> None:
    """Put each row of a new job into the queue, all or none."""
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_key, started_at=None).first()
    if job is None:  # forgotten meanwhile, or begun by a worker that died after it
        return
    for row in job.rows.waiting():
        enqueue(row)
    job.started_at = clock.now()
    job.save(update_fields=["started_at"])


def enqueue(row: JobRow) -> None:
    """A new entry of the queue for this row."""
    from aqb.work.tasks import do_row  # the queue knows us, too

    JobRow.objects.filter(pk=row.pk).update(task=do_row.enqueue(row.pk).id)


def do(row_key: int) -> None:
    """Do one row, unless it is done already, and say what came of it.

    What it does and its new state are one transaction: a worker that dies in between leaves neither.
    """
    found = JobRow.objects.select_related("job").filter(pk=row_key).first()
    if found is None:
        return
    job = found.job
    circumstances = {"user": job.created_by_id, "url": reverse("job_detail", args=[job.pk]), "job": job.title}
    with pghistory.context(**circumstances):
        try:
            with database_refusals(), transaction.atomic():
                if row := _taken(row_key):
                    _finish(row, State.DONE, _done(row))
        except Refused as refused:
            _give_up(row_key, State.REFUSED, " ".join(refused.reasons))
        except Exception:  # a fault of ours in one row is no reason to leave the others
            number = new_number()
            logger.exception("Eine Zeile von Auftrag %d (%s) ist fehlgeschlagen, Nummer %s.", job.pk, job.kind, number)
            reason = "Hier ist etwas schiefgegangen, und es ist nichts geschehen."
            _give_up(row_key, State.FAILED, f"{reason} Bitte nennen Sie dem Betrieb diese Nummer: {number}")


def lose(row: JobRow) -> None:
    """Give up a row whose workers have died again and again."""
    logger.error("Zeile %d von Auftrag %d hat mehrere Worker beendet.", row.pk, row.job_id)
    _give_up(row.pk, State.FAILED, LOST)


def _taken(row_key: int) -> JobRow | None:
    """The row, locked until the transaction ends; None if somebody else has brought it to an end."""
    rows = JobRow.objects.select_for_update(of=("self",), no_key=True).select_related("job")
    return rows.filter(pk=row_key, state=State.WAITING).first()


def _done(row: JobRow) -> str:
    """Do it; answers the sentence about it."""
    job = row.job
    by = User.objects.get(pk=job.created_by_id)  # as the person is now, not as they were when they started it
    if not by.is_active:
        raise Refused("Das Konto, das diesen Auftrag gestartet hat, ist stillgelegt. Es ist nichts geschehen.")
    run = kinds.find(job.kind).run
    if not job.is_whole:
        return run(row.key, by, job)
    with progress.of(job) as advance:
        return run(job, by, advance)


def _give_up(row_key: int, state: str, text: str) -> None:
    with transaction.atomic():
        if row := _taken(row_key):
            _finish(row, state, text)


def _finish(row: JobRow, state: str, text: str) -> None:
    """Bring the row to its end, and the job with its last one.

    The job comes last of everything that a transaction locks, and for a moment only: rows side by side do not wait for
    each other's work, and cannot block each other.
    """
    row.state, row.text, row.finished_at = state, text, clock.now()
    row.save(update_fields=["state", "text", "finished_at"])
    job = Job.objects.select_for_update(no_key=True).get(pk=row.job_id)
    if not job.is_whole:
        job.done += 1
    elif state == State.DONE:  # else it stands where it came to
        job.done = job.total
    if job.is_whole or job.done == job.total:
        job.finished_at = row.finished_at
    job.save(update_fields=["done", "finished_at"])
