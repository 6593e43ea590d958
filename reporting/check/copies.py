"""A file that is a changed copy of a paper of ours: beside which stored one it is laid, and what may be said about it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from agreements.actions import files
from agreements.models import AgreementVersion, Document
from aqb import inspection
from aqb.access import Refused
from aqb.inspection import Contents
from reporting.check import differences, origin, seals
from reporting.check.seals import Report
from reporting.check.verdict import papers

COPY = 0.6  # share of a paper's words from which a file that only quotes its number counts as a copy
LOST = "Die hinterlegte Datei ist zurzeit nicht lesbar; deshalb lässt sich nicht sagen, wo Ihre Datei abweicht."
NOT_READABLE = "Ihre Datei lässt sich nicht mehr öffnen. Verändert ist mindestens eine Stelle in ihrem Aufbau."
APPENDED = "Die Datei beginnt mit dem unveränderten Dokument; danach ist etwas hinzugefügt."


@dataclass(frozen=True)
class Stored:
    """A paper of ours, its bytes, what can be read in it, and the report of its seal, if it has one.

    Empty and None when the archive has lost it.
    """

    document: Document
    content: bytes
    contents: Contents | None
    report: Report | None = None


def contents(content: bytes) -> Contents | None:
    """What can be read in the file; None when it cannot be opened."""
    try:
        return inspection.contents(content)
    except Refused:
        return None


def report(content: bytes, *, original: bytes | None = None) -> Report | None:
    """The validation of its signatures; None when they cannot be read."""
    try:
        return inspection.signature_report(content, original=original, roots=settings.TRUST_ROOTS)
    except Refused:
        return None


def stored(document: Document) -> Stored:
    """The paper as the archive holds it."""
    try:
        content = files.read(document)
    except Refused:  # `manage.py verify_archive` finds it; the verdict on the file at hand stands without it
        return Stored(document, b"", None)
    try:
        return Stored(document, content, *_read(content, bool(document.seal)))
    except Refused:  # no time or memory now; a paper of ours can be read at another time
        return Stored(document, content, None)


@lru_cache(maxsize=8)
def _read(content: bytes, sealed: bool) -> tuple[Contents, Report | None]:
    """What can be read in a paper of ours: always the same, and a forged one is checked by many people."""
    return inspection.contents(content), inspection.signature_report(content) if sealed else None


def nearest(version: AgreementVersion, given: Contents | None) -> Stored | None:
    """The paper of the version that the file copies: as its data say, else the one that shares the most pages."""
    both = papers(version)
    state = (given.data or {}).get("state") if given else None
    if state in {Document.Kind.ISSUED, Document.Kind.SIGNED}:
        both = [one for one in both if one.kind == state] or both
    read = [stored(one) for one in both]
    return max(read, key=lambda one: _shared(one.contents, given), default=None)


def is_copy(paper: Stored, given: Contents | None) -> bool:
    """Whether the file is meant to be this paper, and does not just quote its number."""
    number = paper.document.number
    if given is None or number in given.codes or (given.data or {}).get("number") == number:
        return True
    words = _words(paper.contents)
    return bool(words) and len(words & _words(given)) >= COPY * len(words)


def may_be_told(version: AgreementVersion, by: Any, paper: Stored, given: Contents | None) -> bool:
    """Whether it may be said where the file differs: the document is public, `by` sees it, or the file was made from it.

    Otherwise somebody who knows only a number could try amounts until nothing differs any more. A file was made from
    the paper if it carries its moment of issue and the identities of all its projects, which nobody guesses.
    """
    if version.published_at is not None:
        return True
    if by is not None and AgreementVersion.objects.visible_to(by).filter(pk=version.pk).exists():
        return True
    secret, shown = (_identity(one) for one in (paper.contents, given))
    return bool(secret) and secret == shown


def is_signed_since(content: bytes, paper: Stored, found: Report | None) -> bool:
    """Whether the file is the unchanged paper with further electronic signatures and nothing else."""
    if found is None or not origin.begins_with(content, paper.document):
        return False
    since = report(content, original=paper.content)
    more = len((since or {}).get("signatures", [])) > len((paper.report or {}).get("signatures", []))
    return bool(since and since["begins_with_issue"] and since["only_signatures_added"] and since["intact"] and more)


def places(content: bytes, paper: Stored, given: Contents | None, found: Report | None) -> list[str]:
    """Where the file differs, in sentences."""
    signatures = seals.differences(paper.report, found)
    if paper.contents is None:
        return [*signatures, LOST]
    if given is None:
        return [*signatures, NOT_READABLE]
    appended = [APPENDED] if origin.begins_with(content, paper.document) else []
    return [*signatures, *appended, *differences.places(paper.contents, given)]


def _shared(one: Contents | None, other: Contents | None) -> int:
    if one is None or other is None:
        return 0
    return len({" ".join(text.split()) for text in one.pages} & {" ".join(text.split()) for text in other.pages})


def _words(given: Contents | None) -> set[str]:
    return {word for text in (given.pages if given else []) for word in text.split()}


def _identity(given: Contents | None) -> tuple[str, tuple[str, ...]] | None:
    """Moment of issue and identities of the projects; None where the data are missing or of another form."""
    try:
        data = (given.data if given else None) or {}
        projects = [str(one["uid"]) for kind in data["categories"] for one in kind["projects"]]
        return (str(data["issued_at"]), tuple(projects)) if data["issued_at"] and projects else None
    except (KeyError, TypeError):
        return None
