"""What anyone may know about an issued document: whether it holds, and what came after it."""

import re
from dataclasses import dataclass
from typing import Any

from agreements import amendments
from agreements.models import AgreementVersion, Document, Status
from agreements.models.agreement import IN_FORCE
from aqb.screens import german_date

PAPERS = (Document.Kind.ISSUED, Document.Kind.SIGNED)  # what the application itself gives out
MADE_OF = re.compile(r"[A-Za-z0-9-]{1,30}")


@dataclass(frozen=True)
class Verdict:
    """One sentence with its tone, an explanation, and the number of the document to see instead, with its link's words."""

    tone: str
    title: str
    text: str
    instead: str = ""
    link: str = "Geltende Fassung ansehen"


@dataclass(frozen=True)
class Standing:
    """What has become of an issued version; `words` go on after „Echt und unverändert – “."""

    tone: str
    title: str
    words: str
    text: str
    instead: str = ""
    holds: bool = False
    is_signed: bool = True


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


def papers(version: AgreementVersion) -> list[Document]:
    """The issue and the fair copy."""
    return list(version.documents.filter(kind__in=PAPERS).order_by("created_at", "pk"))


def current_file(version: AgreementVersion) -> Document | None:
    """The fair copy of what holds now, this version or a later one, if it is published."""
    return public_file(_newer(version) or version)


def public_file(version: AgreementVersion) -> Document | None:
    """The fair copy of a published version; nothing else may be fetched without login."""
    if version.status != Status.PUBLISHED:
        return None
    return version.documents.filter(kind=Document.Kind.SIGNED).first()


def of_number(now: Standing) -> Verdict:
    """For somebody who has the number and no file: what holds today."""
    return Verdict(now.tone, now.title, now.text, now.instead)


def standing(version: AgreementVersion) -> Standing:
    """In force, replaced, ended, or not signed by all yet."""
    if version.status == Status.WITHDRAWN:
        text = _ended(version, "zurückgezogen", version.withdrawn_at)
        return Standing("danger", "Zurückgezogen – nicht in Kraft", "zurückgezogen", text, is_signed=False)
    if version.status == Status.TERMINATED:
        text = _ended(version, "beendet", version.terminated_at)
        return Standing("warning", "Beendet – nicht mehr in Kraft", "nicht mehr in Kraft", text)
    if version.status == Status.ISSUED:
        text = "Dieses Dokument ist ausgefertigt, aber noch nicht von allen Seiten unterzeichnet. Es gilt noch nicht."
        words = "noch nicht von allen unterzeichnet"
        return Standing("warning", "Noch nicht von allen unterzeichnet", words, text, is_signed=False)
    if (newer := _newer(version)) is not None:
        name = _name(newer)
        text = (
            "Dieses Dokument ist nicht mehr die geltende Fassung. "
            f"Seit dem {german_date(newer.signed_at)} gilt die {name} ({newer.document_number})."
        )
        return Standing("warning", f"Ersetzt durch {name}", f"ersetzt durch {name}", text, newer.document_number)
    text = "Alle Seiten haben unterzeichnet. Es gibt keine spätere Fassung."
    return Standing("success", "In Kraft", "in Kraft", text, holds=True)


def _newer(version: AgreementVersion) -> AgreementVersion | None:
    """The version in force that came after this one."""
    later = version.agreement.versions.filter(number__gt=version.number, status__in=IN_FORCE)
    found: AgreementVersion | None = later.order_by("-number").first()
    return found


def _name(version: AgreementVersion) -> str:
    """What a later version is called in a sentence; amendments count from 1, whatever their version's number."""
    count = amendments.running_number(amendments.chain(version))
    return f"Änderungsvereinbarung {count}" if count else "Zielvereinbarung"


def _ended(version: AgreementVersion, word: str, at: Any) -> str:
    return f"Dieses Dokument wurde am {german_date(at)} {word}. Grund: {version.ended_reason}"
