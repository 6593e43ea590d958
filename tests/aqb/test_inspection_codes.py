"""Codes of our paper are read as scanners and cameras see them, and nothing else is taken for one."""

from io import BytesIO

import img2pdf
import pytest
import segno
from PIL import Image

from aqb import inspection, paper
from aqb.inspection import Page, addresses, codes, pages
from tests import scans
from tests.aqb.papers import snapshot

NUMBER = "ZV-2023-06438-0"
ADDRESS = f"https://aqb.example/d/{NUMBER}"


@pytest.fixture(scope="module")
def issued() -> bytes:
    return paper.render(snapshot())


@pytest.mark.parametrize("rotate", [0, 1.5, -4, 8, 90, 180, 181.5, 270])
def test_code_is_read_however_the_sheet_lay(issued: bytes, rotate: float) -> None:
    found = inspection.received(scans.scan(issued, rotate=rotate))

    assert [one.number for one in found.pages] == [NUMBER] * 2


@pytest.mark.parametrize(("dpi", "noise"), [(100, 0.1), (150, 0.3), (300, 0.3)])
def test_code_is_read_through_dust(issued: bytes, dpi: int, noise: float) -> None:
    found = inspection.received(scans.scan(issued, pages=[1], dpi=dpi, noise=noise))

    assert [one.number for one in found.pages] == [NUMBER]


def test_covered_code_leaves_its_page_to_a_person(issued: bytes) -> None:
    found = inspection.received(scans.scan(issued, pages=[2, 1, 2], cover=[2]))

    assert [one.number for one in found.pages] == [NUMBER, "", NUMBER]


def test_code_names_the_page_that_it_stands_on(issued: bytes) -> None:
    found = inspection.received(scans.scan(issued, pages=[2, 1]))

    assert [one.page for one in found.pages] == [2, 1]


def test_code_on_a_photograph_is_read(issued: bytes) -> None:
    """Twelve million pixels, the sheet askew on a grey table."""
    sheet = Image.open(BytesIO(scans.photographs(issued, pages=[1], dpi=300)[0]))
    table = Image.new("L", (4000, 4200), 90)
    table.paste(sheet, (700, 300))
    written = BytesIO()
    table.rotate(7, fillcolor=90).save(written, "JPEG", quality=60)

    assert inspection.received(written.getvalue()).pages[0].number == NUMBER


def test_large_photograph_without_a_code_says_nothing() -> None:
    written = BytesIO()
    Image.new("L", (4000, 200), 255).save(written, "JPEG")

    assert codes.of_picture(written.getvalue()) == codes.NONE


def sheet_with(*texts: str) -> bytes:
    """A page with a code for each text."""
    sheet = Image.new("L", (1240, 1754), 255)
    for at, text in enumerate(texts):
        written = BytesIO()
        segno.make_qr(text).save(written, kind="png", scale=6)
        sheet.paste(Image.open(written).convert("L"), (50, 50 + 400 * at))
    picture = BytesIO()
    sheet.save(picture, "PNG")
    made: bytes = img2pdf.convert(picture.getvalue(), nodate=True)
    return made


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([ADDRESS], Page(NUMBER, None)),
        ([f"{ADDRESS}?s=2"], Page(NUMBER, 2)),
        ([f"{ADDRESS}?s=2", "https://hersteller.example/scanner"], Page(NUMBER, 2)),
        ([f"{ADDRESS}?s=2", ADDRESS], Page(NUMBER, 2)),
        ([f"{ADDRESS}?s=2", f"{ADDRESS}?s=3"], Page(NUMBER, None)),
        ([ADDRESS, "https://aqb.example/d/ZV-2023-06411-0"], Page("", None)),
        (["https://hersteller.example/scanner"], Page("", None)),
        ([], Page("", None)),
    ],
)
def test_codes_of_a_page_say_together_what_it_is(texts: list[str], expected: Page) -> None:
    assert inspection.received(sheet_with(*texts)).pages == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ADDRESS, (NUMBER, None)),
        (f"http://127.0.0.1:8000/d/{NUMBER}?s=12", (NUMBER, 12)),
        (f"https://hessen.example/aqb/d/{NUMBER}", (NUMBER, None)),
        (NUMBER, None),
        (f"{ADDRESS}1234", None),
        (f"{ADDRESS}?s=0", None),
        (f"{ADDRESS}?s=1000", None),
        (f"{ADDRESS}?s=2&x=1", None),
        (f"{ADDRESS}\n", None),
        (f"javascript:https://aqb.example/d/{NUMBER}", None),
        (f"https://aqb.example@evil.example/d/{NUMBER}", None),
        (f"https://aqb.example/{'a' * 400}/d/{NUMBER}", None),
        ("https://aqb.example/d/ZV-\u0662\u0660\u0662\u0663-06438-0", None),
    ],
)
def test_only_our_addresses_count(text: str, expected: tuple[str, int | None] | None) -> None:
    assert addresses.read(text) == expected


def test_impatient_reading_leaves_the_rest_to_a_person(issued: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "LIMIT", -1)

    assert codes.of_pdf(issued, count=2) == [codes.NONE, codes.NONE]


def test_second_look_is_sharper(issued: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a coarse drawing hides is found in a fine one, as long as there is time."""
    monkeypatch.setattr(codes, "RESOLUTION", 20)
    with pages.opened(issued) as pdf:
        found = [codes.of_page(pdf[0], sharper=sharper)[0] for sharper in (False, True)]

    assert found == ["", NUMBER]
