"""What would become of a table: each row new, changed, the same, or refused at its place with a sentence."""

from typing import Any

import pytest
from django.test import Client

from agreements.models import AgreementVersion
from projects.models import ProjectEntry, TableImport
from tests import factories as make
from tests.projects.sheets import read, told

pytestmark = pytest.mark.django_db

NEW = {
    "Titel": "Chance Handwerk", "Träger": "lehrbauhof  gGmbH", "Budgetlinie": "Regelbudget", "Kassenjahr": "2023",
    "Betrag": "1.234,50", "Beginn": "01.01.2023", "Ende": "2023-12-31", "Plätze": "24",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    return NEW | changes


@pytest.fixture
def entry(version: AgreementVersion) -> ProjectEntry:
    """A project with 10,000 euro in the first year."""
    return make.entry(version, "10000.00", provider=version.agreement.district.providers.get())


def test_new_project_has_one_row_for_each_amount(portal: Client, version: AgreementVersion) -> None:
    kept = read(
        portal, version, row(), {**row(), "Kassenjahr": "2024", "Träger": "", "Beginn": "", "Ende": "", "Plätze": ""}
    )
    assert told(kept) == [(2, "new", []), (3, "new", [])]
    assert [(one["title"], one["about"], one["amount"], one["fresh"]) for one in kept.rows or []] == [
        ("Chance Handwerk", "Regelbudget 2023", "1234.50", True),
        ("Chance Handwerk", "Regelbudget 2024", "1234.50", True),
    ]
    assert kept.totals[0]["after"] == "2469.00"
    assert not ProjectEntry.objects.exists()


CASES: dict[str, tuple[dict[str, str], str]] = {
    "three places": ({"Betrag": "1.234,505"}, "E Betrag „1.234,505“: Beträge haben höchstens zwei Nachkommastellen."),
    "formula": ({"Betrag": "=SUMME(F28:F32)"},
                "E Betrag „=SUMME(F28:F32)“: Formeln werden nicht gelesen. Tragen Sie den Wert ein."),
    "no amount": ({"Betrag": ""}, "E Betrag „“: Bitte tragen Sie einen Betrag ein; 0, wenn nichts vorgesehen ist."),
    "line": ({"Budgetlinie": "Sprachfoerdrung"}, ("C Budgetlinie „Sprachfoerdrung“: Diese Budgetlinie gibt es im "
             "AQB\u00a02023 nicht. Gemeint ist vermutlich „Sprachförderung“.")),
    "no line": ({"Budgetlinie": ""}, "C Budgetlinie „“: Bitte geben Sie die Budgetlinie an."),
    "cash year": ({"Kassenjahr": "2031"},
                  "D Kassenjahr „2031“: 2031 ist kein Kassenjahr dieses Jahrgangs. Möglich sind 2023 bis 2025."),
    "end": ({"Ende": "31.12.2022"}, "G Ende „31.12.2022“: Das Ende muss nach dem Beginn (01.01.2023) liegen."),
    "year": ({"Beginn": "1.1.0203"}, "F Beginn „01.01.203“: Bitte prüfen Sie das Jahr: 0203 liegt nicht zwischen 2000 und 2100."),
    "provider": ({"Träger": "Lehrbauhof GmbH"}, ("B Träger „Lehrbauhof GmbH“: Diesen Träger gibt es in der Liste der Träger "
                 "nicht. Gemeint ist vermutlich „Lehrbauhof gGmbH“.")),
    "unknown provider": ({"Träger": "XYZ"}, ("B Träger „XYZ“: Diesen Träger gibt es in der Liste der Träger nicht. "
                         "Bitte legen Sie ihn auf der Seite „Träger“ an.")),
    "places": ({"Plätze": "100001"}, "H Plätze „100001“: Möglich sind 0 bis 100.000 Plätze."),
    "long title": ({"Titel": "x" * 10_000}, f"A Titel „{'x' * 59}…“: Der Titel hat 10000 Zeichen. Möglich sind höchstens 300."),
    "no title": ({"Titel": " "}, "A Titel „“: Bitte geben Sie dem Projekt einen Titel."),
    "group": ({"Zielgruppen": "junge Menschen unter 27 Jahren; alle"}, ("I Zielgruppen „junge Menschen unter 27 Jahren; alle“: "
              "„alle“ steht nicht zur Auswahl.")),
    "uid": ({"Kennung": "ab-12"}, ("I Kennung „ab-12“: Diese Kennung gibt es in dieser Fassung nicht. "
            "Lassen Sie die Zelle leer, wenn das Projekt neu ist.")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_cell_that_does_not_do_is_named_with_its_rule(portal: Client, version: AgreementVersion, name: str) -> None:
    changes, sentence = CASES[name]
    ((number, what, words),) = told(read(portal, version, row(**changes)))
    assert (number, what, words) == (2, "refused", [sentence])


def test_refused_amount_leaves_the_other_rows_of_its_project(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, row(Betrag="viel", Plätze="7"), row(Kassenjahr="2024"))
    assert [(number, what) for number, what, _ in told(kept)] == [(2, "refused"), (3, "new")]


def test_project_that_is_wrong_as_a_whole_is_left_out_with_all_rows(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, row(), row(Kassenjahr="2024", Träger="XYZ"), row(Titel="Anderes"))
    (first, second, third) = told(kept)
    assert first == (2, "refused", ["„“: Das Projekt wird nicht übernommen, solange in Zeile 3 etwas nicht stimmt."])
    assert (second[1], third[1]) == ("refused", "new")


def test_rows_of_a_project_may_not_contradict_each_other(portal: Client, version: AgreementVersion) -> None:
    (_, second) = told(read(portal, version, row(), row(Kassenjahr="2024", Plätze="25")))
    assert second[2] == ["H Plätze „25“: In Zeile 2 steht für dieses Projekt etwas anderes."]


def test_amount_that_stands_twice_is_refused_the_second_time(portal: Client, version: AgreementVersion) -> None:
    (_, second) = told(read(portal, version, row(), row(Betrag="7")))
    assert second[2] == [
        "E Betrag „7,00“: Diese Budgetlinie und dieses Kassenjahr stehen für das Projekt schon in Zeile 2."
    ]


def test_change_is_shown_with_what_was_there(portal: Client, version: AgreementVersion, entry: ProjectEntry) -> None:
    uid, money = str(entry.project.uid), {"Budgetlinie": "Regelbudget"}
    kept = read(
        portal,
        version,
        {"Kennung": uid, "Titel": "Joblinge", "Plätze": "18", **money, "Kassenjahr": "2023", "Betrag": "9000"},
        {"Kennung": uid, "Titel": "", "Plätze": "", **money, "Kassenjahr": "2024", "Betrag": "500"},
    )
    assert told(kept) == [(2, "changed", ["Betrag: 10.000,00 -> 9.000,00", "Plätze: 20 -> 18"]), (3, "new", [])]
    assert [one["after"] for one in kept.totals] == ["9500.00", "0.00"]


def test_title_stands_for_the_one_project_that_is_called_so(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    assert told(read(portal, version, {"Titel": "JOBLINGE", "Plätze": "20"})) == [
        (2, "changed", ["Titel: Joblinge -> JOBLINGE"])
    ]
    make.entry(version, provider=entry.provider)
    ((_, what, words),) = told(read(portal, version, {"Titel": "Joblinge"}))
    assert what == "refused"
    assert words == ["A Titel „Joblinge“: Es gibt 2 Projekte mit diesem Titel. Bitte tragen Sie die Kennung ein."]


def test_empty_cell_empties_beside_an_identity_and_missing_column_leaves_alone(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    assert told(read(portal, version, {"Titel": "Joblinge", "Beginn": "", "Zielgruppen": ""})) == [(2, "same", [])]
    uid = str(entry.project.uid)
    kept = read(portal, version, {"Kennung": uid, "Titel": "Joblinge", "Beginn": "", "Zielgruppen": ""})
    assert told(kept) == [(2, "changed", ["Beginn: 01.01.2023 -> ", "Zielgruppen: junge Menschen unter 27 Jahren -> "])]


def test_line_that_would_be_overdrawn_is_summed_up(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    kept = read(portal, version, row(Betrag="90.000,01"))
    assert kept.totals[0]["missing"] == "0.01"
    page = portal.get(
        f"/vereinbarungen/2023/{version.agreement.district.ags}/0/projekte/einlesen/ergebnis/"
    ).content.decode()
    assert "Es fehlen 0,01\u00a0€" in page
    assert "Zeile übernehmen" not in page
    assert "Andere Datei lesen" in page


def test_number_that_was_understood_is_told(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, row(Betrag="1.234"))
    assert [note["sentence"] for one in kept.rows or [] for note in one["notes"]] == [
        "„1.234“ ist als 1.234 gelesen: Der Punkt trennt Tausender."
    ]


def test_only_the_last_table_waits(portal: Client, version: AgreementVersion) -> None:
    read(portal, version, row())
    kept: Any = read(portal, version, row(Titel="Anderes"))
    assert list(TableImport.objects.all()) == [kept]
