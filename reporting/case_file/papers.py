"""The documents of an agreement, copied out of the store and compared with what the database says of them."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agreements.models import Agreement, AgreementVersion, Document, Evidence
from aqb.access import Refused
from aqb.files import UNREADABLE, store
from aqb.paper import canonical

KINDS = {
    Document.Kind.ISSUED: "ausfertigung", Document.Kind.SIGNED: "reinschrift", Document.Kind.EVIDENCE: "beleg",
    Document.Kind.ORIGINAL: "originaltext", Document.Kind.STRATEGY: "strategie", Document.Kind.ATTACHMENT: "anlage",
}  # fmt: skip
MISSING = "Die Datei fehlt im Archiv."
DEFECT = "Die Datei lässt sich im Archiv nicht lesen."
CHANGED = "Die Datei im Archiv hat nicht mehr den Inhalt, der abgelegt wurde."


@dataclass(frozen=True)
class Lacking:
    """A document whose file the store does not have as it was put away; `why` is a German sentence."""

    document: Document
    why: str


def name_of(document: Document) -> str:
    """Where it lies in the case file: `belege/ZV-2026-06438-0-beleg-17.pdf`."""
    folder = "belege" if document.kind == Document.Kind.EVIDENCE else "dokumente"
    ending = document.file_name.rpartition(".")[2]
    return f"{folder}/{document.number or 'ohne-nummer'}-{KINDS[Document.Kind(document.kind)]}-{document.pk}.{ending}"


def copy(documents: Iterable[Document], folder: Path) -> tuple[dict[int, str], list[Lacking]]:
    """Copy every document below the folder, a piece at a time; answers where each lies, and those that are lacking.

    A file that is missing or has other bytes than were put away is left out and named: the rest of the case is still
    worth having, and a false file would look genuine among checksums. Refuses when the store does not answer at all.
    """
    files: dict[int, str] = {}
    lacking: list[Lacking] = []
    for document in documents:
        target = folder / name_of(document)
        target.parent.mkdir(parents=True, exist_ok=True)
        if why := _copied(document, target):
            target.unlink(missing_ok=True)
            lacking.append(Lacking(document, why))
        else:
            files[document.pk] = name_of(document)
    return files, lacking


def _copied(document: Document, target: Path) -> str:
    """Why the document could not be copied; empty when it lies there as it was put away."""
    digest = hashlib.sha256()
    try:
        with target.open("wb") as out:
            for piece in _pieces(document):
                digest.update(piece)
                out.write(piece)
    except _UnreadableError as error:
        return str(error)
    return "" if digest.hexdigest() == document.sha256 else CHANGED


def _pieces(document: Document) -> Iterator[bytes]:
    """The stored bytes; what is wrong with the store is told apart from what is wrong where they are written."""
    try:
        yield from store().chunks(str(document.file))
    except FileNotFoundError as error:
        raise _UnreadableError(MISSING) from error
    except ConnectionError as error:
        raise Refused(UNREADABLE, status=503) from error
    except OSError as error:
        raise _UnreadableError(DEFECT) from error


class _UnreadableError(Exception):
    """The store cannot give this one file; the message is the German sentence that says why."""


def write_reports(agreement: Agreement, files: dict[int, str], folder: Path) -> None:
    """What the application found in each piece of evidence, beside it."""
    for proof in Evidence.objects.filter(document__agreement=agreement).select_related("document").order_by("pk"):
        beside = files.get(proof.document_id) or name_of(proof.document)
        name = f"{beside.rpartition('.')[0]}-pruefbericht.json"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        report = json.dumps(proof.findings, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / name).write_text(report, encoding="utf-8")


def write_snapshots(agreement: Agreement, folder: Path) -> int:
    """The data of each issued version, exactly as its paper carries them; answers how many there are."""
    issued = AgreementVersion.objects.filter(agreement=agreement, snapshot__isnull=False).order_by("number")
    for version in issued:
        target = folder / "fassungen" / f"{version.document_number}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(canonical(version.snapshot))
    return len(issued)
