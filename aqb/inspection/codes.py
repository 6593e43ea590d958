"""QR codes on the pages of a PDF or on a picture."""

from typing import Any

import zxingcpp

from aqb.inspection import addresses, pages

type Code = tuple[str, int | None]

RESOLUTIONS = (200, 300)  # dpi; the second for pages on which the first finds nothing of ours


def of_pdf(content: bytes, *, pages: int, most: int | None = None) -> list[Code]:
    """For each page the number and page of our document that its code names; ("", None) when it names none."""
    from aqb.inspection.pages import opened

    with opened(content) as pdf:
        return [of_page(pdf[index]) if most is None or index < most else ("", None) for index in range(pages)]


def of_page(page: Any) -> Code:
    """What the code of this page says, looked for at one resolution after the other."""
    for dpi in RESOLUTIONS:
        bitmap = pages.drawn(page, dpi / pages.POINTS)
        image = memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride))
        if (found := of_image(image))[0]:
            return found
    return "", None


def of_image(image: Any) -> Code:
    """What the codes on a picture say together."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return addresses.one_of([one.text for one in found])
