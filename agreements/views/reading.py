"""What the application read in a piece of evidence, in sentences: codes and order of a scan, signatures of a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from agreements.models import Evidence
from agreements.scan_pages import in_words
from aqb.models import User
from aqb.screens import NBSP

NO_CODE = (
    "Auf keiner Seite ist ein QR-Code lesbar. Bitte vergleichen Sie die Dokumentnummer am unteren Rand jeder Seite."
)
NO_WORDING = "Den Wortlaut eines Scans kann die Anwendung nicht vergleichen. Bitte sehen Sie alle Seiten an."
# Trust of the report -> (badge's tone, badge's words); everything but "confirmed" needs a person's judgement.
IDENTITY = {"confirmed": ("success", "Identität bestätigt"), "revoked": ("danger", "Zertifikat gesperrt")}
NOT_CONFIRMED = ("warning", "Identität nicht bestätigt")
TIME_SOURCES = {
    "timestamp": "Zeitstempel eines Zeitstempeldienstes",
    "claimed": "Uhr des unterzeichnenden Rechners",
    "none": "Die Datei nennt keinen Zeitpunkt.",
}
KINDS = {"seal": "Siegel einer Organisation", "timestamp": "Zeitstempel"}


@dataclass(frozen=True)
class Sentence:
    """A line under the pictures; `tone` is success, info or warning."""

    text: str
    tone: str


@dataclass(frozen=True)
class Alert:
    """What the report of an electronic file says in one sentence."""

    tone: str
    title: str
    text: str


def of_scan(evidence: Evidence, number: str, pages_of_issue: int) -> list[Sentence]:
    """Whether the codes name this document, and whether all its pages are there and in order."""
    pages = evidence.findings.get("pages", [])
    read = [(at, page["number"], page["page"]) for at, page in enumerate(pages, start=1) if page["number"]]
    if not read:
        return [Sentence(NO_CODE, "warning")]
    return [*_codes(read, number, len(pages)), _order(read, number, len(pages), pages_of_issue)]


def _codes(read: list[tuple[int, str, Any]], number: str, scanned: int) -> list[Sentence]:
    own = [at for at, found, _ in read if found == number]
    foreign = [(at, found) for at, found, _ in read if found != number]
    unread = sorted(set(range(1, scanned + 1)) - {at for at, _, _ in read})
    lines = [
        Sentence(f"Seite {at} trägt den QR-Code von {found}, nicht von {number}.", "warning") for at, found in foreign
    ]
    if len(own) == scanned:
        where = {1: "auf der Seite", 2: "auf beiden Seiten"}.get(scanned, f"auf allen {scanned} Seiten")
        lines.append(Sentence(f"QR-Code {where} gelesen: gehört zu {number}", "success"))
    elif own:
        lines.append(Sentence(f"QR-Code auf {in_words(own)} gelesen: gehört zu {number}", "success"))
    if unread:
        text = f"Auf {in_words(unread)} ist kein QR-Code lesbar. Bitte vergleichen Sie dort die Dokumentnummer."
        lines.append(Sentence(text, "warning"))
    return lines


def _order(read: list[tuple[int, str, Any]], number: str, scanned: int, pages_of_issue: int) -> Sentence:
    """Completeness and order, as far as the codes name pages."""
    found = [page for _, one, page in read if one == number]
    if None in found or len(read) < scanned:
        count = f"{scanned} von {pages_of_issue} Seiten" if scanned <= pages_of_issue else f"{scanned} Seiten"
        return Sentence(f"{count}; ob alle da und in der richtigen Reihenfolge sind, sagen die Codes nicht.", "info")
    missing = sorted(set(range(1, pages_of_issue + 1)) - set(found))
    if missing:
        verb = "fehlt" if len(missing) == 1 else "fehlen"
        return Sentence(f"{in_words(missing)} der Ausfertigung {verb} im Beleg.", "warning")
    if found != sorted(found):
        return Sentence(f"Die Seiten liegen in der Reihenfolge {', '.join(map(str, found))}.", "warning")
    if len(set(found)) < len(found):
        return Sentence(f"Eine Seite ist mehrmals gescannt: {', '.join(map(str, found))}.", "warning")
    return Sentence(f"{pages_of_issue} von {pages_of_issue} Seiten, in der richtigen Reihenfolge", "success")


def of_file(evidence: Evidence, user: User) -> Alert:
    """The title and sentence above the report: unchanged is one thing, who signed is another."""
    signatures = [one for one in evidence.findings["report"]["signatures"] if one["kind"] == "signature"]
    unsure = [one for one in signatures if one["trust"] != "confirmed"]
    whole = {1: "Die Unterschrift ist unversehrt und gilt", 2: "Beide Unterschriften sind unversehrt und gelten"}.get(
        len(signatures), f"Alle {len(signatures)} Unterschriften sind unversehrt und gelten"
    )
    whole += " für die ganze Ausfertigung."
    if not unsure:
        return Alert("success", "Datei unverändert – Identität bestätigt", whole)
    if len(unsure) == len(signatures):
        title = "Datei unverändert – Identität nicht bestätigt"
    else:
        count = "einer Unterschrift" if len(unsure) == 1 else f"{len(unsure)} Unterschriften"
        title = f"Datei unverändert – bei {count} ist die Identität nicht bestätigt"
    names = " und ".join(dict.fromkeys(one["signer"] for one in unsure if one["signer"]))
    who = f"Wer {names} {'ist' if ' und ' not in names else 'sind'}" if names else "Wer unterzeichnet hat"
    decides = "das entscheiden Sie" if user.is_ministry else "das entscheidet das Ministerium"
    return Alert("warning", title, f"{whole} {who}, konnte die Anwendung nicht feststellen; {decides}.")


def rows_of_file(evidence: Evidence) -> list[dict[str, Any]]:
    """The report's signatures, seals and time stamps with the words that the table shows."""
    rows = []
    for one in evidence.findings["report"]["signatures"]:
        tone, words = IDENTITY.get(one["trust"], NOT_CONFIRMED)
        rows.append(
            one
            | {
                "is_signature": one["kind"] == "signature",
                "kind_words": KINDS.get(one["kind"], ""),
                "moment": _moment(one["signed_at"]),
                "time_words": one.get("time_text") or TIME_SOURCES[one["time_source"]],
                "tone": tone,
                "identity": words,
            }
        )
    return rows


def _moment(iso: str) -> str:
    """`12.03.2027, 14:06:31 Uhr` in Hesse; nothing where the file names no moment."""
    if not iso:
        return ""
    return f"{timezone.localtime(datetime.fromisoformat(iso)):%d.%m.%Y, %H:%M:%S}{NBSP}Uhr"
