"""Taking a table over: all of it or nothing, under the lock, checked once more, each project in the history."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from agreements.models import AgreementVersion
from aqb.access import Refused, Role
from aqb.tables import Format
from aqb.tables.kept import from_json
from projects.actions import save_project
from projects.models import FundingShare, ProjectEntry, TableImport
from projects.table import keeping
from projects.table.taking import take_table
from tests import factories as make
from tests.agreements.pages import client_of
from tests.projects.sheets import brought, exported, page, read, sheet, take

pytestmark = pytest.mark.django_db

NEW = {
    "Titel": "Chance Handwerk", "Träger": "Lehrbauhof gGmbH", "Budgetlinie": "Regelbudget", "Kassenjahr": "2023",
    "Betrag": "1.234,50", "Beginn": "01.01.2023", "Ende": "31.12.2023", "Plätze": "24",
    "Zielgruppen": "junge Menschen unter 27 Jahren",
    "In Teilzeit möglich": "ja", "Durchführung": "die Gebietskörperschaft selbst", "Rechtskreise": "SGB II; SGB III",
    "Kurzbeschreibung": "Zwei\nZeilen.", "Maßnahmenart": "",
}  # fmt: skip
OTHER = {"Titel": "Joblinge", "Budgetlinie": "Regelbudget", "Kassenjahr": "2023", "Betrag": "9000"}


@pytest.fixture
def entry(version: AgreementVersion) -> ProjectEntry:
    return make.entry(version, "10000.00", provider=version.agreement.district.providers.get())


def amounts(version: AgreementVersion) -> dict[str, list[Decimal]]:
    shares = FundingShare.objects.filter(entry__version=version)
    found: dict[str, list[Decimal]] = {}
    for share in shares.select_related("entry"):
        found.setdefault(share.entry.title, []).append(share.amount)
    return found


def test_table_is_taken_over_in_one_step(portal: Client, version: AgreementVersion, entry: ProjectEntry) -> None:
    category = make.category()
    kept = read(
        portal, version, {**NEW, "Maßnahmenart": category.title}, {**NEW, "Kassenjahr": "2024", "Betrag": "0,5"}, OTHER
    )
    response = take(portal, kept)
    assert "3\u00a0Zeilen übernommen: 1\u00a0Projekt angelegt, 1\u00a0Projekt geändert." in response.content.decode()
    assert amounts(version) == {
        "Joblinge": [Decimal("9000.00")],
        "Chance Handwerk": [Decimal("1234.50"), Decimal("0.50")],
    }
    made = ProjectEntry.objects.get(title="Chance Handwerk")
    assert (made.category, made.places, made.target_groups, made.part_time) == (category, 24, ["u27"], True)
    assert (made.legal_circles, made.implementation, made.description) == (
        ["SGB II", "SGB III"],
        "own",
        "Zwei\nZeilen.",
    )
    entry.refresh_from_db()
    assert (entry.places, entry.description) == (20, "Junge Menschen werden auf eine Ausbildung vorbereitet.")
    assert not TableImport.objects.exists()


def test_history_tells_what_became_of_each_project(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    take(portal, read(portal, version, NEW, {**NEW, "Kassenjahr": "2024"}, OTHER))
    told = portal.get(f"/vereinbarungen/2023/{version.agreement.district.ags}/verlauf/").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", told))
    assert text.count("hat das Projekt Chance Handwerk angelegt.") == 1
    assert (
        text.count("hat den Betrag von Joblinge (Regelbudget, 2023) von 10.000,00 Euro auf 9.000,00 Euro geändert.")
        == 1
    )


def test_second_press_finds_the_table_gone(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, NEW)
    take(portal, kept)
    again = take(portal, kept)
    assert again.status_code == 409
    assert "schon übernommen oder verworfen" in again.content.decode()
    assert ProjectEntry.objects.count() == 1


def test_what_somebody_saved_meanwhile_is_shown_first(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    kept = read(portal, version, OTHER, NEW)
    colleague = make.user(Role.DISTRICT, version.agreement.district, name="Aylin Demir")
    line = version.lines.first()
    assert line is not None
    save_project(version=version, entry=entry, fields={}, shares={(line.line_id, 2023): Decimal(8000)}, by=colleague)
    response = take(portal, kept)
    html = response.content.decode()
    assert "Aylin Demir hat „Joblinge“ am" in html
    assert "Es wurde nichts übernommen." in html
    assert "8.000,00" in html
    assert amounts(version) == {"Joblinge": [Decimal("8000.00")]}
    assert "übernommen: 1" in take(portal, kept).content.decode(), "seen once more, it can be taken"


def test_money_that_is_gone_meanwhile_refuses_all(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, {**NEW, "Betrag": "60000"}, {**NEW, "Titel": "Anderes", "Betrag": "7"})
    make.entry(version, "90000.00", title="Schneller")
    response = take(portal, kept)
    assert response.status_code == 409
    assert "Im Regelbudget fehlen 50.007,00" in response.content.decode()
    assert list(amounts(version)) == ["Schneller"]


def test_version_that_was_submitted_meanwhile_takes_nothing(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, NEW)
    AgreementVersion.objects.filter(pk=version.pk).update(
        status="submitted", submitted_at=timezone.now(), submitted_by=version.agreement.district.users.first(),
    )  # fmt: skip
    assert take(portal, kept).status_code == 409
    assert not ProjectEntry.objects.exists()


def test_money_moves_from_one_project_to_the_other_in_a_full_line(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    make.entry(version, "90000.00", title="Großes", provider=entry.provider)
    rows = [OTHER | {"Betrag": "60000", "Titel": "Joblinge"}, OTHER | {"Betrag": "40000", "Titel": "Großes"}]
    take(portal, read(portal, version, *rows))
    assert amounts(version) == {"Joblinge": [Decimal(60000)], "Großes": [Decimal(40000)]}


def test_money_moves_crosswise_between_full_lines(
    portal: Client, version: AgreementVersion, entry: ProjectEntry
) -> None:
    language = version.lines.get(line__title="Sprachförderung").line
    other = make.entry(version, "90000.00", title="Großes", provider=entry.provider)
    make.share(entry, language, amount="2000.00")
    make.share(other, language, amount="3000.00")
    rows = [
        OTHER | {"Betrag": "20000"}, OTHER | {"Budgetlinie": "Sprachförderung", "Betrag": "0"},
        OTHER | {"Titel": "Großes", "Betrag": "80000"},
        OTHER | {"Titel": "Großes", "Budgetlinie": "Sprachförderung", "Betrag": "5000"},
    ]  # fmt: skip
    take(portal, read(portal, version, *rows))
    assert amounts(version) == {"Joblinge": [Decimal(20000)], "Großes": [Decimal(80000), Decimal(5000)]}


def test_table_belongs_to_whoever_read_it(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, NEW)
    colleague = make.user(Role.DISTRICT, version.agreement.district)
    assert take(client_of(colleague), kept).status_code == 409
    with pytest.raises(Refused):
        take_table(kept=kept, by=colleague)
    assert TableImport.objects.filter(pk=kept.pk).exists()


def test_discarded_table_leaves_no_trace(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, NEW)
    portal.post(page("table_discard", version), {"table": kept.pk})
    assert not TableImport.objects.exists()
    assert not ProjectEntry.objects.exists()
    assert portal.get(page("table_preview", version)).status_code == 302


def test_table_is_forgotten_after_a_week(portal: Client, version: AgreementVersion) -> None:
    kept = read(portal, version, NEW)
    TableImport.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert portal.get(page("table_preview", version)).status_code == 302
    other = make.user(Role.MINISTRY)
    keeping.keep_table(version=version, records=from_json(kept.records), name="", sheet="", by=other)
    assert list(TableImport.objects.values_list("created_by", flat=True)) == [other.pk]


def test_refused_rows_come_back_as_they_were_with_their_reasons(portal: Client, version: AgreementVersion) -> None:
    read(portal, version, NEW | {"Betrag": "1.234,505"}, NEW | {"Titel": "Gut"})
    content = portal.get(page("table_refused", version)).content
    again = brought(portal, version, content, "rest.xlsx")
    assert again.status_code == 302, "what comes back can be brought again"
    (row,) = TableImport.objects.get().rows or []
    assert (row["number"], row["what"]) == (2, "refused")
    assert row["faults"][0]["shown"] == "1.234,505"


def test_pages_of_the_template_and_of_broken_files(portal: Client, version: AgreementVersion) -> None:
    for kind in ("xlsx", "ods"):
        template = portal.get(page("table_template", version, kind=kind))
        answer = brought(portal, version, template.content, f"vorlage.{kind}")
        assert "Unter den Überschriften steht keine Zeile." in answer.content.decode()
    assert "ein PDF" in brought(portal, version, b"%PDF-1.7", "projekte.xlsx").content.decode()
    assert "Spalte B „Betrg“" in brought(portal, version, sheet({"Titel": "x", "Betrg": "1"})).content.decode()
    assert "wählen Sie eine Datei aus" in portal.post(page("table_read", version)).content.decode()
    assert portal.get(page("table_export", version, kind="exe")).status_code == 404
    both = portal.post(page("table_read", version), {"pasted": "Titel\tBetrag\nx\t\n"})
    assert both.status_code == 302


def test_export_has_one_row_for_each_amount(portal: Client, version: AgreementVersion, entry: ProjectEntry) -> None:
    make.share(entry, cash_year=2024, amount="7.00")
    make.entry(version, title="Ohne Geld", provider=entry.provider)
    text = portal.get(page("table_export", version, kind="csv")).content.decode("utf-8-sig")
    rows = [line.split(";") for line in text.splitlines()]
    assert [[row[1], row[4], row[5]] for row in rows[1:]] == [
        ['"Joblinge"', '"2023"', '"10000,00"'], ['"Joblinge"', '"2024"', '"7,00"'], ['"Ohne Geld"', '""', '""'],
    ]  # fmt: skip
    assert exported(version, Format.CSV).decode("utf-8-sig") == text
