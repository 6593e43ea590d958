"""Documents: put away once, fetched with a trace."""

from django.core.files.base import ContentFile
from django.db import transaction

from agreements.models import Agreement, AgreementVersion, Document, Download
from aqb import clock
from aqb.access import Refused
from aqb.files import fingerprint
from aqb.models import User


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
) -> Document:
    """Put bytes into the store and record them with their SHA-256.

    `by` is None only for what a command takes over. Refuses an empty file. The bytes are written before the row:
    when the transaction fails, what remains is a file that no row names, never a row without its file.
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


def read(document: Document) -> bytes:
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
