"""When jobs are forgotten: what they did stands in the history, so nobody needs them for long."""

from datetime import timedelta

from django_tasks_db.models import DBTaskResult

from aqb import clock
from aqb.models import Job

JOBS_AFTER = timedelta(days=90)  # long enough to ask what became of it, also after a summer holiday
ENTRIES_AFTER = timedelta(days=14)  # the queue's own notes are of use only to whoever looks for a fault


def forget() -> int:
    """Delete jobs and entries of the queue that ended long ago; answers the number of jobs."""
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - ENTRIES_AFTER).delete()
    old = Job.objects.filter(finished_at__lt=clock.now() - JOBS_AFTER)
    number = old.count()
    old.delete()
    return number
