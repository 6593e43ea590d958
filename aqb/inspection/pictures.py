"""Photographs and scans that come as JPEG or PNG."""

from io import BytesIO

import img2pdf
from PIL import Image

from aqb.inspection import addresses
from aqb.inspection.reasons import MOST_PIXELS, Unacceptable

Image.MAX_IMAGE_PIXELS = None  # our own limit stands in `opened`


def opened(content: bytes) -> Image.Image:
    """The picture, not yet decoded; raises Unacceptable when it is none or too large."""
    try:
        image = Image.open(BytesIO(content), formats=["JPEG", "PNG"])
    except (OSError, SyntaxError, ValueError) as error:
        raise Unacceptable("damaged") from error
    if image.width * image.height > MOST_PIXELS:
        raise Unacceptable("too_many_pixels")
    return image


def decoded(content: bytes) -> Image.Image:
    """The picture with all its pixels; raises Unacceptable when some are missing."""
    image = opened(content)
    try:
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise Unacceptable("incomplete") from error
    return image


def code(content: bytes) -> tuple[str, int | None]:
    """What the QR codes on the picture say together."""
    import zxingcpp

    found = zxingcpp.read_barcodes(decoded(content).convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return addresses.one_of([one.text for one in found])


def as_pdf(content: bytes, title: str) -> bytes:
    """The picture as one A4 page."""
    decoded(content)
    a4 = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)), auto_orient=True)
    made: bytes = img2pdf.convert(content, layout_fun=a4, title=title, nodate=True)
    return made
