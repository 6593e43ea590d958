"""Why a file is refused: the reading process names a reason of this list, the sentences stand here and nowhere else.

Those about tables stand in table_reasons.py.
"""

from aqb.inspection.table_reasons import TABLE_SENTENCES

LARGEST_UPLOAD = 25 * 1024 * 1024  # bytes
LARGEST_DATA = 4 * 1024 * 1024  # bytes of embedded data; ours have some tens of thousands
MOST_PAGES = 200
MOST_PIXELS = 60_000_000  # of one picture: A4 in colour at 600 dpi has 35 million

_AGAIN = "Bitte laden Sie die Datei noch einmal hoch oder scannen Sie das Papier erneut."
_SCAN = "Bitte scannen Sie das Papier erneut, am besten mit 200 dpi."
_WITHOUT = "Bitte speichern Sie die Datei ohne diesen Inhalt, zum Beispiel mit „Als PDF drucken“, oder scannen Sie sie."

SENTENCES = {
    "empty": "Die Datei ist leer. Bitte wählen Sie sie noch einmal aus.",
    "too_big": "Die Datei ist größer als 25 MB. Bitte scannen Sie mit 200 dpi oder teilen Sie die Datei.",
    "other_type": "Die Datei ist ihrem Inhalt nach weder ein PDF noch ein Bild (JPEG, PNG). "
    "Bitte laden Sie den Scan in einem dieser Formate hoch.",
    "not_pdf": "Die Datei ist ihrem Inhalt nach kein PDF. Bitte laden Sie ein PDF hoch.",
    "not_picture": "Die Datei ist ihrem Inhalt nach kein Bild (JPEG, PNG). Bitte laden Sie ein Bild hoch.",
    "incomplete": f"Die Datei ist unvollständig: Ihr Ende fehlt. {_AGAIN}",
    "damaged": f"Die Datei ist beschädigt und lässt sich nicht sicher lesen. {_AGAIN}",
    "appended": f"Hinter dem Ende des PDF stehen weitere Daten, die kein PDF sind. {_AGAIN}",
    "encrypted": "Die Datei ist mit einem Passwort oder mit Einschränkungen geschützt. "
    "Bitte speichern Sie sie ohne Schutz und laden Sie sie noch einmal hoch.",
    "javascript": f"Die Datei enthält JavaScript, also Programmcode. {_WITHOUT}",
    "form": f"Die Datei ist ein dynamisches Formular (XFA), dessen Inhalt sich ändern kann. {_WITHOUT}",
    "launch": f"Die Datei will Programme starten, andere Dateien öffnen oder Daten versenden. {_WITHOUT}",
    "media": f"Die Datei enthält Ton, Film oder bewegte Inhalte. {_WITHOUT}",
    "executable": f"In der Datei steckt ein Programm, das sich ausführen lässt. {_WITHOUT}",
    "attachment": f"In der Datei steckt eine weitere Datei, die sich nicht prüfen lässt. {_WITHOUT}",
    "too_many_pages": f"Die Datei hat mehr als {MOST_PAGES} Seiten. Bitte teilen Sie sie und laden Sie die Teile einzeln hoch.",
    "no_pages": f"Die Datei enthält keine Seite. {_AGAIN}",
    "page_missing": "Diese Seite gibt es in der Datei nicht.",
    "too_many_parts": f"Die Datei besteht aus ungewöhnlich vielen Teilen und lässt sich nicht prüfen. {_SCAN}",
    "too_many_pixels": f"Ein Bild in der Datei hat mehr als {MOST_PIXELS // 1_000_000} Millionen Bildpunkte. {_SCAN}",
    "too_much": f"Die Datei braucht zum Lesen zu viel Speicher. {_SCAN}",
    "too_slow": f"Die Datei braucht zum Lesen zu viel Zeit. {_SCAN}",
    "busy": "Gerade werden viele Dateien gelesen. Bitte laden Sie Ihre Datei in einer Minute noch einmal hoch.",
    "unreadable": f"Die Datei lässt sich nicht lesen. {_SCAN}",
}


class Unacceptable(Exception):
    """The reading process will not go on; `reason` is a key of SENTENCES or TABLE_SENTENCES, `place` what it is about."""

    def __init__(self, reason: str, place: str = "") -> None:
        sentences = SENTENCES | TABLE_SENTENCES
        super().__init__(sentences[reason].format(place))
        self.reason, self.place = reason, place
