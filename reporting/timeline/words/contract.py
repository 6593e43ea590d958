"""Words for the agreement: its versions and steps, its lines, and what is said about it."""

from agreements.models import Party, Status
from reporting.timeline.names import agreement_name, place_name
from reporting.timeline.values import in_euro
from reporting.timeline.words.ground import Seen, Words, quiet

# Step reached -> what has been done.
STEPS = {
    Status.SUBMITTED: "die Fassung eingereicht",
    Status.APPROVED: "die Fassung freigegeben",
    Status.ISSUED: "die Fassung ausgefertigt",
    Status.SIGNED: "die Unterzeichnung abgeschlossen",
    Status.PUBLISHED: "die Fassung veröffentlicht",
    Status.WITHDRAWN: "die Fassung zurückgezogen",
    Status.TERMINATED: "die Zielvereinbarung beendet",
}
STAMPS = (
    "status", "status_changed_at", "created_at", "created_by_id", "prepared_at", "prepared_by_id", "submitted_at",
    "submitted_by_id", "returned_at", "returned_by_id", "return_reason", "approved_at", "approved_by_id", "issued_at",
    "issued_by_id", "signed_at", "published_at", "published_by_id", "withdrawn_at", "withdrawn_by_id", "terminated_at",
    "terminated_by_id", "ended_reason", "document_number", "snapshot",
)  # fmt: skip


def _step(seen: Seen) -> str | None:
    if not seen.is_new():
        return None
    before, after = seen.row["from_status"], seen.row["to_status"]
    if not before:
        return "die Fassung angelegt"
    if after == Status.DRAFT:
        return "die Fassung zur Überarbeitung zurückgegeben"
    return STEPS[Status(after)]


def _version(seen: Seen) -> str | None:
    """A step stands in the history of states; a change of state without one is told here."""
    if seen.event.beside and (
        seen.is_new() or seen.filled("issued_at")
    ):  # the issue also names the ministry of the day
        return ""
    if seen.differs("status") and not seen.event.beside:
        change = f"von {seen.said('status', before=True)} auf {seen.said('status')}"
        return f"den Stand der Fassung {seen.row['number']} {change} geändert"
    if seen.event.beside and seen.differs("status"):
        return ""  # what a step locks and unlocks belongs to it
    if seen.differs("unlocked") and not seen.differs("status"):
        return "weitere Felder zur Bearbeitung freigegeben"
    return None


def _agreement(seen: Seen) -> str:
    return f"die {agreement_name(seen.names, seen.row)}"


def _line(seen: Seen) -> str | None:
    return f"den Ansatz {seen.name('line_id')} mit {in_euro(seen.row['amount'])} angelegt" if seen.is_new() else None


def _about(seen: Seen) -> str:
    return place_name(seen.row)


def _remark(seen: Seen) -> str | None:
    about = _about(seen)
    if seen.is_new():
        return f"eine Anmerkung {about} geschrieben"
    if seen.filled("done_at"):
        return f"die Anmerkung {about} erledigt"
    if seen.differs("done_at") and not seen.row["done_at"]:
        return f"die Anmerkung {about} wieder geöffnet"
    if seen.filled("answered_at"):
        return f"die Anmerkung {about} beantwortet"
    return f"die Antwort auf die Anmerkung {about} geändert" if seen.differs("answer") else None


def _thread(seen: Seen) -> str:
    """The remark that a reply belongs to: `zu Joblinge (Feld Plätze)`."""
    return seen.name("remark_id")


def _reply(seen: Seen) -> str | None:
    if not seen.is_new():
        return None
    if seen.row["side"] == Party.DISTRICT:
        return f"die Anmerkung {_thread(seen)} beantwortet"
    if seen.row["reopens"]:
        return f"den Grund zur wieder geöffneten Anmerkung {_thread(seen)} genannt"
    return f"eine weitere Frage {_thread(seen)} gestellt"


def _strategy(seen: Seen) -> str | None:
    return (
        f"die Strategie „{seen.row['title']}“ bestätigt"
        if seen.differs("confirmed_at") and seen.row["confirmed_at"]
        else None
    )


WORDS = {
    "agreements.Agreement": Words(
        "steps",
        _agreement,
        lambda seen: f" der {agreement_name(seen.names, seen.row)}",
        {
            "budget_year_id": "den Jahrgang",
            "district_id": "die Gebietskörperschaft",
            "reference": "das Aktenzeichen",
        },
        quiet(),
        says_all=True,
    ),
    "agreements.AgreementVersion": Words(
        "steps",
        lambda seen: f"die Fassung {seen.row['number']}",
        lambda seen: f" der Fassung {seen.row['number']}",
        {
            "agreement_id": "die Zielvereinbarung", "number": "die Nummer", "base_id": "die geänderte Fassung",
            "wording_id": "den Vertragstext", "ministry_id": "das Ressort", "reason": "den Anlass der Änderung",
            "taken_over": "die Angabe „übernommener Altvertrag“", "unlocked": "die zur Bearbeitung freigegebenen Felder",
            "resubmit_due": "den Tag, bis zu dem wieder einzureichen ist",
        },
        quiet(*STAMPS),
        deed=_version,
        labels={"taken_over": "übernommener Altvertrag"},
    ),
    "agreements.StatusChange": Words(
        "steps",
        lambda seen: "den Schritt im Verlauf der Fassung",
        lambda seen: " des Schritts",
        {},
        quiet("version_id", "from_status", "to_status", "reason", "at", "by_id", "on_behalf_of_id"),
        deed=_step,
        pairs={"Stand": ("from_status", "to_status")},
        reason="reason",
    ),
    "agreements.AgreementLine": Words(
        "amounts",
        lambda seen: f"den Ansatz {seen.name('line_id')}",
        lambda seen: f" im Ansatz {seen.name('line_id')}",
        {"version_id": "die Fassung", "line_id": "die Budgetlinie", "amount": "den Betrag"},
        quiet(),
        deed=_line,
        says_all=True,
    ),
    "agreements.Remark": Words(
        "remarks",
        lambda seen: f"die Anmerkung {_about(seen)}",
        lambda seen: f" der Anmerkung {_about(seen)}",
        {"text": "den Text", "answer": "die Antwort"},
        quiet(
            "version_id", "project_key", "project_title", "field", "field_title", "author_id", "created_at", "answered_at",
            "answered_by_id", "done_at", "done_by_id",
        ),
        deed=_remark,
    ),
    "agreements.RemarkReply": Words(
        "remarks",
        lambda seen: f"den Beitrag {_thread(seen)}",
        lambda seen: f" des Beitrags {_thread(seen)}",
        {"text": "den Text", "side": "die Seite"},
        quiet("remark_id", "author_id", "written_at", "reopens"),
        deed=_reply,
    ),
    "agreements.RegionalStrategy": Words(
        "remarks",
        lambda seen: f"die Strategie „{seen.row['title']}“",
        lambda seen: f" der Strategie „{seen.row['title']}“",
        {
            "title": "den Titel", "valid_from": "den Beginn der Gültigkeit", "valid_to": "das Ende der Gültigkeit",
            "document_id": "das Dokument", "district_id": "die Gebietskörperschaft",
        },
        quiet("confirmed_at", "confirmed_by_id"),
        deed=_strategy,
    ),
    "agreements.SteeringDialogue": Words(
        "remarks",
        lambda seen: f"den Zielsteuerungsdialog vom {seen.written('held_on')}",
        lambda seen: f" des Zielsteuerungsdialogs vom {seen.written('held_on')}",
        {
            "agreement_id": "die Zielvereinbarung", "held_on": "den Tag", "participants": "die Teilnehmenden",
            "progress": "den Stand der Umsetzung", "minutes": "das Ergebnis",
        },
        quiet(),
        made="festgehalten",
        labels={"held_on": "Tag"},
    ),
}  # fmt: skip
