"""Scans of several contracts: all evidence or none, whatever is forged, and however many people act at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from agreements.actions import files, scans, steps
from agreements.models import Evidence, ScanBatch
from agreements.scan_pages import Place
from agreements.scan_papers import UNREADABLE, page_count, reading_of
from aqb import clock
from aqb.access import Refused, Role
from tests import factories as make
from tests.agreements.actors import NOW
from tests.agreements.batches import assign, batch, blank, code, issued, place, said, whole
from tests.truths import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


# ---- refusals ----


def test_closed_batch_is_refused_with_who_closed_it() -> None:
    version, by = issued(1), make.person(Role.MINISTRY)
    row = batch(code(version, 1))
    scans.discard(batch=row, by=by)
    stale = ScanBatch.objects.get(pk=row.pk)
    for act in (lambda: assign(stale, whole(version, pages=1)), lambda: scans.discard(batch=row, by=by)):
        with pytest.raises(Refused, match=rf"schon verworfen, am 01\.05\.2026 von {by}"):
            act()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("status", ["withdrawn", "signed"])
def test_version_that_is_not_issued_any_more_refuses_all_and_names_its_district(status: str) -> None:
    good, gone = issued(1), issued(1, "Gießen")
    row = batch(code(good, 1), code(gone, 1))
    make.go(gone, status)
    sentence = said(row, {1: place(good, 1), 2: place(gone, 1)})
    assert sentence.startswith(f"Landkreis Gießen ({gone.document_number}): Diese ")
    assert "Es ist nichts zugeordnet." in sentence


def test_version_withdrawn_in_the_last_moment_refuses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the cutting of the pages and the lock of the version."""
    good, gone = issued(1), issued(1, "Gießen")
    row = batch(code(good, 1), code(gone, 1))
    cut = scans._excerpt

    def withdrawn_meanwhile(content: bytes, pages: Any) -> bytes:
        gone.refresh_from_db()
        if gone.status == "issued":
            steps.withdraw(version=gone, reason="Ein Betrag war falsch.", by=make.person(Role.MINISTRY))
        return cut(content, pages)

    monkeypatch.setattr(scans, "_excerpt", withdrawn_meanwhile)
    assert said(row, {1: place(good, 1), 2: place(gone, 1)}).startswith("Landkreis Gießen")


def test_unknown_number_is_refused() -> None:
    row = batch(code(None))
    assert "Die Ausfertigung ZV-2023-06999-0 gibt es nicht" in said(row, {1: Place("ZV-2023-06999-0", 1)})


@pytest.mark.parametrize(
    "pages", [{}, {1: None}, {2: None}, {1: None, 2: None, 3: None}, {0: None, 1: None}, {1: None, 5: None}]
)
def test_pages_that_are_not_those_of_the_scan_are_refused(pages: dict[int, Place | None]) -> None:
    version = issued(2)
    row = batch(code(version, 1), code(None))
    forged = {scan: place(version, 1) if scan == min(pages) else None for scan in pages}
    assert said(row, forged)


@pytest.mark.parametrize(("scan", "page"), [(1, 2), (2, 3), (2, 0), (2, -1)])
def test_page_in_a_place_that_its_code_or_the_paper_does_not_have_is_refused(scan: int, page: int) -> None:
    version = issued(2)
    row = batch(code(version, 1), code(None))
    assert f"Seite {scan} gehört nicht zu" in said(row, {1: None, 2: None} | {scan: place(version, page)})


def test_page_whose_code_names_another_version_is_refused() -> None:
    one, other = issued(1), issued(1)
    row = batch(code(one, 1), code(one))
    assert "Seite 1 gehört nicht zu" in said(row, {1: place(other, 1), 2: None})
    assert "Seite 2 gehört nicht zu" in said(row, {1: None, 2: place(other, 1)})


def test_issue_with_fewer_pages_than_the_code_says_is_refused() -> None:
    version = issued(2)
    row = batch(code(version, 1), code(version, 3))
    assert "Der Code nennt Seite 3, die Ausfertigung hat aber nur 2 Seiten" in said(
        row, {1: place(version, 1), 2: None}
    )


def test_nothing_chosen_and_no_side_are_refused() -> None:
    version = issued(1)
    row = batch(code(version, 1))
    assert "Bitte wählen Sie mindestens eine Ausfertigung" in said(row, {1: None})
    assert "keine Seite zugeordnet" in said(row, whole(version, pages=1), parties=[])


def test_same_scan_again_is_refused_for_the_version_that_has_it() -> None:
    version = issued(1, "Gießen")
    first = batch(code(version, 1))
    assign(first, whole(version, pages=1))
    again = make.scan_batch(files.read(first), pages=first.pages)
    with pytest.raises(Refused, match=r"Landkreis Gießen .* liegt für .* schon vor"):
        assign(again, whole(version, pages=1))
    again.refresh_from_db()
    assert again.outcome == ""


def test_issue_whose_file_is_damaged_or_missing_cannot_be_compared() -> None:
    damaged = make.version(status="issued")  # its bytes are invented
    reading, _ = reading_of(batch(code(damaged, 1)), make.person(Role.MINISTRY))
    assert [group.refusal for group in reading.strays] == [UNREADABLE]
    with pytest.raises(Refused, match="lässt sich im Archiv nicht lesen"):
        page_count("00/missing")


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
def test_two_people_assign_the_same_batch_at_once_and_one_is_refused() -> None:
    version = issued(1)
    row = batch(code(version, 1))
    people = [make.user(Role.MINISTRY), make.user(Role.MINISTRY_LEAD)]

    def act(by: Any) -> Any:
        with clock.stopped(NOW):
            return assign(row, whole(version, pages=1), by=by)

    results = at_once(*(lambda by=by: act(by) for by in people))
    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == 1, results
    assert "schon zugeordnet" in str(refusals[0])
    assert Evidence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_assigning_and_discarding_at_once_leaves_one_of_both() -> None:
    version = issued(1)
    row = batch(code(version, 1))
    by = make.person(Role.MINISTRY)
    results = at_once(lambda: assign(row, whole(version, pages=1), by=by), lambda: scans.discard(batch=row, by=by))
    assert sum(isinstance(result, Refused) for result in results) == 1, results
    row.refresh_from_db()
    assert (row.outcome == "assigned") == Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_version_withdrawn_while_the_batch_is_assigned_waits_or_refuses() -> None:
    version = issued(1)
    row = batch(code(version, 1))
    by = make.person(Role.MINISTRY)
    results = at_once(
        lambda: assign(row, whole(version, pages=1), by=by),
        lambda: steps.withdraw(version=version, reason="Ein Betrag war falsch.", by=by),
    )
    row.refresh_from_db()
    version.refresh_from_db()
    assert (row.outcome == "assigned") == Evidence.objects.exists(), results
    assert version.status == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_same_file_taken_in_twice_at_once_lies_open_once() -> None:
    by = make.person(Role.MINISTRY)
    results = at_once(*(lambda: scans.receive(content=blank(1), name="scan.pdf", by=by) for _ in range(2)))
    assert sum(isinstance(result, Refused) for result in results) == 1, results
    assert ScanBatch.objects.count() == 1
