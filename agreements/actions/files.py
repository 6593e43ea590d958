"""Documents: what comes in from outside is looked at first, put away once, fetched with a trace."""

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction

from agreements.models import Agreement, AgreementVersion, Document, Download
from aqb import clock
from aqb.access import Refused
from aqb.files import fingerprint
from aqb.models import User
from aqb.stored import StoredFile

if TYPE_CHECKING:
    from aqb.inspection import Received


def accept(content: bytes, *, images: bool = False) -> "Received":
    """The one door for uploads: what the content is, after size, virus scanner and inspection have let it in.

    Nothing is stored here, so that nothing is readable before the scanner has answered. Refuses: an empty or too large
    file, what the scanner finds or cannot look at, whatever `aqb.inspection.received` refuses, and a picture unless
    `images`.
    """
    from aqb import inspection, virus  # only where something comes in

    if not content:
        raise Refused("Die Datei ist leer. Bitte wählen Sie eine andere Datei.")
    if len(content) > inspection.LARGEST_UPLOAD:
        most = inspection.LARGEST_UPLOAD // 1024**2
        raise Refused(f"Die Datei ist größer als {most} MB. Bitte scannen Sie mit geringerer Auflösung.")
    virus.ask(content)
    received = inspection.received(content)
    if not images and received.media_type != "application/pdf":
        raise Refused("Hier wird eine PDF-Datei gebraucht. Bitte speichern Sie das Bild als PDF.")
    return received


@transaction.atomic
def store(
    *,
    agreement: Agreement,
    version: AgreementVersion | None,
    kind: Document.Kind,
    title: str,
    content: bytes,
    media_type: str,
    by: User | None,
    number: str = "",
    party: str = "",
    seal: str = "",
) -> Document:
    """Put bytes into the store and record them with their SHA-256.

    `by` is None only for what a command takes over; `seal` says whose seal a fair copy carries. Refuses an empty
    file. The bytes are written before the row: when the transaction fails, what remains is a file that no row names,
    never a row without its file.
    """
    if not content:
        raise Refused("Die Datei ist leer.")
    document = Document(
        agreement=agreement,
        version=version,
        kind=kind,
        party=party,
        number=number,
        title=title,
        seal=seal,
        sha256=fingerprint(content),
        size=len(content),
        media_type=media_type,
        created_at=clock.now(),
        created_by=by,
    )
    document.file.save(document.sha256, ContentFile(content), save=False)
    document.full_clean()
    document.save()
    return document


@transaction.atomic
def fetch(*, document: Document, by: User) -> bytes:
    """The bytes of a document that `by` sees; who fetched it and when is kept for good. Refuses as `read`."""
    content = read(document)
    Download.objects.create(document=document, user=by, at=clock.now())
    return content


def read(document: StoredFile) -> bytes:
    """The stored bytes, for the application's own use: people get them by `fetch`, which leaves a trace.

    Refuses when the bytes are missing or no longer have the recorded SHA-256.
    """
    try:
        with document.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise Refused("Die Datei fehlt im Archiv. Bitte wenden Sie sich an den Betrieb der Anwendung.") from error
    if fingerprint(content) != document.sha256:
        raise Refused(
            "Die Datei im Archiv stimmt nicht mit ihrem Fingerabdruck überein und wird deshalb nicht ausgegeben. "
            "Bitte wenden Sie sich an den Betrieb der Anwendung."
        )
    return content
