"""QR codes on the pages of a PDF or on a picture."""

import time
from contextlib import closing
from typing import Any

import zxingcpp

from aqb.inspection import addresses, pages
from aqb.inspection.reasons import Unacceptable

type Code = tuple[str, int | None]

NONE: Code = ("", None)
RESOLUTION, SHARPER = 200, 300  # dpi; the second for pages on which the first finds nothing of ours
# Seconds of reading after which no page is drawn twice, and after which a person has to look at the rest.
PATIENCE, LIMIT = 10, 25
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
MOST_SEARCHED = 3_000  # pixels of the longer side of a photograph that is searched a second time


def of_pdf(content: bytes, *, count: int, most: int | None = None) -> list[Code]:
    """For each of the `count` pages what its code names; nothing beyond the first `most`.

    Raises Unacceptable when this reader finds another number of pages than the one that counted them.
    """
    start = time.monotonic()
    found: list[Code] = []
    with pages.opened(content) as pdf:
        if len(pdf) != count:
            raise Unacceptable("damaged")
        for index in range(count if most is None else min(count, most)):
            spent = time.monotonic() - start
            if spent > LIMIT:
                break
            with closing(pdf[index]) as page:
                found.append(of_page(page, sharper=spent < PATIENCE))
    return found + [NONE] * (count - len(found))


def of_page(page: Any, *, sharper: bool = True) -> Code:
    """What the code of this page says; `sharper` looks a second time, at a higher resolution."""
    found = _of_drawing(page, RESOLUTION)
    return _of_drawing(page, SHARPER) if found == NONE and sharper else found


def _of_drawing(page: Any, dpi: int) -> Code:
    bitmap = pages.drawn(page, dpi / pages.POINTS)
    return _said(memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride)))


def of_picture(content: bytes) -> Code:
    """What the codes on a photograph or a scanned picture say together."""
    from aqb.inspection import pictures

    image = pictures.decoded(content).convert("L")
    found = _said(image)
    if found == NONE and max(image.size) > MOST_SEARCHED:
        image.thumbnail((MOST_SEARCHED, MOST_SEARCHED))
        found = _said(image)
    return found


def _said(image: Any) -> Code:
    return addresses.one_of([one.text for one in zxingcpp.read_barcodes(image, formats=QR)])
