"""Jobs: every row once, each for itself, under the name of who started it, with what came of it in words."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from aqb import clock, work
from aqb.access import Refused, Role
from aqb.models import District, Job, User
from aqb.work import forgetting, kinds, tasks
from tests import factories as make
from tests.aqb import kinds as of_tests
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
RENAME, WHOLE = "test rename", "test whole"


def started(*wishes: str, by: User | None = None, once: str = "") -> Job:
    """A job over new districts; each wish says what becomes of the row."""
    rows = []
    for wish in wishes or ("",):
        place = make.district(seat="Alt")
        rows.append((f"{place.pk} {wish}".strip(), place.name, f"/bezirke/{place.pk}/"))
    return work.start(
        kind=RENAME, title="Sitze ändern", rows=rows, by=by or make.user(), back="/jahrgaenge/", once=once
    )


def told(job: Job) -> list[tuple[str, str]]:
    return list(job.rows.order_by("position").values_list("state", "text"))


def seats() -> list[str]:
    return list(District.objects.order_by("pk").values_list("seat", flat=True))


def test_rows_are_done_and_say_so() -> None:
    job = started("", "", "")
    assert (job.total, job.done, job.started_at, job.finished_at) == (3, 0, None, None)
    assert seats() == ["Alt"] * 3, "nothing happens before a worker comes"
    run_jobs()
    job.refresh_from_db()
    assert told(job) == [("done", f"Sitz von {one.pk} geändert.") for one in District.objects.order_by("pk")]
    assert seats() == ["Alt neu"] * 3
    assert job.done == 3
    assert job.started_at
    assert job.finished_at
    assert job.started_at <= job.finished_at


def test_one_row_that_does_not_go_leaves_the_others_and_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    job = started("", "refused", "broken", "")
    run_jobs()
    states, texts = zip(*told(job), strict=True)
    assert states == ("done", "refused", "failed", "done")
    assert seats() == ["Alt neu", "Alt", "Alt", "Alt neu"]
    assert texts[1] == "Das geht nicht. Und das auch nicht."
    number = re.search(r"diese Nummer: (\w{4}-\w{4})$", texts[2])
    assert number
    assert number[1] in caplog.text, "the log repeats it"
    assert "ZeroDivisionError" in caplog.text
    job.refresh_from_db()
    assert job.done == job.total == 4
    assert job.finished_at


def test_constraint_of_the_database_refuses_with_its_sentence() -> None:
    @work.kind("test constraint")
    def break_rule(key: str, by: User, job: Job) -> str:
        District.objects.filter(pk=key).update(valid_to="1990-01-01")
        return ""

    place = make.district()
    job = work.start(kind="test constraint", title="Regel brechen", rows=[(str(place.pk), "A", "")], by=make.user())
    run_jobs()
    ((state, text),) = told(job)
    assert state == "refused"
    assert text.endswith(".")


def test_what_a_row_does_is_recorded_with_person_and_job() -> None:
    by = make.user()
    job = started("", "", by=by)
    run_jobs()
    events = apps.get_model("aqb", "DistrictEvent").objects.filter(pgh_label="update").order_by("pgh_id")
    said = {"user": by.pk, "url": f"/auftraege/{job.pk}/", "job": "Sitze ändern"}
    assert [event.pgh_context.metadata for event in events] == [said, said]
    assert events[0].pgh_context_id != events[1].pgh_context_id


@pytest.mark.parametrize("kind", [RENAME, WHOLE])
def test_rights_are_asked_again_when_the_row_runs(kind: str) -> None:
    by, place = make.user(), make.district(seat="Alt")
    job = work.start(kind=kind, title="Sitz ändern", rows=[(str(place.pk), place.name, "")], by=by)
    User.objects.filter(pk=by.pk).update(role=Role.AUDITOR)
    run_jobs()
    assert told(job) == [("refused", "Budgetjahrgänge plant nur das Ministerium.")]
    assert seats() == ["Alt"]


def test_whoever_was_deactivated_in_between_is_refused() -> None:
    by = make.user()
    job = started(by=by)
    User.objects.filter(pk=by.pk).update(is_active=False, deactivated_at=clock.now())
    run_jobs()
    ((state, text),) = told(job)
    assert state == "refused"
    assert "stillgelegt" in text
    assert seats() == ["Alt"]


def test_nothing_begins_that_is_taken_back() -> None:
    with transaction.atomic():
        started()
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists(), "the queue is filled in the same transaction"


def test_same_form_twice_starts_one_job() -> None:
    by = make.user()
    first, second = started(by=by, once="a"), started(by=by, once="a")
    other, another = started(by=make.user(), once="a"), started(by=by, once="b")
    assert first == second
    assert len({first.pk, other.pk, another.pk}) == 3
    assert Job.objects.count() == 3


def test_starting_nothing_or_something_unknown_is_refused() -> None:
    by = make.user()
    with pytest.raises(Refused, match="nichts ausgewählt"):
        work.start(kind=RENAME, title="Nichts", rows=[], by=by)
    with pytest.raises(KeyError):
        work.start(kind="test unknown", title="Nichts", rows=[("1", "A", "")], by=by)
    with pytest.raises(ValueError, match="one piece"):
        work.start(kind=WHOLE, title="Nichts", rows=[("1", "A", ""), ("2", "B", "")], by=by)
    with pytest.raises(ValueError, match="two kinds"):
        work.kind(RENAME)(lambda key, by, job: "")


@pytest.mark.parametrize("back", ["https://fremd.example/", "//fremd.example/", "javascript:alert(1)"])
def test_way_back_never_leads_elsewhere(back: str) -> None:
    job = work.start(kind=RENAME, title="Sitze", rows=[("1", "A", "")], by=make.user(), back=back)
    assert job.back == ""


def test_entries_of_the_queue_that_come_twice_do_their_work_once() -> None:
    job = started("", "")
    tasks.begin.enqueue(job.pk)
    run_jobs()
    for row in job.rows.all():
        tasks.do_row.enqueue(row.pk)
    tasks.begin.enqueue(job.pk)
    run_jobs()
    assert seats() == ["Alt neu"] * 2
    job.refresh_from_db()
    assert job.done == 2


def test_entries_of_a_forgotten_job_do_nothing() -> None:
    job = started()
    row = job.rows.get()
    tasks.do_row.enqueue(row.pk)
    job.delete()
    run_jobs()
    assert seats() == ["Alt"]


def test_one_piece_ends_with_its_sentence_and_stands_where_it_came_to_when_it_does_not_go() -> None:
    place = make.district()
    row = (str(place.pk), place.name, "")
    good = work.start(kind=WHOLE, title="Ganz", rows=[row], by=make.user())
    bad = work.start(kind=WHOLE, title="Ganz", rows=[row], by=make.user(Role.AUDITOR))
    Job.objects.update(total=4, done=1)  # as `advance` leaves it
    run_jobs()
    assert told(good) == [("done", "Alles getan.")]
    assert told(bad) == [("refused", "Budgetjahrgänge plant nur das Ministerium.")]
    assert [(job.total, job.done, job.finished_at is None) for job in Job.objects.order_by("pk")] == [
        (4, 4, False), (4, 1, False),
    ]  # fmt: skip


def test_old_jobs_and_entries_are_forgotten_and_living_ones_stay() -> None:
    old, recent = started(), started()
    run_jobs()
    waiting = started()
    long_ago = clock.now() - timedelta(days=91)
    Job.objects.filter(pk=old.pk).update(started_at=long_ago, finished_at=long_ago)
    DBTaskResult.objects.finished().update(finished_at=clock.now() - timedelta(days=15))
    assert forgetting.forget() == 1
    assert set(Job.objects.all()) == {recent, waiting}
    assert DBTaskResult.objects.count() == 1, "what waits stays"


def test_kinds_are_found_in_the_tasks_of_apps() -> None:
    assert kinds.find(RENAME).run is of_tests.rename
    assert not kinds.find(RENAME).is_whole
    assert kinds.find(WHOLE).is_whole
