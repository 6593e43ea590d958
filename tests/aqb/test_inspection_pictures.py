"""Pictures become archivable pages that look the same, and pages of a scan become files of their own."""

import json
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, pdfa
from PIL import Image, ImageOps

from aqb import inspection, paper
from aqb.access import Refused
from aqb.inspection import pictures, tasks
from aqb.inspection.messages import Message
from aqb.inspection.reasons import MOST_PIXELS, SENTENCES, Unacceptable
from tests import hostile, scans
from tests.aqb.papers import snapshot

TITLE = "Beleg „Land Hessen“ & Kreis"
SECRET = "50.1109 N, Kamera der Landrätin"


def sheet(mode: str = "RGB") -> Image.Image:
    """White, with a red corner that says where up is, and grey below."""
    image = Image.new("RGB", (400, 300), "white")
    image.paste("red", (0, 0, 100, 75))
    image.paste((90, 90, 90), (0, 200, 400, 300))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def noted(held: int) -> bytes:
    """A photograph with the notes of a camera, which was held in one of eight ways."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010E] = held, SECRET
    return saved(sheet(), "JPEG", exif=notes, comment=SECRET.encode(), quality=95)


def see_through() -> Image.Image:
    """Clear where the sheet is white, over a black that nobody may see."""
    image = sheet("RGBA")
    image.paste((0, 0, 0, 0), mask=sheet("L").point(lambda grey: 255 if grey == 255 else 0))
    return image


def sixteen_bits() -> bytes:
    grey = sheet("L")
    deep = Image.new("I;16", grey.size)
    deep.frombytes(b"".join(value.to_bytes(2, "little") for value in (one * 257 for one in grey.tobytes())))
    return saved(deep, "PNG")


PICTURES: dict[str, Callable[[], bytes]] = {
    "RGB": lambda: saved(sheet(), "PNG"),
    "grey": lambda: saved(sheet("L"), "PNG"),
    "black and white": lambda: saved(sheet("1"), "PNG"),
    "palette": lambda: saved(sheet("P"), "PNG"),
    "palette with a clear colour": lambda: saved(sheet().quantize(8), "PNG", transparency=7),
    "clear": lambda: saved(see_through(), "PNG"),
    "grey, clear": lambda: saved(see_through().convert("LA"), "PNG"),
    "16 bits": sixteen_bits,
    "JPEG": lambda: saved(sheet(), "JPEG", quality=95),
    "JPEG in grey": lambda: saved(sheet("L"), "JPEG", quality=95),
    "JPEG for print": lambda: saved(sheet("CMYK"), "JPEG", quality=95),
    "JPEG in steps": lambda: saved(sheet(), "JPEG", quality=95, progressive=True),
    "JPEG with several pictures": lambda: saved(
        sheet(), "MPO", quality=95, save_all=True, append_images=[Image.new("RGB", (9, 9))]
    ),
    **{f"held {held}": partial(noted, held) for held in range(1, 9)},
}


def drawn(pdf: bytes, size: tuple[int, int]) -> Image.Image:
    """The page as it looks, without the white margins beside a picture of another shape."""
    document = pdfium.PdfDocument(pdf)
    try:
        assert len(document) == 1
        page = document[0].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()
    return ImageOps.fit(page, size, centering=(0.5, 0.5)) if size[0] != size[1] else page.resize(size)


@pytest.mark.parametrize("name", PICTURES)
def test_picture_becomes_an_archivable_page_that_looks_the_same(name: str) -> None:
    original = PICTURES[name]()

    made = inspection.as_pdf(original, title=TITLE)

    assert pictures.as_pdf(original, TITLE) == made
    with pikepdf.open(BytesIO(made)) as pdf:
        assert pdfa.check(pdf, "2b").findings == []
        assert str(pdf.Root.Lang) == "de-DE"
        with pdf.open_metadata() as notes:
            assert (notes["dc:title"], notes["pdfaid:part"], notes["pdfaid:conformance"]) == (TITLE, "2", "B")
        box = [round(float(one)) for one in pdf.pages[0].mediabox]
        assert sorted(box[2:]) == [595, 842]
    assert SECRET.encode() not in made
    expected = _upright(original)
    shown = drawn(made, expected.size)
    for corner in ((20, 20), (-20, 20), (20, -20), (-20, -20)):
        at = [one % side for one, side in zip(corner, expected.size, strict=True)]
        difference = [
            abs(a - b) for a, b in zip(_colour(expected, at), _colour(shown, at), strict=True)
        ]  # fmt: skip
        assert max(difference) < 40, (corner, _colour(expected, at), _colour(shown, at))


def _upright(original: bytes) -> Image.Image:
    image = ImageOps.exif_transpose(Image.open(BytesIO(original)))
    if image.mode == "I;16":
        return sheet("L").convert("RGB")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _colour(image: Image.Image, at: list[int]) -> tuple[int, ...]:
    """The colour around a place: black and white pictures have only dots."""
    around = image.crop((at[0] - 8, at[1] - 8, at[0] + 8, at[1] + 8)).resize((1, 1), Image.Resampling.BOX)
    colour = around.getpixel((0, 0))
    assert isinstance(colour, tuple)
    return colour


def test_same_picture_gives_the_same_bytes_at_any_time() -> None:
    first = pictures.as_pdf(noted(6), TITLE)
    time.sleep(1.1)

    assert pictures.as_pdf(noted(6), TITLE) == first


def test_jpeg_keeps_its_data_and_loses_what_follows_its_end() -> None:
    original = noted(1)

    bare = pictures.without_notes(original + hostile.not_pdf())

    assert SECRET.encode() not in bare
    assert len(bare) < len(original)
    assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(original)).tobytes()


@pytest.mark.parametrize(
    "broken", [b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe0\xff\xff", b"\xff\xd8ab", b"\xff\xd8\xff\xe1\0\0"]
)
def test_jpeg_whose_parts_do_not_fit_is_damaged(broken: bytes) -> None:
    with pytest.raises(Unacceptable) as refusal:
        pictures.without_notes(broken)

    assert refusal.value.reason == "damaged"


@pytest.mark.parametrize("name", ["RGB", "JPEG"])
@pytest.mark.parametrize("task", ["received", "as_pdf"])
def test_picture_that_was_cut_off_is_refused(name: str, task: str) -> None:
    content = PICTURES[name]()
    part = content[: len(content) * 2 // 3]

    with pytest.raises(Refused) as refusal:
        inspection.received(part) if task == "received" else inspection.as_pdf(part, title=TITLE)

    assert refusal.value.reasons == [SENTENCES["incomplete"]]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + bytes(500)])
def test_picture_without_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        inspection.received(content)

    assert refusal.value.reasons == [SENTENCES["damaged"]]


def test_picture_one_pixel_too_large_is_refused() -> None:
    side = int(MOST_PIXELS**0.5) + 1

    assert tasks.answered("as_pdf", Message({"title": ""}, [hostile.png_bomb(side)])).values["refused"] == (
        "too_many_pixels"
    )


def test_only_a_picture_becomes_a_pdf() -> None:
    with pytest.raises(Refused) as refusal:
        inspection.as_pdf(hostile.plain(), title=TITLE)

    assert refusal.value.reasons == [SENTENCES["not_picture"]]


def test_excerpt_has_its_pages_in_their_order_and_their_pictures_untouched() -> None:
    scan = scans.scan(paper.render(snapshot()), pages=[1, 2, 1], cover=[3])
    with pikepdf.open(BytesIO(scan)) as pdf:
        before = [page.Resources.XObject["/Im0"].read_raw_bytes() for page in pdf.pages]

    made = inspection.excerpt(scan, [3, 1])

    with pikepdf.open(BytesIO(made)) as pdf:
        assert [page.Resources.XObject["/Im0"].read_raw_bytes() for page in pdf.pages] == [before[2], before[0]]
    assert inspection.excerpt(scan, [3, 1]) == made
    assert inspection.received(made).pages[0].number == ""


def test_excerpt_draws_stamps_and_leaves_links_and_other_pages_behind() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        box = Array([0, 0, 100, 50])
        red = pdf.make_stream(b"1 0 0 rg 0 0 100 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=box)
        place = Array([100, 100, 200, 150])
        stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=place, AP=Dictionary(N=red), F=4)
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, Dest=Array([pdf.pages[2].obj, Name.Fit]))
        pdf.pages[0].Annots = Array([pdf.make_indirect(stamp), pdf.make_indirect(link)])
        pdf.pages[2].Secret = pikepdf.String(SECRET)

    made = inspection.excerpt(hostile.plain(3, change), [1])

    with pikepdf.open(BytesIO(made)) as pdf:
        assert "/Annots" not in pdf.pages[0]
        assert not any("/Secret" in one for one in pdf.objects if isinstance(one, Dictionary))
    page = Image.open(BytesIO(inspection.picture(made, 1, width=595))).convert("RGB")
    assert page.getpixel((150, 842 - 125)) == (255, 0, 0)


@pytest.mark.parametrize("numbers", [[], [0], [4], [1, 9]])
def test_excerpt_of_a_page_that_does_not_exist_is_refused(numbers: list[int]) -> None:
    with pytest.raises(Refused) as refusal:
        inspection.excerpt(hostile.plain(3), numbers)

    assert refusal.value.reasons == [SENTENCES["page_missing"]]


def test_excerpt_of_more_pages_than_a_file_may_have_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        inspection.excerpt(hostile.plain(), [1] * 201)

    assert refusal.value.reasons == [SENTENCES["too_many_pages"]]


def test_title_is_text_whatever_stands_in_it() -> None:
    made = inspection.as_pdf(PICTURES["grey"](), title=json.dumps("<rdf:li>&\u00a0Ä"))

    assert inspection.received(made).pages == [inspection.Page("", None)]
