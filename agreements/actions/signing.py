"""Signatures: recorded one by one; the last one completes the version and makes the fair copy."""

from datetime import date, datetime
from io import BytesIO
from typing import cast

from django.db import transaction

from agreements import checks, documents
from agreements.actions import files
from agreements.actions.steps import ask, locked, move, paper_title
from agreements.models import AgreementVersion, Document, Party, Signature
from aqb import clock, paper
from aqb.access import Refused, require
from aqb.models import User
from aqb.refusals import validation_refusals


@transaction.atomic
def record_signature(
    *, version: AgreementVersion, party: Party, position: int = 1, name: str, office: str, place: str, signed_on: date,
    by: User | None, evidence: bytes | None = None, date_as_written: str = "",
) -> Signature:  # fmt: skip
    """Record that a person has signed for a party, with the scan of the signed paper as evidence.

    The last missing signature completes the version: the fair copy is made and stored, the status becomes signed.
    `by` is None only for what a command takes over; an old contract has its original text beside it instead of a scan.
    Refuses: not the ministry, not issued, no scan or one that is not a PDF, a date before the issue or in the future, a
    signature that is recorded already.
    """
    version = locked(version)
    if by is not None:
        ask(version, "sign", by)
        if evidence is None and not version.taken_over:
            raise Refused("Der Beleg fehlt. Bitte laden Sie den Scan des unterschriebenen Papiers als PDF hoch.")
    if reason := _date_refusal(version, signed_on):
        raise Refused(reason)
    signature = Signature(
        version=version, party=party, position=position, name=name.strip(), office=office.strip(), place=place.strip(),
        signed_on=signed_on, date_as_written=date_as_written, recorded_at=clock.now(), recorded_by=by,
    )  # fmt: skip
    if evidence is not None:
        signature.evidence = _evidence(version, party, evidence, by)
    with validation_refusals(signature):
        signature.full_clean()
        signature.save()
    if not checks.missing_signatures(version):
        _complete(version, by)
    return signature


def _date_refusal(version: AgreementVersion, signed_on: date) -> str | None:
    if signed_on > clock.today():
        return f"Das Datum der Unterschrift ({signed_on:%d.%m.%Y}) liegt in der Zukunft."
    issued_on = clock.day(version.issued_at)
    if signed_on < issued_on:
        return f"Die Unterschrift kann nicht vor der Ausfertigung ({issued_on:%d.%m.%Y}) liegen."
    return None


def _evidence(version: AgreementVersion, party: Party, content: bytes, by: User | None) -> Document:
    _require_pdf(content)
    return files.store(
        agreement=version.agreement, version=version, kind=Document.Kind.EVIDENCE,
        title=f"Beleg {Party(party).label} zu {version.document_number}", content=content,
        media_type="application/pdf", number=version.document_number, party=party, by=by,
    )  # fmt: skip


def _require_pdf(content: bytes) -> None:
    """Refuse what is no PDF by its content, is damaged, or asks for a password."""
    import pikepdf  # only here: most processes never read a PDF

    if not content.startswith(b"%PDF-"):
        raise Refused("Der Beleg muss eine PDF-Datei sein. Bitte scannen Sie das unterschriebene Papier als PDF.")
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not pdf.pages:
                raise Refused("Der Beleg enthält keine Seite.")
    except pikepdf.PasswordError as error:
        raise Refused("Der Beleg ist mit einem Passwort geschützt. Bitte laden Sie ihn ohne Passwort hoch.") from error
    except pikepdf.PdfError as error:
        raise Refused(
            "Der Beleg ist beschädigt und lässt sich nicht öffnen. Bitte scannen Sie ihn noch einmal."
        ) from error


def _complete(version: AgreementVersion, by: User | None) -> None:
    """All parties have signed: make the fair copy from the frozen snapshot and the signatures, and store it."""
    signatures = list(version.signatures.all())
    snapshot = documents.fair_copy(cast("documents.Snapshot", version.snapshot), signatures)
    move(version, "sign", by, signed_at=_signed_at(version, signatures))
    files.store(
        agreement=version.agreement, version=version, kind=Document.Kind.SIGNED,
        title=f"{paper_title(snapshot)} – Reinschrift", content=paper.render(snapshot),
        media_type="application/pdf", number=version.document_number, by=by,
    )  # fmt: skip


def _signed_at(version: AgreementVersion, signatures: list[Signature]) -> datetime:
    """Now; an old contract was complete when the last side signed it, not when it was taken over."""
    if not version.taken_over:
        return clock.now()
    return clock.morning(max(one.signed_on for one in signatures))


@transaction.atomic
def remove_signature(*, signature: Signature, by: User) -> None:
    """Take back a signature recorded by mistake, while others are still missing. Refuses: all have signed."""
    version = locked(signature.version)
    require(by, "version.sign", version.agreement.district)
    ask(version, "sign", by)
    with validation_refusals():
        signature.delete()
