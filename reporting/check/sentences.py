"""The verdicts on a file in words: one sentence as title, an explanation, and what to do."""

from agreements.models import AgreementVersion, Document, Evidence
from reporting.check import origin
from reporting.check.verdict import Standing, Verdict

NOT_FOR_ALL = (
    "Wo die Datei abweicht, zeigt die Prüfung nur bei veröffentlichten Vereinbarungen "
    "und für Beteiligte, die angemeldet sind."
)
SUSPICION = "Wenn Sie eine Fälschung vermuten, wenden Sie sich an das Ministerium."
EVIDENCE = {
    Evidence.Form.PAPER: "dem hinterlegten Beleg überein, einem Scan der unterzeichneten Ausfertigung",
    Evidence.Form.ELECTRONIC: "dem hinterlegten Beleg überein, der elektronisch unterzeichneten Ausfertigung",
}


def genuine(document: Document, now: Standing) -> Verdict:
    """The bytes are exactly those of a stored document that counts."""
    text = f"Diese Datei stimmt Zeichen für Zeichen mit {_what(document, now)}. {now.text}"
    return Verdict(now.tone, f"Echt und unverändert – {now.words}", text, now.instead)


def _what(document: Document, now: Standing) -> str:
    if document.kind == Document.Kind.EVIDENCE:
        return EVIDENCE[Evidence.Form(document.proof.form)]
    unsigned = document.kind == Document.Kind.ISSUED and now.is_signed
    signed_is = ". Sie trägt keine Unterschriften; unterzeichnet ist die Reinschrift" if unsigned else ""
    return f"der hinterlegten {document.get_kind_display()} überein{signed_is}"


def unproven(document: Document) -> Verdict:
    """The bytes are those of evidence that was rejected, or that nobody has confirmed yet."""
    if origin.is_rejected(document):
        return Verdict(
            "danger", "Zurückgewiesener Beleg – beweist keine Unterschrift",
            "Diese Datei ist als Beleg für eine Unterschrift eingegangen. Das Ministerium hat sie zurückgewiesen.",
            document.number, "Ausgefertigtes Dokument ansehen",
        )  # fmt: skip
    return Verdict(
        "warning", "Eingegangener Beleg – noch nicht bestätigt",
        "Diese Datei ist als Beleg für eine Unterschrift eingegangen. "
        "Noch hat niemand bestätigt, dass sie zur Ausfertigung passt.",
        document.number, "Ausgefertigtes Dokument ansehen",
    )  # fmt: skip


def signed_since(document: Document) -> Verdict:
    """The file begins with a paper of ours, and only electronic signatures follow."""
    name = document.get_kind_display()
    return Verdict(
        "warning", f"Echte {name} – danach elektronisch unterzeichnet",
        f"Die Datei beginnt mit der unveränderten {name}. Danach sind nur elektronische Unterschriften hinzugekommen. "
        "Diese unterzeichnete Datei ist hier nicht hinterlegt; ob die Unterschriften gelten, ist deshalb nicht bestätigt.",
        document.number, "Hinterlegtes Dokument ansehen",
    )  # fmt: skip


def changed(version: AgreementVersion, *, told: bool) -> Verdict:
    """A copy of a document of ours with other bytes."""
    text = (
        f"Die Datei trägt die Nummer {version.document_number}, stimmt aber nicht mit dem hinterlegten Dokument überein. "
        "Das kann auch beim erneuten Speichern oder Ausdrucken in eine Datei geschehen. "
        f"Verwenden Sie nur das hinterlegte Dokument. {SUSPICION}"
    )
    return Verdict(
        "danger", "Verändert – bitte nicht verwenden", text if told else f"{text} {NOT_FOR_ALL}",
        version.document_number, "Hinterlegtes Dokument ansehen",
    )  # fmt: skip


def unknown(numbers: list[str], named: AgreementVersion | None) -> Verdict:
    """No document of ours; it may name the number of one, or a number that was never given."""
    if named is not None:
        return Verdict(
            "danger", "Unbekannt – nicht aus dieser Anwendung",
            f"Die Datei nennt die Nummer {named.document_number}, ist aber kein Exemplar dieses Dokuments.",
            named.document_number, "Dokument mit dieser Nummer ansehen",
        )  # fmt: skip
    if numbers:
        return Verdict(
            "danger", "Unbekannt – unter dieser Nummer ist nichts ausgefertigt",
            f"Die Datei nennt die Nummer {numbers[0]}. Ein Dokument mit dieser Nummer gibt es hier nicht. {SUSPICION}",
        )  # fmt: skip
    return Verdict(
        "danger", "Unbekannt – nicht aus dieser Anwendung",
        "Die Datei stimmt mit keinem hinterlegten Dokument überein und nennt keine Dokumentnummer. "
        "Ein Scan oder ein Foto lässt sich nur mit der Nummer prüfen, die unten auf jeder Seite steht.",
    )  # fmt: skip


def unreadable() -> Verdict:
    """The file cannot be opened, so it is not one that we gave out."""
    return Verdict(
        "danger", "Nicht lesbar – kein unverändertes Dokument",
        "Die Datei ist beschädigt, unvollständig oder geschützt. Was die Anwendung ausgibt, lässt sich öffnen; "
        "diese Datei ist also nicht unverändert. Bitte laden Sie das Dokument noch einmal herunter.",
    )  # fmt: skip
