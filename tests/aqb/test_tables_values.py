"""What a cell means is exact or refused; nothing is rounded, and what could be read otherwise is said."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as within
from hypothesis import strategies as st

from aqb import tables
from aqb.access import Refused
from aqb.inspection.sheets.grid import Raw
from aqb.money import LARGEST, format_euro
from aqb.tables import Column, Format, Kind
from aqb.tables.reading import Row, Table
from aqb.tables.values import Unreadable, read, shown

COLUMNS = [
    Column("title", "Titel"), Column("amount", "Betrag", Kind.AMOUNT), Column("start", "Beginn", Kind.DATE),
    Column("places", "Plätze", Kind.NUMBER), Column("part_time", "Teilzeit", Kind.YES_NO),
    Column("weight", "Gewicht", Kind.DECIMAL),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        (("number", "1234.5"), "1234.50"),
        (("number", "0.29999999999999999"), "0.30"),
        (("number", "1.1000000000000001"), "1.10"),
        (("number", "999999999999.98999"), "999999999999.99"),
        (("number", "1E3"), "1000.00"),
        (("number", "0"), "0.00"),
        (("text", "1.234,50"), "1234.50"),
        (("text", "1,234.50"), "1234.50"),
        (("text", "1234.5"), "1234.50"),
        (("text", "1234,500"), "1234.50"),
        (("text", "1.234.567"), "1234567.00"),
        (("text", "1,234,567.8"), "1234567.80"),
        (("text", " 1 234,50 € "), "1234.50"),
        (("text", "1’234.50"), "1234.50"),
        (("text", "1234.5 EUR"), "1234.50"),
        (("text", "0,5"), "0.50"),
        (("text", "12"), "12.00"),
    ],
)
def test_amount_is_exact(raw: Raw, amount: str) -> None:
    reading = read(Kind.AMOUNT, raw)
    assert str(reading.value) == amount
    assert not reading.note


@pytest.mark.parametrize(
    ("raw", "sentence", "seen"),
    [
        (("number", "0.005"), "Beträge haben höchstens zwei Nachkommastellen.", "0,005"),
        (("number", "1234.5050000000001"), "Beträge haben höchstens zwei Nachkommastellen.", "1.234,505"),
        (("number", "1E-9"), "Beträge haben höchstens zwei Nachkommastellen.", "0,000000001"),
        (("text", "0,005"), "Beträge haben höchstens zwei Nachkommastellen.", "0,005"),
        (("text", "0.005"), "Beträge haben höchstens zwei Nachkommastellen.", "0.005"),
        (("text", "1.234,505"), "Beträge haben höchstens zwei Nachkommastellen.", "1.234,505"),
        (("number", "-5"), "Beträge sind nicht negativ.", "-5"),
        (("text", "−5,00"), "Beträge sind nicht negativ.", "−5,00"),
        (
            ("number", "1E13"),
            "Der Betrag ist zu groß. Möglich sind höchstens 999.999.999.999,99 Euro.",
            "10.000.000.000.000",
        ),
        (("text", "12 Euro 50"), "Das ist kein Betrag, zum Beispiel 1.234,50.", "12 Euro 50"),
        (("text", "1,23.456"), "Das ist kein Betrag, zum Beispiel 1.234,50.", "1,23.456"),
        (("text", "1e5"), "Das ist kein Betrag, zum Beispiel 1.234,50.", "1e5"),
        (("text", "９"), "Das ist kein Betrag, zum Beispiel 1.234,50.", "９"),
        (("date", "2027-03-31"), "Das ist kein Betrag, zum Beispiel 1.234,50.", "31.03.2027"),
        (("formula", "=SUM(F28:F32)"), "Formeln werden nicht gelesen. Tragen Sie den Wert ein.", "=SUM(F28:F32)"),
        (("error", "#REF!"), "In der Zelle steht eine Fehlermeldung statt eines Werts.", "#REF!"),
        (("number", "1E999"), "Das ist kein Betrag, zum Beispiel 1.234,50.", None),
    ],
)
def test_amount_that_is_not_exact_is_refused(raw: Raw, sentence: str, seen: str | None) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(Kind.AMOUNT, raw)
    assert str(refusal.value) == sentence
    assert seen is None or shown(raw) == seen


def test_number_that_could_be_german_or_english_is_read_as_german_and_says_so() -> None:
    reading = read(Kind.AMOUNT, ("text", "1.234"))
    assert (reading.value, reading.note) == (
        Decimal("1234.00"), "„1.234“ ist als 1.234 gelesen: Der Punkt trennt Tausender.",
    )  # fmt: skip
    with pytest.raises(Unreadable) as refusal:
        read(Kind.AMOUNT, ("text", "1,234"))
    assert str(refusal.value) == (
        "Beträge haben höchstens zwei Nachkommastellen. "
        "„1,234“ ist mit Komma als Dezimalzeichen gelesen; gemeint ist vielleicht 1.234."
    )
    assert read(Kind.DECIMAL, ("text", "1,234")).value == Decimal("1.234")
    assert read(Kind.DECIMAL, ("text", "1,234")).note


@given(st.decimals(min_value=0, max_value=LARGEST, places=2))
def test_amount_comes_back_from_every_way_to_write_it(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    for raw in (
        ("text", format_euro(amount)),
        ("text", english),
        ("number", f"{amount:f}"),
        ("number", repr(float(amount))),
    ):
        assert read(Kind.AMOUNT, raw).value == amount


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (("date", "2027-03-31"), date(2027, 3, 31)),
        (("text", "31.03.2027"), date(2027, 3, 31)),
        (("text", " 1. 3. 2027 "), date(2027, 3, 1)),
        (("text", "2027-03-31"), date(2027, 3, 31)),
        (("text", "2027-03-31 00:00:00"), date(2027, 3, 31)),
        (("text", "31. März 2027"), date(2027, 3, 31)),
        (("text", "1. Sept. 2027"), date(2027, 9, 1)),
    ],
)
def test_day_is_read_as_people_write_it(raw: Raw, day: date) -> None:
    assert read(Kind.DATE, raw).value == day
    assert not read(Kind.DATE, raw).note


def test_number_of_a_day_that_lost_its_look_is_read_and_says_so() -> None:
    reading = read(Kind.DATE, ("number", "46477"))
    assert (reading.value, reading.note) == (
        date(2027, 3, 31), "Die Zahl 46477 ist als 31.03.2027 gelesen: So zählt Excel Tage.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [("text", "31.02.2027"), ("text", "03/31/2027"), ("text", "31.3.27"), ("text", "bald"), ("text", "1. Ma 2027 "),
     ("number", "2027"), ("number", "46477.5"), ("moment", "2027-03-31T12:00:00"), ("yes_no", "1")],
)  # fmt: skip
def test_day_that_is_none_is_refused(raw: Raw) -> None:
    with pytest.raises(Unreadable):
        read(Kind.DATE, raw)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.NUMBER, ("number", "18"), 18),
        (Kind.NUMBER, ("number", "18.0"), 18),
        (Kind.NUMBER, ("text", "1.200"), 1200),
        (Kind.YES_NO, ("text", "Ja"), True),
        (Kind.YES_NO, ("yes_no", "0"), False),
        (Kind.YES_NO, ("number", "1"), True),
        (Kind.TEXT, ("number", "2027"), "2027"),
        (Kind.TEXT, ("date", "2027-03-31"), "31.03.2027"),
        (Kind.TEXT, ("text", "'=1"), "=1"),
        (Kind.TEXT, None, None),
        (Kind.AMOUNT, ("text", " \u00a0"), None),
    ],
)
def test_other_cells_are_what_their_column_says(kind: Kind, raw: Raw, value: Any) -> None:
    assert read(kind, raw).value == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [(Kind.NUMBER, ("number", "18.5")), (Kind.YES_NO, ("text", "vielleicht")), (Kind.NUMBER, ("text", "x"))],
)
def test_other_cells_that_are_not_are_refused(kind: Kind, raw: Raw) -> None:
    with pytest.raises(Unreadable):
        read(kind, raw)


def table(*rows: list[str]) -> Table:
    cells = [Row(at, [("text", one) if one else None for one in row]) for at, row in enumerate(rows, 3)]
    return Table(Format.CSV, "", cells[0], cells[1:])


def test_fault_names_row_column_and_what_stands_there() -> None:
    headings = ["BETRAG ", "titel"]
    found, sound = tables.records(table(headings, ["1.234,505", "Joblinge"], ["7", ""]), COLUMNS)
    (fault,) = found.faults
    assert (found.number, fault.letter, fault.title, fault.shown) == (4, "A", "Betrag", "1.234,505")
    assert found.values == {"title": "Joblinge"}
    assert sound.values == {"title": None, "amount": Decimal("7.00")}


NO_HEADING = (
    "In Zeile 3 stehen keine Überschriften, die bekannt sind. In der ersten ausgefüllten Zeile müssen die Namen der Spalten "
    "stehen: Titel, Betrag, Beginn, Plätze, Teilzeit, Gewicht."
)


@pytest.mark.parametrize(
    ("headings", "sentences"),
    [
        (["Titel", "Betrg"], ["Spalte B „Betrg“ gibt es in der Vorlage nicht. Gemeint ist vermutlich „Betrag“.",
                              "Es fehlt: Spalte „Betrag“."]),
        (["Titel", "Betrag", "Plaetze", "Quatsch"],
         ["Spalte D „Quatsch“ gibt es in der Vorlage nicht. Bitte löschen Sie sie oder benennen Sie sie wie in der Vorlage."]),
        (["Titel", "Betrag", "betrag"], ["Die Spalte „Betrag“ kommt zweimal vor. Bitte löschen Sie eine davon."]),
        (["Betrag", "", "Titel"],
         ["Spalte B hat keine Überschrift. Bitte tragen Sie eine ein oder löschen Sie die Spalte."]),
        (["a", "b", "c"], [NO_HEADING]),
    ],
)  # fmt: skip
def test_heading_that_does_not_fit_is_refused_with_what_is_meant(headings: list[str], sentences: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        tables.records(table(headings, ["x", "1", "2", "3"][: len(headings)]), COLUMNS, needed={"title", "amount"})
    assert refusal.value.reasons == sentences


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40).filter(
    lambda text: text == "" or text.strip()
)
rows = st.tuples(
    texts | st.builds("".join, st.lists(st.sampled_from(["'", "=", "+", "ß", "\n", "😀", " ", '"', ";", "\t"]), max_size=6)
                      .filter(lambda signs: "".join(signs).strip() or not signs)),
    st.none() | st.decimals(min_value=0, max_value=LARGEST, places=2), st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.none() | st.integers(0, 100_000), st.none() | st.booleans(), st.none() | st.decimals(-1000, 1000, places=6),
)  # fmt: skip


@within(max_examples=4, deadline=None)
@given(st.lists(rows.filter(any), min_size=5, max_size=40))
def test_what_is_written_is_what_is_read(written: list[tuple[Any, ...]]) -> None:
    for format in Format:  # noqa: A001
        target = BytesIO()
        tables.write(target, format, COLUMNS, written, title="Kreis", sheet="Projekte")
        read_back = tables.records(tables.read(target.getvalue(), name=f"a.{format}"), COLUMNS)
        assert [[*record.values.values()] for record in read_back] == [
            [one if one != "" else None for one in row] for row in written
        ]


def test_pasted_cells_are_a_table() -> None:
    record, *_ = tables.records(tables.pasted('Titel\tBetrag\n"Zwei\nZeilen"\t1.234,50\n'), COLUMNS)
    assert record.values == {"title": "Zwei\nZeilen", "amount": Decimal("1234.50")}
