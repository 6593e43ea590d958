"""What stands in the queue: the beginning of a job, and each of its rows. Both may come twice and do their work once."""

from django.tasks import task

from aqb.work import running


@task
def begin(job: int) -> None:
    """Put every row of the job into the queue; the page that started it waits for one entry only."""
    running.begin(job)


@task
def do_row(row: int) -> None:
    """Do what one row of a job says."""
    running.do(row)
