"""What a worker leaves when it dies: its entry of the queue, which goes back, and its transaction, which never was.

Who lives the database knows itself: a worker's connection bears its name and ends with the process, also one that is
killed. No clock decides, so nothing is taken from a worker that only takes long.
"""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from aqb.models import JobRow
from aqb.work import running

NAME = "aqb-work "  # what the name of a worker's connection begins with; its key follows
ATTEMPTS = 3  # workers that may die over the same entry
ALIVE = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def living() -> set[str]:
    """The keys of all workers whose connection stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE %s",
            [f"{NAME}%"],
        )
        return {name.removeprefix(NAME) for (name,) in cursor.fetchall()}


@transaction.atomic
def take_up() -> int:
    """Put back what dead workers have left, and say of what killed several of them that it failed; answers how much."""
    workers = living()
    running_entries = DBTaskResult.objects.running().select_for_update(skip_locked=True)
    orphans = [entry for entry in running_entries if not workers & set(entry.worker_ids[-1:])]
    for entry in orphans:
        if len(entry.worker_ids) < ATTEMPTS:
            entry.status = TaskResultStatus.READY
            entry.save(update_fields=["status"])
        else:
            entry.set_failed(ChildProcessError("Its workers died."))
            for row in JobRow.objects.waiting().filter(task=entry.pk):
                running.lose(row)
    return len(orphans) + _enqueue_lost()


def _enqueue_lost() -> int:
    """Rows whose entry ended without them, as when the database was away for a moment, get another one."""
    entries = DBTaskResult.objects.filter(pk=OuterRef("task"), status__in=ALIVE)
    rows = list(JobRow.objects.waiting().filter(job__started_at__isnull=False).exclude(Exists(entries)))
    for row in rows:
        running.enqueue(row)
    return len(rows)
