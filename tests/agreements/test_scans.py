"""Scans of several contracts: what is taken in, what a person may assign, and that it is all or nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError

from agreements import checks
from agreements.actions import files, scans, steps
from agreements.models import AgreementVersion, Evidence, Party, ScanBatch
from agreements.scan_pages import Place
from agreements.scan_papers import UNREADABLE, page_count, reading_of
from aqb import clock
from aqb.access import Refused, Role
from tests import factories as make
from tests import pki
from tests import scans as scanner
from tests.agreements.actors import ACTORS, NOW
from tests.agreements.batches import batch, blank, code, issued
from tests.truths import at_once, refused

pytestmark = pytest.mark.django_db
DISTRICT = [Party.DISTRICT]


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def place(version: AgreementVersion, page: int) -> Place:
    return Place(version.document_number, page)


def whole(version: AgreementVersion, start: int = 1, pages: int = 3) -> dict[int, Place | None]:
    """All pages of a version, beginning at a page of the scan."""
    return {start + at: place(version, at + 1) for at in range(pages)}


def assign(
    row: ScanBatch, pages: Mapping[int, Place | None], parties: Any = DISTRICT, by: Any = None
) -> list[Evidence]:
    return scans.assign(batch=row, parties=parties, pages=pages, by=by or make.person(Role.MINISTRY))


def said(row: ScanBatch, pages: Mapping[int, Place | None], **more: Any) -> str:
    """What refuses the assignment; afterwards nothing is attached and the batch is still open."""
    with pytest.raises(Refused) as caught:
        assign(row, pages, **more)
    assert not Evidence.objects.exists()
    row.refresh_from_db()
    assert row.outcome == ""
    return " ".join(caught.value.reasons)


# ---- taking in ----


def true_paper(entries: int = 2) -> AgreementVersion:
    """A version issued by the application itself, with its codes."""
    make.ministry()
    version = make.version(status="approved", entries=entries)
    return steps.issue(version=version, by=make.person(Role.MINISTRY))


def paper_of(version: AgreementVersion) -> bytes:
    return files.read(version.documents.get(kind="issued"))


def test_scan_is_kept_whole_with_what_its_codes_say_and_nothing_is_attached() -> None:
    version = true_paper()
    content = scanner.scan(paper_of(version), cover=[2])
    by = make.person(Role.MINISTRY)
    row = scans.receive(content=content, name="C:/Scans/unterschriften-maerz.pdf", by=by)
    row.refresh_from_db()
    assert row.pages == [code(version, 1), code(None)]
    assert (row.name, row.outcome, row.created_by) == ("unterschriften-maerz.pdf", "", by)
    assert files.read(row) == content
    assert not Evidence.objects.exists()


def test_same_bytes_are_refused_while_the_first_batch_is_open_and_taken_after_it() -> None:
    by = make.person(Role.MINISTRY)
    first = scans.receive(content=blank(2), name="scan.pdf", by=by)
    with pytest.raises(Refused, match=r"schon als offener Sammelscan vor: „scan\.pdf“, hochgeladen am 01\.05\.2026 von"):
        scans.receive(content=blank(2), name="noch-einmal.pdf", by=by)
    scans.discard(batch=first, by=by)
    second = scans.receive(content=blank(2), name="noch-einmal.pdf", by=by)
    assert second.file.name == ScanBatch.objects.get(pk=first.pk).file.name


def test_database_refuses_the_same_open_bytes_twice() -> None:
    make.scan_batch()
    with refused("scanbatch_open_once", "offener Sammelscan"):
        make.scan_batch()


def test_electronically_signed_file_is_no_scan() -> None:
    content = pki.sign(blank(1))
    with pytest.raises(Refused, match="trägt elektronische Unterschriften und ist kein Scan"):
        scans.receive(content=content, name="signiert.pdf", by=make.person(Role.MINISTRY))
    assert not ScanBatch.objects.exists()


@pytest.mark.parametrize("content", [b"", b"kein PDF", b"%PDF-1.7 abgeschnitten", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_sound_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        scans.receive(content=content, name="scan.pdf", by=make.person(Role.MINISTRY))
    assert not ScanBatch.objects.exists()


def test_name_of_the_file_is_cut_and_never_empty() -> None:
    by = make.person(Role.MINISTRY)
    assert scans.receive(content=blank(1), name="", by=by).name == "Sammelscan.pdf"
    assert len(scans.receive(content=blank(2), name="x" * 300, by=by).name) == 200


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if not actor.startswith("ministry")])
def test_only_the_ministry_takes_in_assigns_and_discards(actor: str) -> None:
    version = issued()
    row = batch(code(version, 1), code(version, 2), code(version, 3))
    by = ACTORS[actor](version.agreement.district, make.district())
    for act in (
        lambda: scans.receive(content=blank(1), name="scan.pdf", by=by),
        lambda: assign(row, whole(version), by=by),
        lambda: scans.discard(batch=row, by=by),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.status == 403
    assert not Evidence.objects.exists()


# ---- assigning ----


def test_each_version_gets_its_pages_in_the_order_of_the_paper() -> None:
    version = true_paper()
    content = scanner.scan(paper_of(version), pages=[2, 1], rotate=0)
    by = make.person(Role.MINISTRY)
    row = scans.receive(content=content, name="scan.pdf", by=by)
    (made,) = assign(row, {1: place(version, 2), 2: place(version, 1)}, by=by)
    assert (made.form, made.batch, made.document.party) == ("paper", row, "district")
    assert made.document.version == version
    assert made.findings == {
        "name": "scan.pdf",
        "pages": [{**code(version, 1), "scan": 2}, {**code(version, 2), "scan": 1}],
    }
    from aqb import inspection

    pages = inspection.received(files.read(made.document)).pages
    assert [page.page for page in pages] == [1, 2]
    row.refresh_from_db()
    assert (row.outcome, row.closed_by) == ("assigned", by)


def test_two_versions_and_both_sides_get_one_piece_of_evidence_each() -> None:
    first, second = issued(), issued(2)
    row = batch(code(first, 1), code(first, 2), code(first, 3), code(second, 1), code(second, 2))
    made = assign(row, whole(first) | whole(second, 4, 2), parties=[Party.LAND, Party.DISTRICT])
    found = {(one.document.version, one.document.party) for one in made}
    assert found == {(version, party) for version in (first, second) for party in ("land", "district")}
    by_party = {one.document.party: one for one in made if one.document.version == first}
    assert by_party["land"].document.sha256 == by_party["district"].document.sha256
    with pikepdf.open(by_party["land"].document.file) as pdf:
        assert len(pdf.pages) == 3


def test_page_assigned_by_hand_is_noted_as_such() -> None:
    version = issued()
    row = batch(code(version, 1), code(None), code(version))
    (made,) = assign(row, whole(version))
    assert made.findings["pages"] == [
        {**code(version, 1), "scan": 1},
        {**code(None), "scan": 2, "assigned": 2},
        {**code(version), "scan": 3, "assigned": 3},
    ]


def test_pages_of_no_version_stay_in_the_batch() -> None:
    version = issued(1)
    row = batch(code(version, 1), code(None), code(None))
    (made,) = assign(row, {1: place(version, 1), 2: None, 3: None})
    assert [page["scan"] for page in made.findings["pages"]] == [1]
    assert files.read(row)


def test_evidence_from_a_batch_belongs_to_the_batch_for_good() -> None:
    version = issued(1)
    (made,) = assign(batch(code(version, 1)), whole(version, pages=1))
    with pytest.raises(IntegrityError):
        Evidence.objects.filter(pk=made.pk).update(batch=None)


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


# ---- afterwards ----


def test_uploader_of_the_batch_does_not_confirm_what_came_out_of_it() -> None:
    """A second person compares: neither who recorded the signature nor who brought the scan."""
    version = issued(1)
    uploader, assigner = make.user(Role.MINISTRY), make.user(Role.MINISTRY)
    row = batch(code(version, 1), created_by=uploader)
    (made,) = assign(row, whole(version, pages=1), by=assigner)
    signature = make.signature(
        version, "district", evidence=made.document, recorded_by=make.user(Role.MINISTRY), confirmed_at=None,
        confirmed_by=None,
    )  # fmt: skip
    for person in (uploader, assigner):
        assert any("Beleg hochgeladen" in reason for reason in checks.confirmation_refusals(signature, person))
    assert checks.confirmation_refusals(signature, make.user(Role.MINISTRY_LEAD)) == []


def test_discarded_batch_keeps_its_row_and_its_bytes() -> None:
    by = make.person(Role.MINISTRY)
    row = scans.discard(batch=batch(code(None)), by=by)
    row.refresh_from_db()
    assert (row.outcome, row.closed_by) == ("discarded", by)
    assert files.read(row).startswith(b"%PDF")
    with refused("scanbatch_closed_once"):
        ScanBatch.objects.filter(pk=row.pk).update(outcome="", closed_at=None, closed_by=None)
