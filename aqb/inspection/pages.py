"""Pages of a PDF as pictures and as text."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from math import sqrt
from typing import Any

import pypdfium2 as pdfium

from aqb.inspection.reasons import MOST_PAGES, Unacceptable

POINTS = 72  # per inch, the unit of a PDF
MOST_RENDERED = 12_000_000  # pixels of a page that we draw: A4 at 350 dpi
DRAWN_AT = 100  # dpi, fine enough for a changed comma
LONGEST_TEXT = 100_000  # characters of one page; ours have 5,000


@contextmanager
def opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    """The PDF for drawing and reading; raises Unacceptable when it is damaged or protected."""
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Unacceptable("encrypted" if "password" in str(error).lower() else "damaged") from error
    try:
        yield pdf
    except pdfium.PdfiumError as error:
        raise Unacceptable("damaged") from error
    finally:
        pdf.close()


def drawn(page: Any, scale: float, *, colour: bool = False) -> Any:
    """The page as a bitmap, `scale` pixels per point or as many as are safe."""
    width, height = page.get_size()
    safe = sqrt(MOST_RENDERED / max(width * height, 1))
    return page.render(scale=min(scale, safe), grayscale=not colour, may_draw_forms=True)


def picture(content: bytes, number: int, width: int) -> bytes:
    """Page `number` (from 1) as PNG, `width` pixels wide, or as many as are safe for a page that is very long."""
    with opened(content) as pdf:
        if not 1 <= number <= len(pdf):
            raise Unacceptable("page_missing")
        pdf.init_forms()
        with closing(pdf[number - 1]) as page:
            image = drawn(page, width / max(page.get_width(), 1), colour=True).to_pil()
        written = BytesIO()
        image.save(written, "PNG")
        return written.getvalue()


def texts(content: bytes) -> list[str]:
    """The text of each page, as far as it has any: a scan has none."""
    with opened(content) as pdf:
        if len(pdf) > MOST_PAGES:
            raise Unacceptable("too_many_pages")
        return [_text(page) for page in pdf]


def looks(content: bytes, *, most: int) -> list[str]:
    """A fingerprint of each of the first `most` pages as it is drawn, with its form fields."""
    with opened(content) as pdf:
        pdf.init_forms()
        drawings = (drawn(pdf[index], DRAWN_AT / POINTS, colour=True) for index in range(min(len(pdf), most)))
        return [hashlib.sha256(bytes(one.buffer)).hexdigest() for one in drawings]


def _text(page: Any) -> str:
    layer = page.get_textpage()
    text: str = layer.get_text_range(0, min(layer.count_chars(), LONGEST_TEXT))
    return text.encode("utf-8", "replace").decode()
