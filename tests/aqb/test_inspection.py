"""What may come in and what may not: by content, whole, tame, and not too large; every refusal is a German sentence."""

import json
import re
from collections.abc import Callable

import pikepdf
import pytest

from aqb import inspection, paper
from aqb.access import Refused
from aqb.inspection import tasks
from aqb.inspection.messages import Message
from aqb.inspection.reasons import LARGEST_UPLOAD, SENTENCES
from tests import hostile, pki, scans
from tests.aqb.papers import snapshot

NUMBER = "ZV-2023-06438-0"


@pytest.fixture(scope="module")
def issued() -> bytes:
    return paper.render(snapshot())


def reason(content: bytes) -> str | None:
    """Why a PDF is refused, read in this process: quicker, and fine for files that only carry something."""
    return tasks.answered("received_pdf", Message({}, [content])).values.get("refused")


def test_our_own_paper_comes_in_with_its_data(issued: bytes) -> None:
    found = inspection.received(issued)

    assert (found.media_type, found.signed) == ("application/pdf", False)
    assert [one.number for one in found.pages] == [NUMBER] * len(found.pages)


def test_signed_paper_comes_in_as_signed(issued: bytes) -> None:
    assert inspection.received(pki.sign(issued)).signed


def test_picture_comes_in_by_its_content(issued: bytes) -> None:
    photograph = scans.photographs(issued, pages=[1])[0]

    found = inspection.received(photograph)

    assert (found.media_type, found.signed, len(found.pages)) == ("image/jpeg", False, 1)
    assert found.pages[0].number == NUMBER


def test_page_of_a_pdf_as_picture_comes_in(issued: bytes) -> None:
    assert inspection.received(inspection.picture(issued, 1, width=1200)).media_type == "image/png"


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "cut off": ("incomplete", hostile.truncated),
    "last version cut off": ("incomplete", lambda: hostile.plain() + b"\n9 0 obj\n<</A 1>>\nendobj\n"),
    "table of contents wrong": ("damaged", hostile.damaged),
    "archive behind it": ("appended", hostile.appended),
    "blanks without end behind it": ("appended", lambda: hostile.plain() + b" " * 2000),
    "brackets in brackets": ("damaged", hostile.deep_nesting),
    "tree of pages in a circle": ("damaged", hostile.page_cycle),
    "readers count differently": ("damaged", hostile.disputed_pages),
    "password to open": ("encrypted", hostile.encrypted),
    "password to change": ("encrypted", lambda: hostile.encrypted("")),
    "500 pages": ("too_many_pages", hostile.many_pages),
    "201 pages": ("too_many_pages", lambda: hostile.plain(201)),
    "no page": ("no_pages", lambda: hostile.plain(0)),
    "disguised JavaScript": ("javascript", hostile.disguised_javascript),
    "dynamic form": ("form", hostile.with_form),
    "program": ("executable", hostile.with_executable),
    "program under another name": ("executable", lambda: hostile.with_attachment("bild.txt", hostile.PROGRAM)),
    "program with two endings": ("executable", lambda: hostile.with_attachment("beleg.pdf.EXE ", b"x")),
    "script": ("executable", lambda: hostile.with_attachment("los.txt", b"#!/bin/sh\nrm -r /")),
    "macros": ("executable", lambda: hostile.with_attachment("brief.docm", b"PK")),
    "archive": ("attachment", lambda: hostile.with_attachment("alles.zip", b"PK\x03\x04")),
    "no ending": ("attachment", lambda: hostile.with_attachment("anhang", b"{}")),
    "no text": ("attachment", lambda: hostile.with_attachment("daten.json", b"{}\0")),
    "attachment that is no file": ("attachment", lambda: hostile.written_out(b"/X<</F(a.txt)/EF<</F 7>>>>")),
    "attachment that cannot be unpacked": (
        "attachment",
        lambda: hostile.written_out(
            b"/X<</F(a.txt)/EF<</F 4 0 R>>>>", b"", b"<</Filter/FlateDecode/Length 3>>stream\nabc\nendstream"
        ),
    ),
    "film": ("media", hostile.with_film),
    "content elsewhere": ("launch", hostile.with_outside_stream),
    "link to a file": ("launch", lambda: hostile.with_address("file:///etc/passwd")),
    "link with a script": ("launch", lambda: hostile.with_address(" javascript:alert(1)")),
    "picture too large": ("too_many_pixels", hostile.picture_bomb),
    "too many parts": ("too_many_parts", hostile.many_objects),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_come_in_is_refused_with_its_reason(name: str) -> None:
    expected, build = REFUSED[name]

    assert reason(build()) == expected


@pytest.mark.parametrize("place", hostile.PLACES)
@pytest.mark.parametrize("packed", [False, True])
def test_javascript_is_found_wherever_it_stands(place: str, packed: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable

    assert reason(hostile.with_javascript(place, object_stream_mode=mode)) == "javascript"


@pytest.mark.parametrize("kind", ["/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Thread"])
def test_actions_that_leave_the_document_are_refused(kind: str) -> None:
    assert reason(hostile.with_launch(kind)) == "launch"


@pytest.mark.parametrize("kind", ["/Rendition", "/Movie", "/Sound", "/RichMediaExecute"])
def test_actions_that_play_something_are_refused(kind: str) -> None:
    assert reason(hostile.with_launch(kind)) == "media"


HARMLESS: dict[str, Callable[[], bytes]] = {
    "link to a page of the web": lambda: hostile.with_address("https://aqb.example/d/1"),
    "mail address": lambda: hostile.with_address("mailto:amt@aqb.example"),
    "table beside the pages": lambda: hostile.with_attachment("projekte.csv", b"a;b\n"),
    "jump within": lambda: hostile.with_launch("/GoTo"),
    "a line end behind the end": lambda: hostile.plain() + b"\r\n\0",
    "200 pages": lambda: hostile.plain(200, size=(60, 80)),
    "length of a stream wrong, as scanners do": lambda: hostile.written_out(
        b"", b"/Contents 4 0 R", b"<</Length 3>>stream\n0 0 m 9 9 l S\nendstream"
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_files_come_in(name: str) -> None:
    assert reason(HARMLESS[name]()) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (hostile.empty(), "empty"),
        (hostile.not_pdf(), "other_type"),
        (b"<html>%PDF-1.7", "other_type"),
        (b"GIF89a", "other_type"),
        (b"%PDF-" + bytes(LARGEST_UPLOAD), "too_big"),
        (hostile.png_bomb(), "too_many_pixels"),
        (hostile.truncated(), "incomplete"),
    ],
)
def test_refusal_is_the_sentence_of_its_reason(content: bytes, expected: str) -> None:
    with pytest.raises(Refused) as refusal:
        inspection.received(content)

    assert (refusal.value.reasons, refusal.value.status) == ([SENTENCES[expected]], 409)


@pytest.mark.parametrize(
    "build", [hostile.bomb, hostile.packed_objects_bomb, hostile.endless_drawing], ids=lambda build: build.__name__
)
@pytest.mark.parametrize("task", [inspection.received, inspection.contents], ids=["received", "contents"])
def test_files_that_unpack_to_gigabytes_are_refused(
    build: Callable[[], bytes], task: Callable[[bytes], object]
) -> None:
    """Packed objects that do not fit are missing, so the file counts as damaged."""
    with pytest.raises(Refused) as refusal:
        task(build())

    assert refusal.value.reasons in ([SENTENCES[one]] for one in ("too_much", "too_slow", "damaged"))


@pytest.mark.parametrize("sentence", SENTENCES.values())
def test_sentences_say_what_is_wrong_without_blame(sentence: str) -> None:
    assert re.fullmatch(r"[A-ZÄÖÜ].*\.", sentence)
    assert not re.search(r"(?i)ungültig|fehler|!|illegal|verboten", sentence)


def test_contents_of_our_paper(issued: bytes) -> None:
    found = inspection.contents(issued)

    assert found.data == snapshot()
    assert found.numbers == [NUMBER]
    assert len(found.pages) == len(found.codes)
    assert "Zielvereinbarung" in found.pages[0]


def test_contents_of_a_scan_come_from_its_codes(issued: bytes) -> None:
    found = inspection.contents(scans.scan(issued, pages=[2]))

    assert (found.pages, found.data, found.numbers) == ([""], None, [NUMBER])


def test_numbers_are_named_by_how_surely_they_were_read() -> None:
    """The data before the text; what only looks like a number of ours does not count."""
    data = json.dumps({"number": "ZV-2024-06411-2"}).encode()

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["zielvereinbarung.json"] = data
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        text = b"BT /F 12 Tf 50 500 Td (ZV-2023-06438-0, XZV-2020-06438-0, ZV-2020-06438-0815) Tj ET"
        pdf.pages[0].Contents = pdf.make_stream(text)

    assert inspection.contents(hostile.plain(change=change)).numbers == ["ZV-2024-06411-2", NUMBER]


@pytest.mark.parametrize("data", [b"[1]", b"{", b'{"a": NaN}', b'{"a": "\\ud800"}', b"[" * 100_000, b"\xff"])
def test_embedded_data_of_another_form_are_none(data: bytes) -> None:
    assert inspection.contents(hostile.with_attachment("zielvereinbarung.json", data)).data is None


def test_contents_can_be_read_from_what_may_not_come_in() -> None:
    """Anyone may ask about a file that was changed or carries something; it is only read, never kept."""
    assert inspection.contents(hostile.with_javascript()).pages == [""]
    assert inspection.contents(hostile.damaged()).pages == [""]


def test_only_a_pdf_has_pages(issued: bytes) -> None:
    photograph = scans.photographs(issued, pages=[1])[0]

    with pytest.raises(Refused, match="kein PDF"):
        inspection.contents(photograph)


def test_picture_of_a_page_has_the_width_asked_for(issued: bytes) -> None:
    picture = inspection.picture(issued, 1, width=800)

    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") in {800, 801}


def test_picture_of_an_enormous_page_stays_small() -> None:
    poster = hostile.plain(change=lambda pdf: setattr(pdf.pages[0].obj, "MediaBox", pikepdf.Array([0, 0, 20, 14400])))

    picture = inspection.picture(poster, 1, width=3_000)

    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    assert width * height < 13_000_000


@pytest.mark.parametrize("page", [0, 4, -1])
def test_page_that_does_not_exist_is_not_found(page: int) -> None:
    with pytest.raises(Refused) as refusal:
        inspection.picture(hostile.plain(3), page, width=100)

    assert (refusal.value.reasons, refusal.value.status) == ([SENTENCES["page_missing"]], 404)
