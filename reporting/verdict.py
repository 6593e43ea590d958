"""What anyone may know about an issued document: whether it holds, and what came after it."""

import re
from dataclasses import dataclass
from typing import Any

from agreements.models import AgreementVersion, Document, Status
from agreements.models.agreement import IN_FORCE
from aqb.screens import german_date

MADE_OF = re.compile(r"[A-Za-z0-9-]{1,30}")


@dataclass(frozen=True)
class Verdict:
    """One sentence with its tone, an explanation, and the number of the document that holds instead."""

    tone: str
    title: str
    text: str
    instead: str = ""


def issued(number: str) -> AgreementVersion | None:
    """The version that was issued under this number; drafts have none and are never found."""
    if not MADE_OF.fullmatch(number):
        return None
    found: AgreementVersion | None = (
        AgreementVersion.objects.filter(document_number=number.upper(), issued_at__isnull=False)
        .select_related("agreement__budget_year", "agreement__district", "ministry")
        .first()
    )
    return found


@dataclass(frozen=True)
class Paper:
    """A stored file of the version; the fingerprint in groups of four, as people compare it."""

    document: Document
    fingerprint: str


def papers(version: AgreementVersion) -> list[Paper]:
    """The issue and the fair copy."""
    kinds = (Document.Kind.ISSUED, Document.Kind.SIGNED)
    found = version.documents.filter(kind__in=kinds).order_by("created_at", "pk")
    return [Paper(one, " ".join(one.sha256[i : i + 4] for i in range(0, 64, 4))) for one in found]


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
