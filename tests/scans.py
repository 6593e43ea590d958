"""Paper as it comes back from a scanner: grey pictures of pages, slightly turned, with dust, as PDF or as picture."""

from collections.abc import Collection, Sequence
from io import BytesIO
from random import Random

import img2pdf
import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageDraw

QUALITY = 70  # of the JPEGs, as office scanners write them
PAPER, STAIN = 248, 120  # grey of the sheet and of what hides a code
MARGIN = 8  # pixels around a hidden code


def scan(
    pdf: bytes,
    *,
    pages: Sequence[int] | None = None,
    rotate: float = 1.5,
    noise: float = 0.08,
    dpi: int = 150,
    cover: Collection[int] = (),
) -> bytes:
    """The PDF that a scanner makes of these pages (from 1, in this order; all without `pages`).

    Every sheet lies `rotate` degrees askew (180: upside down) and has `noise` between 0 and 1. `cover` names the
    sheets of the scan (from 1) whose code is hidden. The same call gives the same bytes.
    """
    sheets = photographs(pdf, pages=pages, rotate=rotate, noise=noise, dpi=dpi, cover=cover)
    made: bytes = img2pdf.convert(sheets, nodate=True, title="Scan")
    return made


def photographs(
    pdf: bytes,
    *,
    pages: Sequence[int] | None = None,
    rotate: float = 1.5,
    noise: float = 0.08,
    dpi: int = 150,
    cover: Collection[int] = (),
) -> list[bytes]:
    """The same as JPEG pictures, one for each sheet."""
    document = pdfium.PdfDocument(pdf)
    try:
        chosen = pages or range(1, len(document) + 1)
        sheets = [document[one - 1].render(scale=dpi / 72, grayscale=True).to_pil() for one in chosen]
    finally:
        document.close()
    for at, sheet in enumerate(sheets, start=1):
        if at in cover:
            _hide_codes(sheet)
    return [_jpeg(_scanned(sheet, rotate, noise, Random(at)), dpi) for at, sheet in enumerate(sheets)]


def _hide_codes(sheet: Image.Image) -> None:
    """A stain over every code; a sheet without one is a mistake of the test."""
    codes = zxingcpp.read_barcodes(sheet)
    assert codes, "the sheet has no code that could be hidden"
    for code in codes:
        corners = [code.position.top_left, code.position.bottom_right]
        (left, right), (top, bottom) = sorted(one.x for one in corners), sorted(one.y for one in corners)
        box = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
        ImageDraw.Draw(sheet).rectangle(box, fill=STAIN)


def _scanned(sheet: Image.Image, rotate: float, noise: float, dice: Random) -> Image.Image:
    across = rotate % 90 == 0  # fed in sideways, the sheet is still scanned as a whole
    turned = sheet.convert("L").rotate(rotate, resample=Image.Resampling.BICUBIC, expand=across, fillcolor=PAPER)
    dust = Image.frombytes("L", turned.size, dice.randbytes(turned.width * turned.height))
    return Image.blend(turned, dust, noise)


def _jpeg(sheet: Image.Image, dpi: int) -> bytes:
    written = BytesIO()
    sheet.save(written, "JPEG", quality=QUALITY, dpi=(dpi, dpi))
    return written.getvalue()
