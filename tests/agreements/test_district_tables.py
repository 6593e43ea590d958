"""Tables with a row for each district: allocations that are read and written, and figures that are uploaded."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Allocation, BudgetLine, IndicatorSet, IndicatorValue
from aqb.models import District
from tests import factories as make
from tests.agreements.pages import ministry, text
from tests.agreements.test_agreement_pages import queries_of

pytestmark = pytest.mark.django_db

IMPORT = "/jahrgaenge/2023/zuweisungen/einlesen/"
INDICATORS = "/jahrgaenge/2023/indikatoren/"


@pytest.fixture
def line() -> BudgetLine:
    return make.line(make.budget_year(year=2023), amount=Decimal("100000.00"))


@pytest.fixture
def districts(line: BudgetLine) -> list[District]:
    rows = [make.district(), make.district()]
    for district in rows:
        make.allocation(line, district, "40000.00")
    return rows


def csv(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("tabelle.csv", "\n".join(rows).encode(), "text/csv")


def sent(address: str, *rows: str) -> Any:
    return ministry().post(address, {"file": csv(*rows)}, follow=True)


def amounts(line: BudgetLine) -> list[Decimal]:
    return list(Allocation.objects.filter(line=line).order_by("district__ags").values_list("amount", flat=True))


# ---- allocations ----


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_taken_away_and_read_again_changes_nothing(kind: str, line: BudgetLine, districts: list[District]) -> None:
    make.line(line.budget_year)
    Allocation.objects.filter(district=districts[0]).update(amount=Decimal("39999.05"))
    client = ministry()
    file = BytesIO(client.get(f"/jahrgaenge/2023/zuweisungen/tabelle.{kind}").content)
    file.name = f"zuweisungen.{kind}"
    page = text(client.post(IMPORT, {"file": file}))
    assert "Es gibt nichts zu übernehmen" in page
    assert "4 Zuweisungen" in page  # unchanged
    assert "0 Zellen" in page


def test_unknown_kind_of_file_is_not_there(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    for address in ("zuweisungen/tabelle.exe", "indikatoren/tabelle.exe"):
        assert client.get(f"/jahrgaenge/2023/{address}").status_code == 404


def test_preview_names_cells_and_writes_nothing_before_it_is_confirmed(
    line: BudgetLine, districts: list[District]
) -> None:
    client = ministry()
    rows = (
        "Gemeindeschlüssel;Gebietskörperschaft;Regelbudget",
        "06901;Landkreis Musterland 1;30.000,00",
        ";Musterland 2;50.000",
        "06999;Fremd;1",
        "06901;Landkreis Musterland 1;1",
        ";Landkreis Musterlant 2;1",
        "06902;Landkreis Musterland 1;1",
        ";;5",
    )
    answer = client.post(IMPORT, {"file": csv(*rows)})
    page = text(answer)
    for words in (
        "Noch ist nichts gespeichert", "C2", "C3", "−10.000", "+10.000", "2 Zuweisungen übernehmen",
        "Zeile 4, Spalte A Gemeindeschlüssel „06999“: Den Gemeindeschlüssel 06999 gibt es im Jahr 2023 nicht.",
        "Landkreis Musterland 1 steht schon in Zeile 2.", "Gemeint ist vermutlich „Landkreis Musterland 2“.",
        "Der Gemeindeschlüssel 06902 gehört zu Landkreis Musterland 2.",
        "Hier fehlt, um welche Gebietskörperschaft es geht.",
    ):  # fmt: skip
        assert words in page, words
    assert amounts(line) == [Decimal("40000.00")] * 2
    done = client.post(IMPORT, {"bestaetigt": answer.context["token"]}, follow=True)
    assert "2 Zuweisungen sind übernommen." in text(done)
    assert amounts(line) == [Decimal("30000.00"), Decimal("50000.00")]


def test_cell_changed_since_the_preview_is_not_overwritten(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    answer = client.post(IMPORT, {"file": csv("Gebietskörperschaft;Regelbudget", "Musterland 1;1", "Musterland 2;2")})
    Allocation.objects.filter(district=districts[0]).update(amount=Decimal("7.00"))
    refusal = client.post(IMPORT, {"bestaetigt": answer.context["token"]})
    assert refusal.status_code == 409
    assert "Landkreis Musterland 1, Regelbudget: inzwischen 7,00 €, in der Vorschau 40.000,00 €." in text(refusal)
    assert amounts(line) == [Decimal("7.00"), Decimal("40000.00")]
    assert client.post(IMPORT, {"bestaetigt": "gefälscht"}).status_code == 409


def test_table_that_exceeds_a_line_cannot_be_taken_over(line: BudgetLine, districts: list[District]) -> None:
    page = sent(IMPORT, "Gebietskörperschaft;Regelbudget", "Musterland 1;60.000,01")
    assert "So lässt sich die Tabelle nicht übernehmen" in text(page)
    assert "Regelbudget wäre um" in text(page)
    assert not page.context["token"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["Gebietskörperschaft;Regelbudjet", "Musterland 1;1"], "Gemeint ist vermutlich „Regelbudget“."),
        (["Regelbudget", "1"], "Es fehlt die Spalte „Gemeindeschlüssel“ oder „Gebietskörperschaft“."),
        (["<html>", "nichts"], "sondern eine Webseite oder XML"),
    ],
)
def test_table_of_another_kind_is_refused(
    rows: list[str], words: str, line: BudgetLine, districts: list[District]
) -> None:
    assert words in text(sent(IMPORT, *rows))


def test_faulty_cells_are_named_and_empty_ones_left_alone(line: BudgetLine, districts: list[District]) -> None:
    page = text(sent(IMPORT, "Gebietskörperschaft;Regelbudget", "Musterland 1;1.234,505", "Musterland 2;"))
    assert "Zeile 2, Spalte B Regelbudget „1.234,505“: Beträge haben höchstens zwei Nachkommastellen." in page
    assert "Es gibt nichts zu übernehmen" in page


def test_file_must_be_chosen(line: BudgetLine, districts: list[District]) -> None:
    assert "Bitte wählen Sie eine Datei aus." in text(ministry().post(IMPORT))


# ---- figures ----


def test_uploaded_figures_count_from_now_on(line: BudgetLine, districts: list[District]) -> None:
    page = sent(
        INDICATORS,
        "Gemeindeschlüssel;Gebietskörperschaft;Arbeitslose unter 25 Jahren;SGB II",
        "Stand;;Jahresmittel 2022;",
        "Einheit;;Personen;Personen",
        "06901;;1.234;12,5",
        "6902;;0;7",  # a spreadsheet drops the zero in front
    )
    assert "Die Tabelle „tabelle.csv“ ist eingelesen und gilt ab jetzt." in text(page)
    one, two = IndicatorSet.objects.get().indicators.all()
    assert (one.title, one.as_of, one.unit, two.as_of) == (
        "Arbeitslose unter 25 Jahren", "Jahresmittel 2022", "Personen", "",
    )  # fmt: skip
    found = IndicatorValue.objects.order_by("indicator__position", "district__ags").values_list("value", flat=True)
    assert list(found) == [Decimal(1234), Decimal(0), Decimal("12.5"), Decimal(7)]
    assert "12,5" in text(page)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["Gemeindeschlüssel;Arbeitslose", "06901;5"], "Landkreis Musterland 2 fehlt in der Tabelle."),
        (["Gemeindeschlüssel;Arbeitslose", "06901;5", "06902;5", "06903;5"], "06903 gibt es im Jahr 2023 nicht."),
        (["Gemeindeschlüssel;Arbeitslose", "06901;5", "06902;5", "06902;6"], "steht schon in Zeile 3."),
        (["Gemeindeschlüssel;Arbeitslose", "06901;0", "06902;0"], "ist überall 0"),
        (["Gemeindeschlüssel;Arbeitslose", "06901;-5", "06902;5"], "Zeile 2, Spalte B „Arbeitslose“, „-5“: Ein Wert ist nicht"),
        (["Gemeindeschlüssel;Arbeitslose", "06901;viele", "06902;5"], "Das ist keine Zahl"),
        (["Gemeindeschlüssel;Arbeitslose", "06901;", "06902;5"], "Hier fehlt der Wert."),
        (["Gemeindeschlüssel;Arbeitslose", "06901;0,00001", "06902;5"], "höchstens 12 Stellen vor und 4 nach dem Komma"),
        (["Gemeindeschlüssel", "06901"], "Die Tabelle enthält keinen Indikator."),
        (["Arbeitslose", "5"], "Es fehlt eine Spalte „Gemeindeschlüssel“ oder „Gebietskörperschaft“"),
        ([f"Gemeindeschlüssel;{'x' * 130}", "06901;5"], "ist zu lang"),
        (["Gemeindeschlüssel;" + ";".join(map(str, range(1, 15))), "06901;5"], "Möglich sind höchstens 12."),
        (["Gemeindeschlüssel;Arbeit;Arbeit", "06901;5;5", "06902;5;5"], "kommt zweimal vor"),
    ],
)  # fmt: skip
def test_figures_with_a_gap_are_refused_and_nothing_is_kept(
    rows: list[str], words: str, line: BudgetLine, districts: list[District]
) -> None:
    assert words in text(sent(INDICATORS, *rows))
    assert not IndicatorSet.objects.exists()


def test_long_list_of_slips_is_cut(line: BudgetLine, districts: list[District]) -> None:
    rows = [f"069{at};5" for at in range(50, 70)]
    assert "Und 10 weitere Angaben." in text(sent(INDICATORS, "Gemeindeschlüssel;Arbeitslose", *rows))


def test_template_holds_what_is_stored_and_is_read_again(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    assert "Noch keine Indikatoren" in text(client.get(INDICATORS))
    empty = client.get(f"{INDICATORS}tabelle.csv").content.decode("utf-8-sig")
    assert "Arbeitslose unter 25 Jahren" in empty
    make.indicators(line.budget_year, Arbeitslose={districts[0].ags: "1200.5", districts[1].ags: 3})
    file = BytesIO(client.get(f"{INDICATORS}tabelle.xlsx").content)
    file.name = "indikatoren.xlsx"
    client.post(INDICATORS, {"file": file})
    first, second = IndicatorSet.objects.order_by("pk")
    assert first.indicators.get().as_of == second.indicators.get().as_of == "Jahresmittel 2022"
    assert list(second.indicators.get().values.values_list("value", flat=True)) == [Decimal("1200.5"), Decimal(3)]
    assert "Frühere Tabellen" in text(client.get(INDICATORS))


def test_preview_keeps_its_number_of_queries(line: BudgetLine, districts: list[District]) -> None:
    client = ministry()
    few = queries_of(client, IMPORT)
    for _ in range(10):
        make.allocation(line, make.district(), "10.00")
    assert queries_of(client, IMPORT) == few <= 15
