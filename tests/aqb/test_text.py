"""The small Markdown: what it knows becomes data, what it does not know is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqb.text import TextError, escape, long_date, parse, plain, problems


def words(text: str) -> list[str]:
    return [plain(block["runs"]) for block in parse(text)]


def test_paragraphs_lists_and_bold_become_blocks_of_runs() -> None:
    blocks = parse("Ein **fetter** Satz\nin zwei Zeilen.\n\n- eins\n- zwei")

    assert blocks[0] == {
        "type": "paragraph",
        "runs": [
            {"text": "Ein ", "bold": False, "filled": False},
            {"text": "fetter", "bold": True, "filled": False},
            {"text": " Satz in zwei Zeilen.", "bold": False, "filled": False},
        ],
    }
    assert blocks[1]["ordered"] is False
    assert [plain(item) for item in blocks[1]["items"]] == ["eins", "zwei"]


@pytest.mark.parametrize(
    "text",
    ["5 * 3 = 15", "ein_wort_mit_strichen", "a < b und c > d", "A &amp; B", "„1.356.400 Euro“", "Straße & Söhne"],
)
def test_plain_character_in_text_survives(text: str) -> None:
    assert words(text) == [text]


def test_number_at_line_start_keeps_its_number() -> None:
    """Markdown takes „15. Mai“ for a list; the printed number must stay 15."""
    block = parse("15. Mai 2026 ist der Stichtag")[0]

    assert (block["ordered"], block["start"]) == (True, 15)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<b>fett</b>", "HTML („<b>“)"),
        ("<!-- versteckt -->", "HTML"),
        ("<script>alert(1)</script>", "HTML"),
        ("{% if x %}", "Vorlagenbefehle („{% if x %}“)"),
        ("{{ geheim }}", "Vorlagenbefehle"),
        ("# Titel", "Überschriften"),
        ("Titel\n=====", "Überschriften"),
        ("[Text](https://example.org)", "Links"),
        ("![Bild](x.png)", "Bilder"),
        ("`code`", "Code"),
        ("```\ncode\n```", "Code-Blöcke"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "Tabellen"),
        ("> Zitat", "Zitate"),
        ("oben\n\n---\n\nunten", "Trennlinien"),
        ("*kursiv*", "Kursives"),
        ("~~weg~~", "Durchgestrichenes"),
        ("- a\n  - b", "Listen in Listen"),
        ("- a\n\n  b", "Ein Listenpunkt"),
    ],
)
def test_unknown_construct_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(TextError) as refused:
        parse(text)

    assert named in str(refused.value)
    assert problems(text) == refused.value.reasons


def test_placeholder_with_markup_characters_stays_whole() -> None:
    assert words("{Betrag Sprache_A*B*} und **{Betrag}**") == ["{Betrag Sprache_A*B*} und {Betrag}"]


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="<>{}"), max_size=60)
)
def test_escaped_text_comes_back_as_one_paragraph(text: str) -> None:
    expected = " ".join(text.split())

    assert words(escape(text)) == ([expected] if expected else [])


@given(st.text(max_size=200))
def test_any_text_is_either_parsed_or_refused_with_a_sentence(text: str) -> None:
    if reasons := problems(text):
        assert all(reason.endswith(".") for reason in reasons)
    else:
        assert {block["type"] for block in parse(text)} <= {"paragraph", "list"}


def test_long_date_is_german_whatever_language_is_active() -> None:
    assert long_date("2023-08-08") == "8.\u00a0August 2023"
    assert long_date("") == ""
