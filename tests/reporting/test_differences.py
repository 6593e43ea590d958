"""Where two papers differ, in sentences: pages, data and looks, without what stands there."""

from typing import Any

import pytest

from aqb.inspection import Contents
from reporting.check.differences import NO_TEXT, NOTHING, places

DATA = {"amount": "1.00", "title": "Zielvereinbarung", "purpose": "zur Umsetzung", "sections": []}


def paper(*pages: str, data: dict[str, Any] | None = DATA, looks: list[str] | None = None) -> Contents:
    return Contents(list(pages), data, [], [], list(pages) if looks is None else looks)


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        (("a", "b", "x"), "Der Text weicht ab auf Seite 3."),
        (("x", "b", "y"), "Der Text weicht ab auf den Seiten 1 und 3."),
        (("x", "y", "z"), "Der Text weicht ab auf den Seiten 1, 2 und 3."),
        (("a", "neu", "b", "c"), "Hinzugefügt ist Seite 2."),
        (("a", "b", "c", "d", "e"), "Hinzugefügt sind die Seiten 4 und 5."),
        (("a", "c"), "Vom hinterlegten Dokument fehlt Seite 2."),
        (("c",), "Vom hinterlegten Dokument fehlen die Seiten 1 und 2."),
        (("", ""), NO_TEXT),
    ],
)
def test_pages_are_named(pages: tuple[str, ...], sentence: str) -> None:
    assert places(paper("a", "b", "c"), paper(*pages)) == [sentence]


def test_more_pages_in_place_of_one() -> None:
    found = places(paper("a", "b"), paper("x", "y", "b"))
    assert found == ["Der Text weicht ab auf Seite 1.", "Hinzugefügt ist Seite 2."]


def test_spaces_and_line_breaks_are_no_difference() -> None:
    assert places(paper("ein  Satz\r\nund noch einer", looks=["-"]), paper("ein Satz und noch einer", looks=["-"])) == [
        NOTHING
    ]


def test_other_look_of_the_same_text() -> None:
    given = paper("a", "b", looks=["a", "ganz anders"])
    assert places(paper("a", "b"), given) == ["Gleicher Text, aber anderes Aussehen auf Seite 2."]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({**DATA, "amount": "2.00"}, "In den mitgeführten Daten weichen ab: der Betrag."),
        ({**DATA, "purpose": "", "sections": [1]}, "In den mitgeführten Daten weichen ab: der Vertragstext."),
        ({**DATA, "title": "Vertrag", "neu": 1}, "In den mitgeführten Daten weichen ab: weitere Angaben."),
        (None, "Die mitgeführten Daten fehlen oder sind nicht lesbar."),
    ],
)
def test_data_are_named_by_kind(data: dict[str, Any] | None, sentence: str) -> None:
    assert places(paper("a"), paper("a", data=data)) == [sentence]


def test_paper_without_data_has_none_to_miss() -> None:
    assert places(paper("a", data=None), paper("a", data=None)) == [NOTHING]
