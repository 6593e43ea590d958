"""Which stored document a file is, or was before somebody changed it."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from agreements.actions import files
from agreements.models import Document
from aqb.access import Refused
from aqb.files import fingerprint
from reporting.check.verdict import PAPERS

END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
MOST_REVISIONS = 30
BLOCK = 512  # bytes that are compared at once
COMPARED = 5_000_000  # bytes up to which a file is compared with stored ones of the same size
ALIKE = 0.8  # share of equal blocks from which a file is a damaged copy; one changed byte spoils one block


def known(content: bytes) -> Document | None:
    """The paper or evidence with exactly these bytes: papers first, then evidence that counts, rejected last.

    Attachments and strategies are not ours to vouch for: people put in what they like.
    """
    kinds = (*PAPERS, Document.Kind.EVIDENCE)
    rows = _documents().filter(sha256=fingerprint(content), kind__in=kinds).select_related("proof")
    return max(rows, key=_weight, default=None)


def copied(content: bytes) -> Document | None:
    """The paper that this file begins with, or of which it is a copy with some bytes changed."""
    return _begun(content) or _alike(content)


def begins_with(content: bytes, document: Document) -> bool:
    """Whether the file goes on where the stored paper ends."""
    return len(content) > document.size and fingerprint(content[: document.size]) == document.sha256


def is_confirmed(document: Document) -> bool:
    """Whether a second person has confirmed a signature against this evidence."""
    return document.signatures.filter(confirmed_at__isnull=False).exists()


def is_rejected(document: Document) -> bool:
    """Whether the ministry has rejected this evidence."""
    proof = getattr(document, "proof", None)
    return proof is not None and proof.is_rejected


def _documents() -> Any:
    return Document.objects.select_related(
        "version__agreement__budget_year", "version__agreement__district", "version__ministry"
    ).order_by("pk")


def _weight(document: Document) -> tuple[bool, bool, bool]:
    return document.kind in PAPERS, is_confirmed(document), not is_rejected(document)


def _begun(content: bytes) -> Document | None:
    """The longest paper of ours that ends where one revision of the file ends."""
    ends = dict(_revisions(content))
    found = _documents().filter(sha256__in=ends, kind__in=PAPERS)
    return max(found, key=lambda one: one.size, default=None)


def _revisions(content: bytes) -> Iterator[tuple[str, int]]:
    """Fingerprint and length of every part of the file from its beginning to an end mark."""
    digest, start = hashlib.sha256(), 0
    for count, mark in enumerate(END.finditer(content)):
        if count == MOST_REVISIONS:
            return
        # Tools differ in the line break behind the mark, and it may be the first byte of what was added.
        for end in sorted({mark.start() + 5, *range(mark.start() + 6, mark.end() + 1)}):
            digest.update(content[start:end])
            start = end
            yield digest.hexdigest(), end


def _alike(content: bytes) -> Document | None:
    """The paper of the same size that equals the file in nearly all places."""
    if len(content) > COMPARED:
        return None
    found = _documents().filter(size=len(content), kind__in=PAPERS)
    return next((document for document in found if _resembles(content, document)), None)


def _resembles(content: bytes, document: Document) -> bool:
    try:
        stored = files.read(document)
    except Refused:  # lost in the archive, which `manage.py verify_archive` finds; it hides no other paper
        return False
    starts = range(0, len(content), BLOCK)
    same = sum(content[at : at + BLOCK] == stored[at : at + BLOCK] for at in starts)
    return same >= ALIKE * len(starts)
