"""Words for projects, their money, and who carries them out."""

from reporting.timeline.words.ground import Seen, Words, quiet


def _title(seen: Seen) -> str:
    return str(seen.row["title"] or "ohne Titel")


def _entry(seen: Seen) -> str | None:
    if seen.is_new() and not seen.event.beside:
        return f"das Projekt {_title(seen)} in die {seen.name('version_id')} übernommen"
    if seen.is_gone() and not seen.event.beside:
        return f"das Projekt {_title(seen)} aus der {seen.name('version_id')} entfernt"
    return None


def _project(seen: Seen) -> str | None:
    """The identity comes and goes with the first and last statement about it; what it continues is a sentence of its own."""
    if seen.is_new() and seen.row["continued_from_id"]:
        here = seen.names.name("projects.Project", seen.event.key)
        return f"das Projekt {here} aus {seen.name('continued_from_id')} fortgesetzt"
    return "" if seen.event.beside and (seen.is_new() or seen.is_gone()) else None


def _pot(seen: Seen) -> str:
    """`von Joblinge (Regelbudget, 2027)`."""
    return f" von {seen.name('entry_id')} ({seen.name('line_id')}, {seen.row['cash_year']})"


def _share(seen: Seen) -> str | None:
    if seen.is_new():
        return f"den Betrag{_pot(seen)} auf {seen.euro()} gesetzt"
    return f"den Betrag{_pot(seen)} entfernt, vorher {seen.euro()}" if seen.is_gone() else None


WORDS = {
    "projects.ProjectEntry": Words(
        "projects",
        lambda seen: f"das Projekt {_title(seen)}",
        lambda seen: f" von {_title(seen)}",
        {
            "category_id": "die Maßnahmenart", "title": "den Titel", "provider_id": "den Träger",
            "implementation": "die Durchführung", "description": "die Kurzbeschreibung", "starts_on": "den Beginn",
            "ends_on": "das Ende", "places": "die Zahl der Plätze", "target_groups": "die Zielgruppen",
            "legal_circles": "die Rechtskreise", "part_time": "die Angabe „in Teilzeit möglich“",
            "language": "die Angabe „mit Sprachförderung“", "inclusive": "die Angabe „inklusiv angelegt“",
            "amounts_unknown": "die Angabe „Beträge nicht bekannt“", "position": "die Stelle in der Liste",
        },
        quiet("project_id", "version_id", "changed_at", "changed_by_id"),
        deed=_entry,
    ),
    "projects.Project": Words(
        "projects",
        lambda seen: f"das Projekt {seen.names.name('projects.Project', seen.event.key)}",
        lambda seen: f" des Projekts {seen.names.name('projects.Project', seen.event.key)}",
        {
            "uid": "die Kennung", "agreement_id": "die Zielvereinbarung",
            "continued_from_id": "das Projekt, aus dem es fortgesetzt ist",
        },
        quiet(),
        deed=_project,
    ),
    "projects.FundingShare": Words(
        "amounts",
        lambda seen: f"den Betrag{_pot(seen)}",
        _pot,
        {"amount": "den Betrag", "line_id": "die Budgetlinie", "cash_year": "das Kassenjahr"},
        quiet("entry_id"),
        deed=_share,
        says_all=True,
    ),
    "projects.Provider": Words(
        "basics",
        lambda seen: f"den Träger {seen.row['name']}",
        lambda seen: f" des Trägers {seen.row['name']}",
        {
            "district_id": "die Gebietskörperschaft", "name": "den Namen", "city": "den Ort",
            "own": "die Angabe „die Gebietskörperschaft selbst“",
        },
        quiet(),
    ),
    "projects.TargetGroup": Words(
        "basics",
        lambda seen: f"die Zielgruppe „{seen.row['title']}“",
        lambda seen: f" der Zielgruppe „{seen.row['title']}“",
        {
            "key": "den Schlüssel", "title": "die Bezeichnung", "position": "die Stelle in der Liste",
            "is_active": "die Angabe „auswählbar“",
        },
        quiet(),
    ),
}  # fmt: skip
