"""What anyone may know about an issued document: whether it holds, and what came after it."""

from dataclasses import dataclass
from typing import Any

from agreements.models import AgreementVersion, Document, Status
from agreements.models.agreement import IN_FORCE
from aqb.screens import german_date


@dataclass(frozen=True)
class Verdict:
    """One sentence with its tone, an explanation, and the number of the document that holds instead."""

    tone: str
    title: str
    text: str
    instead: str = ""


def issued(number: str) -> AgreementVersion | None:
    """The version that was issued under this number; drafts have none and are never found."""
    found: AgreementVersion | None = (
        AgreementVersion.objects.filter(document_number=number.upper(), issued_at__isnull=False)
        .exclude(document_number="")
        .select_related("agreement__budget_year", "agreement__district", "ministry")
        .first()
    )
    return found


def papers(version: AgreementVersion) -> list[Document]:
    """The issue and the fair copy, with their fingerprints."""
    kinds = (Document.Kind.ISSUED, Document.Kind.SIGNED)
    return list(version.documents.filter(kind__in=kinds).order_by("created_at", "pk"))


def public_file(version: AgreementVersion) -> Document | None:
    """The fair copy of a published version; nothing else may be fetched without login."""
    if version.status != Status.PUBLISHED:
        return None
    return version.documents.filter(kind=Document.Kind.SIGNED).first()


def verdict(version: AgreementVersion) -> Verdict:
    """What holds today about an issued version."""
    if version.status == Status.WITHDRAWN:
        return Verdict(
            "danger", "Zurückgezogen – nicht in Kraft", _ended(version, "zurückgezogen", version.withdrawn_at)
        )
    if version.status == Status.TERMINATED:
        return Verdict("warning", "Beendet – nicht mehr in Kraft", _ended(version, "beendet", version.terminated_at))
    if version.status == Status.ISSUED:
        text = "Dieses Dokument ist ausgefertigt, aber noch nicht von allen Seiten unterzeichnet. Es gilt noch nicht."
        return Verdict("warning", "Noch nicht von allen unterzeichnet", text)
    newer = (
        version.agreement.versions.filter(number__gt=version.number, status__in=IN_FORCE).order_by("-number").first()
    )
    if newer is not None:
        text = (
            "Dieses Dokument ist nicht mehr die geltende Fassung. "
            f"Seit dem {german_date(newer.signed_at)} gilt {newer.snapshot['title']} ({newer.document_number})."
        )
        return Verdict("warning", "Durch eine Änderung ersetzt", text, newer.document_number)
    return Verdict("success", "In Kraft", "Alle Seiten haben unterzeichnet. Es gibt keine spätere Fassung.")


def _ended(version: AgreementVersion, word: str, at: Any) -> str:
    return f"Dieses Dokument wurde am {german_date(at)} {word}. Grund: {version.ended_reason}"
