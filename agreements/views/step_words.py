"""What the page before each step says: what happens, what cannot be undone, what is said afterwards."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StepWords:
    """Texts of one confirmation page. `label` and `hint` belong to the reason, where the step needs one."""

    title: str
    button: str
    done: str
    consequences: list[str] = field(default_factory=list)
    label: str = "Grund"
    hint: str = ""


WORDS = {
    "submit": StepWords(
        "Zielvereinbarung einreichen",
        "Zielvereinbarung einreichen",
        "Die Zielvereinbarung ist eingereicht. Das Ministerium ist am Zug.",
        [
            "Das Ministerium prüft Projekte und Beträge.",
            "Bis zur Entscheidung des Ministeriums können Sie nichts mehr ändern.",
            "Gibt das Ministerium sie zurück, bearbeiten Sie, was es dafür freigibt.",
        ],
    ),
    "return": StepWords(
        "Zur Überarbeitung zurückgeben",
        "Zielvereinbarung zurückgeben",
        "Die Zielvereinbarung ist zurückgegeben. Die Gebietskörperschaft ist am Zug.",
    ),
    "approve": StepWords(
        "Freigeben",
        "Fassung freigeben",
        "Die Fassung ist freigegeben und kann ausgefertigt werden.",
        [
            "Sie stimmen dem Inhalt zu. Danach kann das Ministerium die Fassung ausfertigen.",
            "Bis zur Ausfertigung kann sie noch zurückgegeben werden.",
        ],
    ),
    "issue": StepWords(
        "Ausfertigen",
        "Fassung ausfertigen",
        "Die Fassung ist ausgefertigt. Die PDF-Datei steht unter Dokumente.",
        [
            "Alles Gedruckte wird festgeschrieben, die PDF-Datei erhält ihre Nummer und wird abgelegt.",
            "Danach ändert sich an dieser Fassung nichts mehr. Das lässt sich nicht rückgängig machen.",
            "Ein Fehler, der später auffällt, wird durch Zurückziehen und eine neue Fassung behoben.",
        ],
    ),
    "publish": StepWords(
        "Veröffentlichen",
        "Zielvereinbarung veröffentlichen",
        "Die Zielvereinbarung ist veröffentlicht.",
        ["Die unterzeichnete Zielvereinbarung ist danach öffentlich. Das lässt sich nicht rückgängig machen."],
    ),
    "withdraw": StepWords(
        "Zurückziehen",
        "Fassung zurückziehen",
        "Die Fassung ist zurückgezogen.",
        [
            "Die Fassung gilt nicht mehr. Sie bleibt mit ihrem Verlauf erhalten, auch in der öffentlichen Prüfung.",
            "Danach können Sie mit einer Kopie als nächster Fassung fortfahren.",
            "Das Zurückziehen lässt sich nicht rückgängig machen.",
        ],
        "Grund",
        "Er steht im Verlauf und bei der öffentlichen Prüfung des Dokuments.",
    ),
    "terminate": StepWords(
        "Zielvereinbarung beenden",
        "Zielvereinbarung beenden",
        "Die Zielvereinbarung ist beendet.",
        [
            "Die unterzeichnete Fassung ist danach nicht mehr in Kraft. Sie bleibt mit allen Dokumenten erhalten.",
            "Das lässt sich nicht rückgängig machen.",
        ],
        "Grund",
        "Er steht im Verlauf und bei der öffentlichen Prüfung des Dokuments.",
    ),
    "amend": StepWords(
        "Änderung beginnen",
        "Änderung beginnen",
        "Die Änderungsvereinbarung ist als Entwurf angelegt.",
        [
            "Es entsteht ein Entwurf mit den Projekten und Ansätzen der geltenden Fassung.",
            "Die geltende Fassung bleibt in Kraft, bis die Änderung unterzeichnet ist.",
            "Unterschriften, Dokumente und Anmerkungen werden nicht übernommen.",
        ],
        "Anlass der Änderung",
        "Er steht im Verlauf.",
    ),
    "follow_up": StepWords(
        "Mit einer Kopie fortfahren",
        "Kopie anlegen",
        "Die Kopie ist als nächste Fassung angelegt.",
        [
            "Es entsteht ein Entwurf mit den Projekten, Ansätzen und Unterzeichnenden der zurückgezogenen Fassung.",
            "Die zurückgezogene Fassung bleibt, wie sie ist.",
        ],
    ),
}
