"""Words for what the ministry plans and keeps: vintages, money, contract texts, districts."""

from reporting.timeline.names import wording_name
from reporting.timeline.values import in_euro
from reporting.timeline.words.ground import Seen, Words, quiet, validity


def _vintage(seen: Seen) -> str | None:
    return f"den Budgetjahrgang {seen.row['year']} eröffnet" if seen.filled("opened_at") else None


def _allocation(seen: Seen) -> str | None:
    """A new share; within the application the tie to a formula is told by the formula itself."""
    if not seen.is_new():
        return None
    receiver = seen.names.district(seen.row["district_id"])
    return f"{receiver} aus {_pot(seen)} {in_euro(seen.row['amount'])} zugewiesen"


def _pot(seen: Seen) -> str:
    """`Regelbudget 2027`."""
    line = seen.names.of("agreements.BudgetLine", seen.row["line_id"])
    return f"{seen.name('line_id')} {seen.names.year(line.get('budget_year_id'))}"


def _share(seen: Seen) -> str:
    return f"die Zuweisung an {seen.names.district(seen.row['district_id'], 'accusative')} ({_pot(seen)})"


def _line(seen: Seen) -> str:
    return f"die Budgetlinie {seen.row['title']} {seen.names.year(seen.row['budget_year_id'])}"


def _text(seen: Seen) -> str:
    return wording_name(seen.names, seen.row)


def _wording(seen: Seen) -> str | None:
    return f"den {_text(seen)} freigegeben" if seen.filled("released_at") else None


def _section(seen: Seen) -> str:
    heading = " ".join(seen.row["heading"].split())
    return f"„{heading}“ im {seen.names.name('agreements.Wording', seen.row['wording_id'])}"


def _district(seen: Seen) -> str:
    return str(seen.row["genitive"] or f"von {seen.row['name']}")


WORDS = {
    "agreements.BudgetYear": Words(
        "plan",
        lambda seen: f"den Budgetjahrgang {seen.row['year']}",
        lambda seen: f" des Budgetjahrgangs {seen.row['year']}",
        {
            "year": "das Jahr", "first_cash_year": "das erste Kassenjahr", "last_cash_year": "das letzte Kassenjahr",
            "application_due": "den Tag für den Antrag beim Regierungspräsidium",
            "submission_due": "den Tag für die Einreichung", "approval_due": "den Tag für die Freigabe",
            "issue_due": "den Tag für die Ausfertigung", "signing_due": "den Tag für die Unterzeichnung",
            "publication_due": "den Tag für die Veröffentlichung",
            "strategy_required": "die Angabe „Strategie erforderlich“", "rounding": "die Rundung der Zuweisungen",
            "copied_from_id": "die Vorlage",
        },
        quiet("opened_at", "opened_by_id"),
        deed=_vintage,
    ),
    "agreements.BudgetLine": Words(
        "plan",
        _line,
        lambda seen: f" der Budgetlinie {seen.row['title']}",
        {
            "budget_year_id": "den Jahrgang", "key": "den Schlüssel", "title": "die Bezeichnung", "amount": "den Betrag",
            "position": "die Stelle in der Liste", "earmark": "die Zweckbindung",
        },
        quiet(),
    ),
    "agreements.Deadline": Words(
        "plan",
        lambda seen: f"die Frist „{seen.row['title']}“ im Budgetjahrgang {seen.names.year(seen.row['budget_year_id'])}",
        lambda seen: f" der Frist „{seen.row['title']}“",
        {
            "budget_year_id": "den Jahrgang", "title": "die Bezeichnung", "day": "den Tag",
            "audience": "die Angabe, für wen sie gilt",
        },
        quiet(),
    ),
    "agreements.Allocation": Words(
        "plan",
        _share,
        lambda seen: f" der Zuweisung an {seen.names.district(seen.row['district_id'], 'accusative')} ({_pot(seen)})",
        {
            "line_id": "die Budgetlinie", "district_id": "die Gebietskörperschaft", "amount": "den Betrag",
            "note": "die Anmerkung",
        },
        quiet("distribution_id", "calculated"),
        deed=_allocation,
        says_all=True,
    ),
    "agreements.MeasureCategory": Words(
        "basics",
        lambda seen: f"die Maßnahmenart „{seen.row['title']}“",
        lambda seen: f" der Maßnahmenart „{seen.row['title']}“",
        {
            "key": "den Schlüssel", "title": "die Bezeichnung", "position": "die Stelle in der Liste",
            "has_participants": "die Angabe „mit Teilnehmenden“", **validity(),
        },
        quiet(),
    ),
    "agreements.Wording": Words(
        "texts",
        lambda seen: f"den {_text(seen)}",
        lambda seen: f" im {_text(seen)}",
        {
            "budget_year_id": "den Jahrgang", "kind": "die Art", "number": "die Nummer", "title": "den Titel",
            "purpose": "den Zweck", "land_label": "die Überschrift der Unterschrift des Landes",
            "district_label": "die Überschrift der Unterschrift des Gebiets",
        },
        quiet("status", "changed_at", "changed_by_id", "released_at", "released_by_id"),
        deed=_wording,
    ),
    "agreements.WordingSection": Words(
        "texts",
        lambda seen: f"den Abschnitt {_section(seen)}",
        lambda seen: f" des Abschnitts {_section(seen)}",
        {
            "wording_id": "den Vertragstext", "key": "den Kurznamen", "position": "die Stelle im Text",
            "numbered": "die Angabe „mit Paragraf“", "heading": "die Überschrift", "text": "den Text",
            "locked": "die Angabe „gesperrt“",
        },
        quiet(),
    ),
    "aqb.District": Words(
        "basics",
        lambda seen: f"die Gebietskörperschaft {seen.row['name']}",
        lambda seen: f" {_district(seen)}",
        {
            "ags": "den Gemeindeschlüssel", "name": "den Namen", "sort_name": "den Namen ohne Art", "kind": "die Art",
            "nominative": "den Nominativ", "genitive": "den Genitiv", "dative": "den Dativ",
            "accusative": "den Akkusativ", "locative": "die Ortsform", "short_nominative": "den kurzen Nominativ",
            "short_genitive": "den kurzen Genitiv", "short_dative": "den kurzen Dativ",
            "short_accusative": "den kurzen Akkusativ", "pronoun": "das Pronomen",
            "possessive": "das Possessivpronomen", "self_name": "die Eigenbezeichnung", "body": "das handelnde Organ",
            "region": "den Regierungsbezirk", "seat": "den Sitz", **validity(),
        },
        quiet(),
    ),
    "aqb.Ministry": Words(
        "basics",
        lambda seen: f"das Ressort „{seen.row['name']}“",
        lambda seen: f" des Ressorts „{seen.row['name']}“",
        {
            "short_name": "den Kurznamen", "name": "den Namen", "nominative": "den Nominativ",
            "genitive": "den Genitiv", "dative": "den Dativ", "accusative": "den Akkusativ", "minister": "die Leitung",
            "minister_office": "das Amt der Leitung", "seat": "den Sitz", "source": "die Quelle", **validity(),
        },
        quiet(),
    ),
}  # fmt: skip
