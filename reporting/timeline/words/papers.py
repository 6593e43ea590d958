"""Words for what is kept and signed: documents and who fetched them, evidence, signatures."""

from agreements.models import Document
from reporting.timeline.words.ground import Seen, Words, quiet


def _document(seen: Seen) -> str | None:
    if not seen.is_new():
        return None
    if seen.row["kind"] == Document.Kind.EVIDENCE:
        return "" if seen.event.beside else f"„{seen.row['title']}“ abgelegt"
    if seen.row["kind"] == Document.Kind.ISSUED:
        return f"die Ausfertigung {seen.row['number']} erzeugt"
    if seen.row["kind"] == Document.Kind.SIGNED:
        return f"die Reinschrift {seen.row['number']} erzeugt" + (" und besiegelt" if seen.row["seal"] else "")
    return f"„{seen.row['title']}“ abgelegt"


def _title(seen: Seen) -> str:
    return seen.names.name("agreements.Document", seen.row["document_id"])


def _evidence(seen: Seen) -> str | None:
    if seen.is_new():
        how = "aus einem Sammelscan zugeordnet" if seen.row["batch_id"] else "hochgeladen"
        return f"„{_title(seen)}“ {how}"
    return f"„{_title(seen)}“ zurückgewiesen" if seen.filled("rejected_at") else None


def _batch(seen: Seen) -> str | None:
    if seen.is_new():
        return f"den Sammelscan „{seen.row['name']}“ hochgeladen"
    if seen.filled("closed_at"):
        done = "zugeordnet" if seen.row["outcome"] == "assigned" else "verworfen"
        return f"den Sammelscan „{seen.row['name']}“ {done}"
    return None


def _signatory(seen: Seen) -> str | None:
    """The names of a side are written anew whenever one changes: who stays is not news."""
    if seen.event.beside and (seen.is_new() or seen.is_gone()):
        return ""
    who = f"{seen.row['name']} ({seen.row['office']})"
    if seen.is_new():
        return f"{who} für die Unterschrift vorgesehen"
    return f"{who} nicht mehr für die Unterschrift vorgesehen" if seen.is_gone() else None


def _signature(seen: Seen) -> str | None:
    whose = f"die Unterschrift von {seen.row['name']}"
    if seen.is_new():
        return f"{whose} erfasst"
    if seen.is_gone():
        return f"{whose} wieder herausgenommen"
    return f"{whose} bestätigt" if seen.filled("confirmed_at") else None


def _side() -> dict[str, str]:
    return {"party": "die Seite", "position": "die Stelle", "name": "den Namen", "office": "das Amt"}


WORDS = {
    "agreements.Document": Words(
        "documents",
        lambda seen: f"das Dokument „{seen.row['title']}“",
        lambda seen: f" des Dokuments „{seen.row['title']}“",
        {
            "sha256": "die Prüfsumme", "kind": "die Art", "party": "die Seite", "number": "die Nummer",
            "title": "den Titel", "seal": "das Siegel",
        },
        quiet("agreement_id", "version_id", "file", "size", "media_type", "created_at", "created_by_id"),
        deed=_document,
    ),
    "agreements.Download": Words(
        "downloads",
        lambda seen: f"„{_title(seen)}“",
        lambda seen: f" von „{_title(seen)}“",
        {},
        quiet("document_id", "user_id"),
        made="abgerufen",
    ),
    "agreements.Evidence": Words(
        "signing",
        lambda seen: f"den Beleg „{_title(seen)}“",
        lambda seen: f" des Belegs „{_title(seen)}“",
        {"form": "die Form", "batch_id": "den Sammelscan"},
        quiet("document_id", "findings", "rejected_at", "rejected_by_id", "rejected_reason"),
        deed=_evidence,
        reason="rejected_reason",
    ),
    "agreements.ScanBatch": Words(
        "signing",
        lambda seen: f"den Sammelscan „{seen.row['name']}“",
        lambda seen: f" des Sammelscans „{seen.row['name']}“",
        {"name": "den Dateinamen", "sha256": "die Prüfsumme", "pages": "die gelesenen Seiten"},
        quiet("file", "size", "media_type", "created_at", "created_by_id", "outcome", "closed_at", "closed_by_id"),
        deed=_batch,
    ),
    "agreements.Signatory": Words(
        "signing",
        lambda seen: f"die vorgesehene Unterschrift von {seen.row['name']}",
        lambda seen: f" der vorgesehenen Unterschrift von {seen.row['name']}",
        _side(),
        quiet("version_id"),
        deed=_signatory,
        says_all=True,
    ),
    "agreements.Signature": Words(
        "signing",
        lambda seen: f"die Unterschrift von {seen.row['name']}",
        lambda seen: f" der Unterschrift von {seen.row['name']}",
        {
            **_side(), "place": "den Ort", "signed_on": "das Datum", "date_as_written": "das Datum, wie es geschrieben ist",
            "evidence_id": "den Beleg",
        },
        quiet("version_id", "field_name", "recorded_at", "recorded_by_id", "confirmed_at", "confirmed_by_id"),
        deed=_signature,
    ),
}  # fmt: skip
