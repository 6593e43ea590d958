"""Checking a file somebody holds: is it ours, is it unchanged, does it still hold, and if not, where does it differ?

The bytes are read in the inspection process and kept nowhere. Who knows only a number learns nothing about what an
unpublished document says: where a file differs is told only for published documents, to people who may see the
document, and to whoever evidently has it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, cast

from agreements.models import AgreementVersion, Document
from aqb.access import Refused
from aqb.files import fingerprint
from aqb.inspection import Contents
from reporting.check import copies, origin, seals, sentences, verdict
from reporting.check.particulars import Fact, about, grouped
from reporting.check.seals import Report
from reporting.check.verdict import PAPERS, Verdict

MOST_NUMBERS = 5  # of a file that are looked up
# Reading takes memory: some files at a time in each worker process, the next ones wait for a moment.
AT_ONCE, PATIENCE = 2, 20  # files, seconds
BUSY = "Gerade werden viele Dokumente geprüft. Bitte versuchen Sie es in einer Minute noch einmal."
NO_PDF = (
    "Die Datei ist ihrem Inhalt nach kein PDF. Bitte wählen Sie das PDF, das Sie erhalten haben; "
    "ein Foto oder ein Ausdruck lässt sich über die Nummer prüfen."
)
_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Examination:
    """What the check says about a file: a verdict, where the file differs, and facts to compare.

    `genuine` means that its bytes are exactly those of a document that we vouch for, whether or not it still holds.
    """

    verdict: Verdict
    genuine: bool = False
    version: AgreementVersion | None = None
    places: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def examine(content: bytes, *, by: Any = None, everything: bool = False) -> Examination:
    """The verdict on a PDF of at most `inspection.LARGEST_UPLOAD` bytes.

    `by` is the person who asks, if any; `everything` is for the operator's shell, which may see all documents.
    Raises Refused when it is no PDF at all, and (503) when too many files are being read.
    """
    if (document := origin.known(content)) is not None:
        return _known(content, document)
    with _turn():
        return _other(content, by, everything)


def _known(content: bytes, document: Document) -> Examination:
    version = _version(document)
    now = verdict.standing(version)
    counts = document.kind in PAPERS or (origin.is_confirmed(document) and not origin.is_rejected(document))
    said = sentences.genuine(document, now) if counts else sentences.unproven(document)
    report = None
    if document.seal or document.kind == Document.Kind.EVIDENCE:
        with _turn():
            report = copies.report(content)
    facts = [*about(version, now), *_signed(report, document, report), _sum("Prüfsumme (SHA-256)", document.sha256)]
    return Examination(said, counts, version, facts=facts)


def _other(content: bytes, by: Any, everything: bool) -> Examination:
    """A file whose bytes are not stored: a changed copy, one signed since, or nothing of ours."""
    copied = origin.copied(content)
    if copied is None and not content.startswith(b"%PDF-"):
        raise Refused(NO_PDF)
    given = copies.contents(content)
    own = _sum("Prüfsumme Ihrer Datei (SHA-256)", fingerprint(content))
    version = _version(copied) if copied else _named(given)
    if version is None:
        said = sentences.unknown(given.numbers, None) if given else sentences.unreadable()
        return Examination(said, facts=[own])
    stored = copies.stored(copied) if copied else copies.nearest(version, given)
    if stored is None or not (copied or copies.is_copy(stored, given)):
        return Examination(sentences.unknown([], version), facts=[own])
    report = copies.report(content)
    if copied and copies.is_signed_since(content, stored, report):
        said, places = sentences.signed_since(copied), []
    else:
        told = everything or copied is not None or copies.may_be_told(version, by, stored, given)
        said = sentences.changed(version, told=told)
        places = copies.places(content, stored, given, report) if told else []
    facts = [*about(version, verdict.standing(version))[:2], *_signed(report, stored.document, stored.report), own]
    return Examination(said, False, version, places, facts)


def _named(given: Contents | None) -> AgreementVersion | None:
    """The first issued version whose number the file names."""
    found = (verdict.issued(number) for number in (given.numbers if given else [])[:MOST_NUMBERS])
    return next((one for one in found if one is not None), None)


def _version(document: Document) -> AgreementVersion:
    """The version of a paper or evidence; the database ties both to one."""
    return cast("AgreementVersion", document.version)


def _signed(report: Report | None, document: Document, stored: Report | None) -> list[Fact]:
    """What seal and signatures in the file itself say, beside those of the paper that it is or copies."""
    signatures = seals.signature_lines(report, document, stored)
    facts = [Fact("Siegel", seals.seal_lines(report, document, stored))]
    return [*facts, Fact("Unterschriften in der Datei", signatures)] if signatures else facts


def _sum(name: str, sha256: str) -> Fact:
    return Fact(name, [grouped(sha256)], fingerprint=True)


@contextmanager
def _turn() -> Iterator[None]:
    """A turn at reading; raises Refused when none comes free in time."""
    if not _turns.acquire(timeout=PATIENCE):
        raise Refused(BUSY, status=503)
    try:
        yield
    finally:
        _turns.release()
