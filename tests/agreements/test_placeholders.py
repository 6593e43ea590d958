"""The closed list of placeholders: what the editor refuses, and what stands on the paper for every kind of district."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from agreements.filling import Filling, Unprintable, filling
from agreements.placeholders import check, groups
from aqb.text import parse, plain

MINISTRY = SimpleNamespace(
    short_name="HMSI",
    name="Hessisches Ministerium für Soziales und Integration",
    nominative="das Hessische Ministerium für Soziales und Integration",
    genitive="des Hessischen Ministeriums für Soziales und Integration",
    dative="dem Hessischen Ministerium für Soziales und Integration",
    accusative="das Hessische Ministerium für Soziales und Integration",
)


def county(name: str, genitive: str, short: str = "Kreis", **forms: str) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "name": name,
            "kind": "county",
            "nominative": f"der {name}",
            "genitive": f"des {genitive}",
            "dative": f"dem {name}",
            "accusative": f"den {name}",
            "locative": f"im {name}",
            "short_nominative": f"der {short}",
            "short_genitive": f"des {short}es",
            "short_dative": f"dem {short}",
            "short_accusative": f"den {short}",
            "pronoun": "er",
            "possessive": "sein",
            **forms,
        }
    )


def city(name: str, **forms: str) -> SimpleNamespace:
    cases = {"nominative": "die", "genitive": "der", "dative": "der", "accusative": "die"}
    return SimpleNamespace(
        **{
            "name": name,
            "kind": "city",
            **{case: f"{article} {name}" for case, article in cases.items()},
            **{f"short_{case}": f"{article} Stadt" for case, article in cases.items()},
            "locative": f"in der {name}",
            "pronoun": "sie",
            "possessive": "ihr",
            **forms,
        }
    )


OFFENBACH = county("Landkreis Offenbach", "Landkreises Offenbach", "Landkreis")
MAIN_KINZIG = county("Main-Kinzig-Kreis", "Main-Kinzig-Kreises")
KASSEL = city("Stadt Kassel")


def filler(district: Any = OFFENBACH, **changed: Any) -> Filling:
    facts: dict[str, Any] = {
        "district": district,
        "ministry": MINISTRY,
        "year": 2023,
        "amount": Decimal("1356400.00"),
        "lines": [("Sprachförderung", Decimal("100000.50"))],
        "sections": {"Präambel": None, "Mittel": 4},
    }
    return filling(**{**facts, **changed})


def refused(text: str, **about: Any) -> list[str]:
    return check(text, line_titles=["Sprachförderung"], section_keys=["Mittel", "Projekte"], **about)


@pytest.mark.parametrize(
    ("text", "offenbach", "kassel", "main_kinzig"),
    [
        (
            "zwischen {Ressort Dativ} und {Gebiet Dativ}",
            "zwischen dem Hessischen Ministerium für Soziales und Integration und dem Landkreis Offenbach",
            "zwischen dem Hessischen Ministerium für Soziales und Integration und der Stadt Kassel",
            "zwischen dem Hessischen Ministerium für Soziales und Integration und dem Main-Kinzig-Kreis",
        ),
        (
            "Ziele für die Umsetzung {im Gebiet}",
            "Ziele für die Umsetzung im Landkreis Offenbach",
            "Ziele für die Umsetzung in der Stadt Kassel",
            "Ziele für die Umsetzung im Main-Kinzig-Kreis",
        ),
        (
            "{Gebiet Nominativ groß} hält {Gebiet Possessiv}e Strategie aktuell; {Gebiet Pronomen} berichtet.",
            "Der Landkreis Offenbach hält seine Strategie aktuell; er berichtet.",
            "Die Stadt Kassel hält ihre Strategie aktuell; sie berichtet.",
            "Der Main-Kinzig-Kreis hält seine Strategie aktuell; er berichtet.",
        ),
        (
            "durch {Gebiet Akkusativ}, von {Gebiet kurz Dativ}, die Strategie {Gebiet Genitiv}",
            "durch den Landkreis Offenbach, von dem Landkreis, die Strategie des Landkreises Offenbach",
            "durch die Stadt Kassel, von der Stadt, die Strategie der Stadt Kassel",
            "durch den Main-Kinzig-Kreis, von dem Kreis, die Strategie des Main-Kinzig-Kreises",
        ),
    ],
)
def test_grammatical_form_fits_county_city_and_one_word_county(
    text: str, offenbach: str, kassel: str, main_kinzig: str
) -> None:
    assert [filler(one).text(text) for one in (OFFENBACH, KASSEL, MAIN_KINZIG)] == [offenbach, kassel, main_kinzig]


def test_amount_section_and_vintage_are_filled_with_unbreakable_spaces() -> None:
    line = "{Jahrgang}: {Betrag}, davon {Betrag Sprachförderung}, siehe {§ Mittel} und § 5"

    assert filler().text(line) == ("2023: 1.356.400\u00a0Euro, davon 100.000,50\u00a0Euro, siehe §\u00a04 und §\u00a05")


def test_filled_text_is_marked_and_never_read_again() -> None:
    """A value that looks like markup or like a placeholder is printed as it stands."""
    odd = county("Landkreis **X** {Betrag} <b>", "Landkreises X")
    block = filler(odd).blocks(parse("In {Gebiet} gilt"))[0]

    assert block["runs"][1] == {"text": "Landkreis **X** {Betrag} <b>", "bold": False, "filled": True}


def test_blocks_split_the_sentence_around_them() -> None:
    blocks = filler().blocks(parse("Insgesamt {Betrag abgesetzt} stehen bereit.\n\n{Projektliste}\n\n{Änderungen}"))

    assert [block["type"] for block in blocks] == ["paragraph", "amount", "paragraph", "projects", "changes"]
    assert blocks[1]["text"] == "1.356.400 Euro"
    assert plain(blocks[2]["runs"]) == "stehen bereit."


def test_missing_form_is_named_with_an_example() -> None:
    hanau = filler(city("Stadt Hanau", locative=" "))
    hanau.text("Ziele {im Gebiet}")

    with pytest.raises(Unprintable) as missing:
        hanau.require()
    assert missing.value.reasons == [
        "Für den Platzhalter „{im Gebiet}“ fehlt bei Stadt Hanau die Form, zum Beispiel „in der Stadt …“."
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{Bezug}", "Den Platzhalter „{Bezug}“ gibt es nur in Änderungsvereinbarungen."),
        ("{§ Präambel}", "Der Platzhalter „{§ Präambel}“ verweist auf einen Abschnitt ohne Nummer."),
        ("{Gebiet Ablativ}", "Den Platzhalter „{Gebiet Ablativ}“ gibt es nicht. Meinten Sie „{Gebiet Dativ}“?"),
        (
            "{Projektliste}",
            "Der Platzhalter „{Projektliste}“ steht nur in einem eigenen Absatz, nicht in Überschrift oder Liste.",
        ),
    ],
)
def test_placeholder_without_value_is_named(text: str, sentence: str) -> None:
    line = filler()
    line.text(text)

    assert line.reasons == [sentence]


def test_amendment_knows_number_and_base() -> None:
    amendment = filler(number=2, reference="Zielvereinbarung 2023 vom 6. September 2023")

    assert (
        amendment.text("{Nummer}. Änderung der {Bezug}")
        == "2. Änderung der Zielvereinbarung 2023 vom 6. September 2023"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{Gebiet Dativ} {im Gebiet groß} {Betrag Sprachförderung} {§ Projekte}",
        "{Gebiet\nGenitiv}",
        "{Betrag abgesetzt}",
        "kein Platzhalter",
    ],
)
def test_known_placeholder_is_accepted(text: str) -> None:
    assert refused(text) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{gebiet dativ}", "Den Platzhalter „{gebiet dativ}“ gibt es nicht. Meinten Sie „{Gebiet Dativ}“?"),
        ("{§ 4}", "Den Platzhalter „{§ 4}“ gibt es nicht. Verweisen können Sie auf {§ Mittel}, {§ Projekte}."),
        ("{xyz}", "Den Platzhalter „{xyz}“ gibt es nicht. Alle Platzhalter stehen in der Liste neben dem Text."),
        (
            "ein { zu viel",
            "Die Klammer „{“ bei „{ zu viel“ hat kein Gegenstück. Platzhalter stehen zwischen „{“ und „}“.",
        ),
        ("zu viel }", "Die Klammer „}“ bei „}“ hat kein Gegenstück. Platzhalter stehen zwischen „{“ und „}“."),
    ],
)
def test_unknown_placeholder_is_named_with_a_suggestion(text: str, sentence: str) -> None:
    assert refused(text) == [sentence]


def test_block_in_a_heading_is_refused() -> None:
    assert "Überschrift" in refused("Projekte {Projektliste}", blocks=False)[0]


def test_amendment_placeholder_in_an_agreement_is_refused() -> None:
    assert refused("{Bezug}", amendment=False)


def test_list_for_the_editor_holds_lines_and_sections_of_the_vintage() -> None:
    listed = groups(line_titles=["Sprachförderung"], section_keys=["Mittel"])

    written = [one.written for group in listed.values() for one in group]
    assert {"{Betrag Sprachförderung}", "{§ Mittel}", "{Gebiet Dativ}", "{Projektliste}"} <= set(written)
    assert all(one.meaning and one.example for group in listed.values() for one in group)
