"""Why a table is refused: the reading process names a reason of this list, `{}` stands for the place that it names."""

LARGEST_TABLE = 10 * 1024 * 1024  # bytes

_NEW = "Am sichersten kopieren Sie die Zeilen in die leere Vorlage und laden diese hoch."
_SAVE = "Bitte speichern Sie die Tabelle als „Excel-Arbeitsmappe (.xlsx)“ und laden Sie sie noch einmal hoch."

TABLE_SENTENCES = {
    "nothing": "In der Datei steht keine Tabelle: Es ist keine Zelle ausgefüllt.",
    "table_too_big": "Die Datei ist größer als 10 MB. Bitte laden Sie nur die Tabelle hoch, ohne Bilder und weitere Blätter.",
    "no_table": "Die Datei ist ihrem Inhalt nach keine Tabelle (xlsx, ods, csv), sondern {}. "
    "Bitte wählen Sie die Tabelle aus.",
    "other_ending": "Dateien mit der Endung {} werden nicht gelesen. "
    "Möglich sind Excel-Arbeitsmappen (.xlsx), OpenDocument-Tabellen (.ods) und CSV-Dateien (.csv).",
    "other_name": "Die Datei heißt anders, als sie ist: Ihrem Inhalt nach ist sie {}. "
    "Bitte speichern Sie sie aus der Tabellenkalkulation neu und laden Sie sie noch einmal hoch.",
    "old_excel": f"Die Datei hat ein altes Office-Format (.xls). {_SAVE}",
    "macros": f"Die Datei enthält Makros oder eingebettete Programme, oder ihr Format lässt sie zu. {_SAVE}",
    "password": "Die Datei ist mit einem Passwort geschützt. "
    "Bitte speichern Sie sie ohne Passwort und laden Sie sie noch einmal hoch.",
    "links": "Die Datei holt Daten aus anderen Dateien oder Programmen. Bitte fügen Sie die Werte ohne Verknüpfung ein "
    "(„Inhalte einfügen – Werte“) und laden Sie die Datei noch einmal hoch.",
    "entities": f"Die Datei ist nicht so aufgebaut wie eine Tabelle: Sie erklärt eigene Zeichenfolgen (DTD). {_NEW}",
    "broken": f"Die Datei ist beschädigt oder nicht vollständig und lässt sich nicht sicher lesen. {_NEW}",
    "much": f"Die Datei ist ungewöhnlich groß, wenn sie ausgepackt wird, und wird nicht gelesen. {_NEW}",
    "many_rows": "Die Tabelle hat mehr als {} Zeilen. Bitte teilen Sie sie und lesen Sie die Teile nacheinander ein.",
    "many_columns": "Die Tabelle hat mehr als {} Spalten. Bitte löschen Sie die Spalten, die nicht dazugehören.",
    "long_cell": "In der Zelle {} stehen mehr als 32.767 Zeichen. Bitte kürzen Sie den Text.",
    "merged": "In der Tabelle sind Zellen verbunden ({}). "
    "Bitte heben Sie die Verbindung auf: Jede Zeile braucht ihre eigenen Angaben.",
    "hidden_sheets": "Die Datei hat ausgeblendete Blätter: {}. Bitte blenden Sie sie ein oder löschen Sie sie, "
    "damit nichts gelesen wird, was Sie nicht sehen.",
    "hidden_rows": "In der Tabelle sind Zeilen ausgeblendet oder weggefiltert: {}. "
    "Bitte blenden Sie sie ein oder löschen Sie sie, damit nichts gelesen wird, was Sie nicht sehen.",
    "hidden_columns": "In der Tabelle sind Spalten ausgeblendet: {}. "
    "Bitte blenden Sie sie ein oder löschen Sie sie, damit nichts gelesen wird, was Sie nicht sehen.",
    "several_sheets": "Die Datei hat mehrere Blätter: {}. Bitte schreiben Sie in das Feld „Blatt“, welches gelesen werden soll, "
    "und wählen Sie die Datei noch einmal aus.",
    "no_such_sheet": "Das genannte Blatt gibt es in der Datei nicht. Es gibt: {}.",
    "table_too_much": f"Die Datei braucht zum Lesen zu viel Speicher. {_NEW}",
    "table_too_slow": f"Die Datei braucht zum Lesen zu viel Zeit. {_NEW}",
    "table_unreadable": f"Die Datei lässt sich nicht lesen. {_NEW}",
}
# What the process says of any file, in the words for a table.
IN_OTHER_WORDS = {
    "too_much": "table_too_much", "too_slow": "table_too_slow", "unreadable": "table_unreadable", "too_big": "table_too_big",
}  # fmt: skip
