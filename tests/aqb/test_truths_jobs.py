"""Truths of jobs that PostgreSQL itself keeps, past every form and action."""

from datetime import timedelta

import pytest

from aqb import clock, work
from aqb.models import ChosenColumns, Job, JobRow
from tests import factories as make
from tests.aqb import kinds as of_tests  # noqa: F401 - registers them
from tests.jobs import run_jobs
from tests.truths import refused

pytestmark = pytest.mark.django_db


def started(once: str = "") -> Job:
    place = make.district()
    rows = [(str(place.pk), place.name, "")]
    return work.start(kind="test rename", title="Sitze ändern", rows=rows, by=make.person("ministry"), once=once)


def test_row_that_ended_stays_as_it_is() -> None:
    job = started()
    run_jobs()
    with refused("jobrow_ends_once", "schon zu Ende"):
        JobRow.objects.filter(job=job).update(state="waiting", finished_at=None)


def test_row_that_waits_has_no_end() -> None:
    rows = JobRow.objects.filter(job=started())
    with refused("jobrow_end_has_moment"):
        rows.update(state="done")
    with refused("jobrow_end_has_moment"):
        rows.update(finished_at=clock.now())


def test_job_does_nothing_twice() -> None:
    job = started()
    with refused("jobrow_key_unique", "nichts zweimal"):
        JobRow.objects.create(job=job, position=2, key=job.key, label="Noch einmal")
    with refused("jobrow_position_unique"):
        JobRow.objects.create(job=job, position=1, key="zwei", label="Zwei")


def test_job_does_not_more_than_there_is_to_do() -> None:
    job = started()
    with refused("job_done_within_total"):
        Job.objects.filter(pk=job.pk).update(done=2)


def test_job_does_not_end_before_it_begins() -> None:
    now = clock.now()
    with refused("job_moments_in_order"):
        Job.objects.filter(pk=started().pk).update(started_at=now, finished_at=now - timedelta(seconds=1))


def test_same_form_starts_one_job() -> None:
    started(once="a")
    other = started(once="b")
    with refused("job_once_per_form", "schon gestartet"):
        Job.objects.filter(pk=other.pk).update(once="a")


def test_choice_of_columns_is_kept_once() -> None:
    user = make.user()
    ChosenColumns.objects.keep(user, "vintage", ["agreed"])
    ChosenColumns.objects.keep(user, "vintage", ["status"])
    assert ChosenColumns.objects.of(user, "vintage", ["a"]) == ["status"]
    assert ChosenColumns.objects.of(make.user(), "vintage", ["a"]) == ["a"]
    with refused("chosencolumns_once", "schon eine Auswahl"):
        ChosenColumns.objects.create(user=user, table="vintage", columns=[])
