"""Scans of several contracts: kept whole, and taken apart only as a person decides."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from agreements.actions import evidence, files
from agreements.models import Evidence, Party, ScanBatch
from agreements.scan_pages import Code, Paper, Place, Reading, bundles
from agreements.scan_papers import codes_of, reading_of
from aqb import clock
from aqb.access import Refused, require
from aqb.files import fingerprint
from aqb.models import User
from aqb.refusals import validation_refusals

LONGEST_NAME = 200
SIGNED = (
    "Diese Datei trägt elektronische Unterschriften und ist kein Scan. Bitte laden Sie sie bei der Fassung hoch, zu der "
    "sie gehört; im Sammelscan gingen die Unterschriften verloren."
)
NOTHING = "Es ist nichts zugeordnet. Bitte laden Sie die Seite neu und prüfen Sie Ihre Entscheidungen."
OTHER_PAGES = "Die Angaben passen nicht zu den Seiten dieses Sammelscans."


def open_twin(content: bytes) -> ScanBatch | None:
    """The open batch that holds exactly these bytes."""
    return ScanBatch.objects.filter(sha256=fingerprint(content), outcome="").select_related("created_by").first()


def receive(*, content: bytes, name: str, by: User) -> ScanBatch:
    """Keep a scan of several contracts whole, with what the code of each page says; nothing is attached.

    `name` is the file's name on the uploader's machine. Refuses: not the ministry, whatever `files.accept` refuses, an
    electronically signed file, the bytes of a batch that is still open.
    """
    require(by, "scans.assign")
    if twin := open_twin(content):
        raise Refused(
            f"Diese Datei liegt schon als offener Sammelscan vor: „{twin.name}“, hochgeladen am "
            f"{clock.day(twin.created_at):%d.%m.%Y} von {twin.created_by}. Bitte ordnen Sie dort zu."
        )
    received = files.accept(content)
    if received.signed:
        raise Refused(SIGNED)
    batch = ScanBatch(
        name=PurePath(name).name[:LONGEST_NAME] or "Sammelscan.pdf",
        pages=[{"number": page.number, "page": page.page} for page in received.pages],
        sha256=fingerprint(content), size=len(content), media_type=received.media_type,
        created_at=clock.now(), created_by=by,
    )  # fmt: skip
    with transaction.atomic(), validation_refusals(batch):
        batch.file.save(batch.sha256, ContentFile(content), save=False)
        batch.full_clean()
        batch.save()
    return batch


def assign(
    *, batch: ScanBatch, parties: Sequence[Party], pages: Mapping[int, Place | None], by: User
) -> list[Evidence]:
    """Close the batch: each version named in `pages` gets its pages as evidence, one for each party they bear.

    `pages` says for every page of the scan where a person sees it, or None where it stays in the batch. The pages are
    cut out before anything is locked; then all evidence is attached or none. Refuses: not the ministry, a closed batch,
    no page or no party, pages that the scan does not have, a page whose code names another place, a paper that is not
    known, and for each version whatever `evidence.attach` refuses, with the district's name.
    """
    require(by, "scans.assign")
    require_open(batch)
    found = bundles(pages)
    if not found or not parties:
        raise Refused("Es ist keine Seite zugeordnet. Bitte wählen Sie mindestens eine Ausfertigung und eine Seite.")
    reading, papers = reading_of(batch, by, found)
    _require_possible(codes_of(batch), pages, reading, papers)
    content = files.read(batch)
    parts = {number: _excerpt(content, scans) for number, scans in found.items()}
    with transaction.atomic():
        batch = _locked(batch)
        attached = [
            _attach(papers[number], party, parts[number], _findings(batch, found[number], pages), batch, by)
            for number in sorted(found)
            for party in parties
        ]
        _close(batch, ScanBatch.Outcome.ASSIGNED, by)
    return attached


@transaction.atomic
def discard(*, batch: ScanBatch, by: User) -> ScanBatch:
    """Close the batch without attaching anything; it stays with its bytes. Refuses: not the ministry, closed already."""
    require(by, "scans.assign")
    batch = _locked(batch)
    _close(batch, ScanBatch.Outcome.DISCARDED, by)
    return batch


def _locked(batch: ScanBatch) -> ScanBatch:
    """The open batch as it stands now, locked: of two people one is too late."""
    found = ScanBatch.objects.select_for_update(of=("self",), no_key=True).select_related("closed_by").get(pk=batch.pk)
    require_open(found)
    return found


def require_open(batch: ScanBatch) -> None:
    """Refuses a batch that somebody has closed, and says who."""
    if batch.closed_at is not None:
        raise Refused(
            f"Dieser Sammelscan ist schon {batch.get_outcome_display()}, am {clock.day(batch.closed_at):%d.%m.%Y} von "
            f"{batch.closed_by}."
        )


def _close(batch: ScanBatch, outcome: ScanBatch.Outcome, by: User) -> None:
    batch.outcome, batch.closed_at, batch.closed_by = outcome, clock.now(), by
    with validation_refusals(batch):
        batch.full_clean()
        batch.save()


def _require_possible(
    codes: Sequence[Code], pages: Mapping[int, Place | None], reading: Reading, papers: Mapping[str, Paper]
) -> None:
    """Every page once, every paper open for evidence, and no page where its own code does not want it."""
    if set(pages) != set(range(1, len(codes) + 1)):
        raise Refused(OTHER_PAGES, NOTHING)
    strays = {group.paper.number: group.refusal for group in reading.strays}
    for scan, place in pages.items():
        if place is None:
            continue
        paper = papers.get(place.number)
        if paper is None:
            raise Refused(f"Seite {scan}: Die Ausfertigung {place.number} gibt es nicht.", NOTHING)
        if reason := paper.refusal or strays.get(place.number, ""):
            raise Refused(f"{paper.name} ({paper.number}): {reason}", NOTHING)
        if _contradicts(codes[scan - 1], place) or not 1 <= place.page <= paper.pages:
            raise Refused(f"Seite {scan} gehört nicht zu {paper.name} ({paper.number}), Seite {place.page}.", NOTHING)


def _contradicts(code: Code, place: Place) -> bool:
    return bool(code.number) and (code.number != place.number or code.page not in (None, place.page))


def _excerpt(content: bytes, scans: Sequence[int]) -> bytes:
    from aqb import inspection  # only where a file is taken apart

    return inspection.excerpt(content, list(scans))


def _findings(batch: ScanBatch, scans: Sequence[int], pages: Mapping[int, Place | None]) -> dict[str, Any]:
    """What the codes of these pages say, where they lie in the scan, and as which page a person took an unread one."""
    found = []
    for scan in scans:
        said, place = batch.pages[scan - 1], pages[scan]
        by_hand = {"assigned": place.page} if place and said["page"] is None else {}
        found.append({"number": said["number"], "page": said["page"], "scan": scan, **by_hand})
    return {"name": batch.name, "pages": found}


def _attach(
    paper: Paper, party: Party, content: bytes, findings: dict[str, Any], batch: ScanBatch, by: User
) -> Evidence:
    try:
        return evidence.attach(
            version=paper.version, party=party, content=content, form=Evidence.Form.PAPER, findings=findings,
            batch=batch, by=by,
        )  # fmt: skip
    except Refused as refused:
        reasons = [f"{paper.name} ({paper.number}): {reason}" for reason in refused.reasons]
        raise Refused(*reasons, NOTHING, status=refused.status) from refused
