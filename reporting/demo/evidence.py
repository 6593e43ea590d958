"""Scans of the demo: true-looking ones where people try signing, and one page that stands for all other scans."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from math import sin
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

PAGE = (595, 842)  # A4 in points
WORDS = ("Demobeleg", "An dieser Stelle liegt sonst der Scan", "der unterschriebenen Ausfertigung.")
SCALE = 150 / 72  # pixels per point, as office scanners are set
ASKEW = 0.6  # degrees
PAPER, INK = (250, 249, 246), (38, 52, 120)


@cache
def scan() -> bytes:
    """The same bytes at every call, so that the store keeps them once. The page says what it stands for."""
    import pikepdf

    pdf = pikepdf.new()
    lines = "".join(f"1 0 0 1 72 {720 - 24 * at} Tm ({words}) Tj\n" for at, words in enumerate(WORDS))
    content = f"BT /F1 14 Tf\n{lines}ET".encode("cp1252")
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page = pdf.add_blank_page(page_size=PAGE)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(content)
    file = BytesIO()
    pdf.save(file, deterministic_id=True)
    return file.getvalue()


def scanned(issued: bytes, names: Sequence[str]) -> bytes:
    """The issued paper as it comes back from a scanner, signed in ink above these names, a little askew."""
    import img2pdf
    import pypdfium2
    from PIL.Image import Resampling

    sheets = []
    document = pypdfium2.PdfDocument(issued)
    try:
        for page in document:
            sheet = page.render(scale=SCALE).to_pil().convert("RGB")
            for name in names:
                _sign(sheet, page, name)
            turned = sheet.rotate(ASKEW, resample=Resampling.BILINEAR, fillcolor=PAPER)
            written = BytesIO()
            turned.save(written, "JPEG", quality=60, dpi=(150, 150))
            sheets.append(written.getvalue())
    finally:
        document.close()
    made: bytes = img2pdf.convert(sheets, nodate=True, title="Scan")
    return made


def _sign(sheet: "Image", page: "PdfPage", name: str) -> None:
    """A line in ink above the place where the name is printed, if it is on this page; everybody writes their own."""
    from PIL import ImageDraw

    text = page.get_textpage()
    found = text.search(name).get_next()
    if found is None:
        return
    left, _, _, top = text.get_charbox(found[0])
    x, y = left * SCALE, sheet.height - (top + 16) * SCALE
    dice = Random(name)  # noqa: S311 - a drawing
    waves = [(dice.uniform(0.08, 0.3), dice.uniform(3, 11), dice.uniform(0, 6)) for _ in range(4)]
    line = [
        (x + step * 1.5, y + sum(height * sin(step * pace + shift) for pace, height, shift in waves) - step * 0.06)
        for step in range(60 + 6 * len(name))
    ]
    ImageDraw.Draw(sheet).line(line, fill=INK, width=3, joint="curve")
