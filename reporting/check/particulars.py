"""The facts below a verdict: what anyone may know about an issued document, as rows of name and lines."""

from dataclasses import dataclass

from agreements.models import AgreementVersion, Document, Party, Signature
from aqb.screens import german_date
from aqb.templatetags.aqb import file_size
from reporting.check.verdict import Standing

SEALED = {
    Document.Seal.OFFICIAL: "Die Reinschrift trägt das Organisationssiegel des Ministeriums.",
    Document.Seal.TEST: "Die Reinschrift trägt ein Testsiegel ohne rechtliche Wirkung.",
    "": "Die Reinschrift trägt kein Siegel.",
}
NOT_YET = "Noch keines: Gesiegelt wird die Reinschrift, sobald alle unterzeichnet haben."


@dataclass(frozen=True)
class Fact:
    """A row below the verdict; `fingerprint` lines are shown in even figures."""

    name: str
    lines: list[str]
    fingerprint: bool = False


def grouped(sha256: str) -> str:
    """A fingerprint in groups of four, as people compare it."""
    return " ".join(sha256[at : at + 4] for at in range(0, len(sha256), 4))


def about(version: AgreementVersion, now: Standing) -> list[Fact]:
    """Name, number, parties, dates and signatures of an issued document; no names of persons, no amounts."""
    printed = version.snapshot or {}
    district = printed.get("district", {}).get("name", version.agreement.district.name)
    ministry = printed.get("ministry", {}).get("name") or (version.ministry.name if version.ministry else "")
    title = f"{printed.get('title', version.designation)} {printed.get('subtitle', '')}".strip()
    facts = [
        Fact("Dokument", [f"{title} – {district}"]),
        Fact("Nummer", [version.document_number]),
        Fact("Beteiligte", [one for one in (ministry, district) if one]),
        Fact("Ausgefertigt", [german_date(version.issued_at)] if version.issued_at else []),
        Fact("Unterzeichnet", _signatures(version)),
        Fact("In Kraft", [f"seit {german_date(version.signed_at)}"] if now.holds and version.signed_at else []),
    ]
    return [fact for fact in facts if fact.lines]


def of_paper(document: Document) -> Fact:
    """The fingerprint of a stored paper, with its day and size."""
    return Fact(
        f"Prüfsumme der {document.get_kind_display()} (SHA-256)",
        [grouped(document.sha256), f"{german_date(document.created_at)}, {file_size(document.size)}"],
        fingerprint=True,
    )


def seal_of(stored: list[Document]) -> Fact:
    """Whether the fair copy is sealed, as it was stored; a file at hand is asked itself (reporting/seals.py)."""
    copy = next((one for one in stored if one.kind == Document.Kind.SIGNED), None)
    return Fact("Siegel", [SEALED[copy.seal] if copy else NOT_YET])


def _signatures(version: AgreementVersion) -> list[str]:
    """Day, place and side of each signature that counts: confirmed by a second person, or taken over."""
    rows = version.signatures.all()
    return [_signature(row, version) for row in rows if row.is_confirmed or version.taken_over]


def _signature(row: Signature, version: AgreementVersion) -> str:
    district = version.agreement.district
    side = "das Land Hessen" if row.party == Party.LAND else district.accusative or district.name
    form = "" if version.taken_over else " (elektronisch)" if row.is_electronic else " (auf Papier)"
    return f"{german_date(row.signed_on)}, {row.place} – für {side}{form}"
