"""Scans of several contracts: what is taken in, and what becomes of the pages that a person assigns."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError

from agreements import checks
from agreements.actions import files, scans, steps
from agreements.models import AgreementVersion, Evidence, Party, ScanBatch
from aqb import clock
from aqb.access import Refused, Role
from tests import factories as make
from tests import pki
from tests import scans as scanner
from tests.agreements.actors import ACTORS, NOW
from tests.agreements.batches import assign, batch, blank, code, issued, place, whole
from tests.truths import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


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
    with pytest.raises(
        Refused, match=r"schon als offener Sammelscan vor: „scan\.pdf“, hochgeladen am 01\.05\.2026 von"
    ):
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
    with pikepdf.open(BytesIO(files.read(by_party["land"].document))) as pdf:
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
