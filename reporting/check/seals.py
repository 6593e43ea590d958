"""What seal and electronic signatures of a file at hand say, in sentences; the report is `aqb.inspection`'s."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from agreements.models import Document
from aqb.templatetags.aqb import moment

Report = dict[str, Any]
FOREIGN = "Siegel einer anderen Stelle"
KINDS = {
    Document.Seal.OFFICIAL: "Organisationssiegel",
    Document.Seal.TEST: "Testsiegel ohne rechtliche Wirkung",
    "": FOREIGN,
}
OWN = {KINDS[Document.Seal.OFFICIAL], KINDS[Document.Seal.TEST]}
UNSEALED = "Die Datei trägt kein Siegel."
ISSUE_IS_UNSEALED = (
    "Eine Ausfertigung trägt kein Siegel. Gesiegelt wird die Reinschrift, sobald alle unterzeichnet haben."
)
NOT_CHECKED = "Das Siegel ließ sich gerade nicht prüfen."


def fields_of(document: Document, report: Report | None) -> set[str]:
    """The fields in which a paper of ours carries our seal: nothing else signs it, and not every seal calls itself one."""
    return {one["field"] for one in _signed(report)} if document.seal else set()


def seal_lines(report: Report | None, document: Document, stored: Report | None) -> list[str]:
    """Lines per seal: whole or not, whose, when, and what its certificate is worth; or that there is none.

    `document` is the paper that the file is or copies, `stored` the report of that paper itself.
    """
    if document.seal and report is None:
        return [NOT_CHECKED]
    fields, ours = fields_of(document, stored), _certificates(_signed(stored))
    seals = [one for one in _signed(report) if _is_seal(one, fields)]
    if not seals:
        return [ISSUE_IS_UNSEALED if document.kind == Document.Kind.ISSUED else UNSEALED]
    kind = KINDS[document.seal]
    return [line for one in seals for line in _said(one, kind if one["certificate"] in ours else FOREIGN)]


def signature_lines(report: Report | None, document: Document, stored: Report | None) -> list[str]:
    """Lines per electronic signature of a person."""
    fields = fields_of(document, stored)
    return [line for one in _signed(report) if not _is_seal(one, fields) for line in _said(one, "")]


def differences(stored: Report | None, given: Report | None) -> list[str]:
    """What is wrong with seal and signatures of a changed file; `stored` is the report of the sealed paper, if it is."""
    seals, found = _signed(stored), []
    fields = {one["field"] for one in seals}
    present = [one for one in _signed(given) if _is_seal(one, fields)]
    if seals and not present:
        found.append("Das Siegel fehlt.")
    elif seals and _certificates(present) - _certificates(seals):
        found.append("Das Siegel stammt nicht von der Stelle, die das hinterlegte Dokument gesiegelt hat.")
    if any(not _is_whole(one) for one in present):
        found.append("Das Siegel ist verletzt.")
    if any(not _is_whole(one) for one in _signed(given) if one not in present):
        found.append("Eine elektronische Unterschrift ist verletzt.")
    if not seals and present:
        found.append("Die Datei trägt ein Siegel, das hinterlegte Dokument nicht.")
    return found


def _said(one: dict[str, Any], kind: str) -> Iterator[str]:
    """Whole or not and of which kind, whose, when, and what its certificate is worth."""
    yield ", ".join(filter(None, ["unversehrt" if _is_whole(one) else "verletzt", kind]))
    signer, organisation = one["signer"], one["organisation"]
    if signer and signer != kind:
        yield signer if organisation in signer else f"{signer}, {organisation}"
    if one["signed_at"]:
        yield f"{moment(datetime.fromisoformat(one['signed_at']))} ({one['time_text']})"
    # That our own seal is ours is known from the stored paper, whoever vouches for its certificate.
    if kind not in OWN or one["trust"] in {"confirmed", "expired", "revoked"}:
        yield one["trust_text"]


def _signed(report: Report | None) -> list[dict[str, Any]]:
    """Seals and signatures; time stamps on their own say nothing about who."""
    return [one for one in (report or {}).get("signatures", []) if one["kind"] != "timestamp"]


def _is_seal(one: dict[str, Any], fields: Collection[str]) -> bool:
    return one["kind"] == "seal" or one["field"] in fields


def _is_whole(one: dict[str, Any]) -> bool:
    return bool(one["intact"] and one["unchanged_since"])


def _certificates(signatures: list[dict[str, Any]]) -> set[str]:
    """Fingerprints of the certificates; a broken signature may have lost its own."""
    return {one["certificate"] for one in signatures} - {""}
