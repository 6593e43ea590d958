"""Workers that die: what they had in hand is neither lost nor done twice. With real processes that are really killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from aqb import work
from aqb.models import District, Job, JobRow
from aqb.work import progress, survivors
from tests import factories as make
from tests.aqb import kinds as of_tests  # noqa: F401 - registers them
from tests.jobs import database, run_jobs, until, worker

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = "import tests.aqb.kinds as of_tests\n"
DIE = f"""{KINDS}
import os, signal
from aqb.models import Job
from aqb.work import kinds, running
from django_tasks_db.models import DBTaskResult

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)
"""
MOMENTS = {
    "before it begins": "kinds._kinds['test rename'] = kinds.Kind('test rename', die)",
    "when its work is done": "running._finish = die",
    "at its last statement": "Job.save = lambda job, **options: die() if job.done else None",
    "when all is committed": "succeeded = DBTaskResult.set_successful\n"
    "DBTaskResult.set_successful = lambda entry, value: die() if 'do_row' in entry.task_path else succeeded(entry, value)",
}


def renaming(number: int = 1) -> Job:
    places = [make.district(seat="Alt") for _ in range(number)]
    rows = [(str(place.pk), place.name, "") for place in places]
    return work.start(kind="test rename", title="Sitze ändern", rows=rows, by=make.user())


def begun() -> tuple[DBTaskResult, JobRow]:
    """A row whose entry is in the hands of a worker that nobody knows."""
    job = renaming()
    DBTaskResult.objects.get().delete()
    survivors.running.begin(job.pk)
    entry = DBTaskResult.objects.get()
    entry.claim("gone")
    return entry, job.rows.get()


@pytest.mark.parametrize("moment", MOMENTS)
def test_row_of_a_killed_worker_is_done_by_another_and_once(moment: str) -> None:
    job = renaming(2)
    dying = worker("--batch", code=DIE + MOMENTS[moment])
    assert dying.wait(60) == -signal.SIGKILL
    assert DBTaskResult.objects.running().count() == 1, "nobody knows yet"
    heir = worker("--batch", code=KINDS)
    assert heir.wait(60) == 0
    assert list(District.objects.values_list("seat", flat=True)) == ["Alt neu"] * 2
    job.refresh_from_db()
    assert (job.done, job.total) == (2, 2)
    assert job.finished_at
    assert set(job.rows.values_list("state", flat=True)) == {"done"}
    assert DBTaskResult.objects.finished().count() == DBTaskResult.objects.count() == 3


def test_row_that_kills_its_workers_is_given_up_and_says_so() -> None:
    entry, row = begun()
    for number in range(1, survivors.ATTEMPTS):
        assert survivors.take_up() == 1
        entry.refresh_from_db()
        assert entry.status == "READY", f"after {number} deaths"
        entry.claim(f"gone {number}")
    assert survivors.take_up() == 1
    row.refresh_from_db()
    assert (row.state, row.text) == ("failed", survivors.running.LOST)
    assert row.job.finished_at
    assert survivors.take_up() == 0


def test_nothing_is_taken_from_a_worker_that_lives() -> None:
    entry, row = begun()
    with psycopg.connect(database(), application_name=f"{survivors.NAME}gone"):
        assert survivors.living() == {"gone"}
        assert survivors.take_up() == 0
    until(lambda: not survivors.living())
    assert survivors.take_up() == 1
    entry.refresh_from_db()
    assert entry.status == "READY"
    assert row.is_waiting


def test_row_whose_entry_ended_without_it_gets_another() -> None:
    entry, row = begun()
    entry.set_failed(ConnectionError("The database was away."))
    assert survivors.take_up() == 1
    assert survivors.take_up() == 0, "it stands in the queue"
    entry.delete()
    run_jobs()
    row.refresh_from_db()
    assert row.state == "done"


def test_progress_is_seen_while_nothing_is_committed_and_never_stops_the_work() -> None:
    place = make.district()
    job = work.start(kind="test whole", title="Ganz", rows=[(str(place.pk), "Ort", "")], by=make.user())
    with psycopg.connect(database(), autocommit=True) as outside:

        def seen() -> object:
            return outside.execute("SELECT done, total FROM aqb_job").fetchone()

        with survivors.transaction.atomic():
            District.objects.update(seat="Unterwegs")
            with progress.of(job) as advance:
                advance(3, 9)
                assert seen() == (3, 9)
                advance(4, 9)
                assert seen() == (3, 9), "not more often than a page asks"
            assert outside.execute("SELECT seat FROM aqb_district").fetchone() == (place.seat,)
        with survivors.transaction.atomic(), progress.of(job) as advance:
            Job.objects.select_for_update().get(pk=job.pk)
            advance(8, 9)
        assert seen() == (3, 9), "whoever holds the job for itself is not waited for"


def test_worker_that_is_told_to_stop_brings_the_row_at_hand_to_its_end(tmp_path: Path) -> None:
    job, begins, goes_on = renaming(2), tmp_path / "begins", tmp_path / "goes on"
    code = f"""{KINDS}
import pathlib, time
from aqb.work import kinds
def slow(key, by, job):
    pathlib.Path({str(begins)!r}).touch()
    while not pathlib.Path({str(goes_on)!r}).exists():
        time.sleep(0.02)
    return of_tests.rename(key, by, job)
kinds._kinds["test rename"] = kinds.Kind("test rename", slow)
"""
    process = worker(code=code)
    until(begins.exists)
    process.terminate()
    goes_on.touch()
    assert process.wait(30) == 0
    assert sorted(job.rows.values_list("state", flat=True)) == ["done", "waiting"]
    assert DBTaskResult.objects.ready().count() == 1


def test_crew_replaces_who_dies_and_ends_with_whoever_started_it() -> None:
    program = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, 'manage.py', 'work', '--crew', '1'])\n"
        "time.sleep(600)"
    )
    environment = {**os.environ, "DATABASE_URL": database()}
    server = subprocess.Popen([sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment)
    try:
        until(survivors.living)
        (first,) = survivors.living()
        crew = psutil.Process(server.pid).children(recursive=True)
        (old,) = [one for one in crew if "--parent" in one.cmdline()]
        old.kill()
        until(lambda: survivors.living() - {first})
    finally:
        server.kill()
    server.wait()
    until(lambda: not survivors.living())
    connection.close()
    gone, alive = psutil.wait_procs(crew, timeout=30)
    assert not alive, gone
