"""The columns of a table of projects, in the order of the template, with what each one asks for."""

from dataclasses import dataclass
from typing import Any

from aqb.tables import Column, Kind, Sheet

RULES = {
    "Aufbau": "Eine Zeile für jedes Projekt, jede Budgetlinie und jedes Kassenjahr. Was für das ganze Projekt gilt, genügt in "
    "einer seiner Zeilen; in den anderen darf es leer bleiben.",
    "Spalten": "Spalten dürfen fehlen oder anders stehen; was fehlt, bleibt, wie es ist. Steht in der Zeile eine Kennung, "
    "leert eine leere Zelle die Angabe.",
    "Löschen": "Projekte, die nicht in der Tabelle stehen, bleiben, wie sie sind. Gelöscht wird durch Einlesen nichts.",
}
# Of the row itself; all others say something about its project as a whole.
OF_ROW = ("line", "cash_year", "amount")
# What the file with the rows that were left out adds; read again, it says nothing.
SAID = (Column("row_number", "Zeile in Ihrer Tabelle", Kind.NUMBER), Column("reason", "Grund", width=60))


@dataclass(frozen=True)
class About:
    """A column with the sentence that explains it in the template."""

    key: str
    title: str
    kind: Kind
    width: int
    meaning: str


SAME_TITLE = "Bei neuen Projekten leer lassen; Zeilen mit demselben Titel sind dann ein Projekt."
ALL = (
    About(
        "uid", "Kennung", Kind.TEXT, 16, f"Steht in jedem Export und sagt, welches Projekt gemeint ist. {SAME_TITLE}"
    ),
    About("title", "Titel", Kind.TEXT, 36, "So erscheint das Projekt in der Zielvereinbarung; höchstens 300 Zeichen."),
    About("provider", "Träger", Kind.TEXT, 36, "Name aus Ihrer Liste der Träger (Blatt „Auswahl“)."),
    About("line", "Budgetlinie", Kind.TEXT, 22, "Aus welchem Topf der Betrag kommt (Blatt „Auswahl“)."),
    About("cash_year", "Kassenjahr", Kind.NUMBER, 12, "Jahr, in dem das Geld fließt (Blatt „Auswahl“)."),
    About(
        "amount",
        "Betrag",
        Kind.AMOUNT,
        16,
        "Euro, höchstens zwei Nachkommastellen, keine Formel. 0 nimmt ihn weg.",
    ),
    About("starts_on", "Beginn", Kind.DATE, 12, "Erster Tag der Laufzeit, zum Beispiel 01.01.2027."),
    About("ends_on", "Ende", Kind.DATE, 12, "Letzter Tag der Laufzeit."),
    About("places", "Plätze", Kind.NUMBER, 10, "Plätze gleichzeitig, nicht Teilnehmende im Jahr."),
    About("category", "Maßnahmenart", Kind.TEXT, 36, "Bezeichnung aus dem Blatt „Auswahl“."),
    About("implementation", "Durchführung", Kind.TEXT, 36, "Wer das Projekt durchführt (Blatt „Auswahl“)."),
    About("target_groups", "Zielgruppen", Kind.TEXT, 36, "Eine oder mehrere, mit Semikolon getrennt"),
    About("legal_circles", "Rechtskreise", Kind.TEXT, 20, "Einer oder mehrere, mit Semikolon getrennt"),
    About("part_time", "In Teilzeit möglich", Kind.YES_NO, 10, "ja oder nein"),
    About("language", "Mit Sprachförderung", Kind.YES_NO, 10, "ja oder nein"),
    About("inclusive", "Inklusiv angelegt", Kind.YES_NO, 10, "ja oder nein"),
    About(
        "description",
        "Kurzbeschreibung",
        Kind.TEXT,
        60,
        "Höchstens 4.000 Zeichen. Keine Angaben zu einzelnen Personen.",
    ),
)
OF_PROJECT = tuple(about.key for about in ALL if about.key not in {"uid", *OF_ROW})


def columns(known: Any) -> list[Column]:
    """The columns with what they offer in this version (`known.Known`)."""
    offers: dict[str, list[Any]] = {
        "provider": known.providers.texts, "line": known.lines.texts, "cash_year": list(known.cash_years),
        "category": known.categories.texts, "implementation": known.implementations.texts,
    }  # fmt: skip
    yes_no = [True, False]
    return [
        Column(one.key, one.title, one.kind, one.width, offers.get(one.key, yes_no if one.kind is Kind.YES_NO else ()))
        for one in ALL
    ]


def readable(known: Any) -> list[Column]:
    """What a table that comes back may have."""
    return [*columns(known), *SAID]


def explanation(known: Any) -> Sheet:
    """The sheet of the template that says what each column asks for."""
    listed = {"target_groups": known.groups.texts, "legal_circles": known.circles.texts}
    rows: list[list[str | None]] = [
        [one.title, f"{one.meaning}: {'; '.join(listed[one.key])}" if one.key in listed else one.meaning] for one in ALL
    ]
    rows.append([None, None])
    rows.extend([one, why] for one, why in RULES.items())
    return Sheet(
        "Erläuterung", [Column("what", "Spalte", width=20), Column("why", "Was hineingehört", width=100)], rows
    )
