"""The one-page PDF that stands in the demo for every scan of a signed paper, and says so."""

from functools import cache
from io import BytesIO

import pikepdf

PAGE = (595, 842)  # A4 in points
WORDS = ("Demobeleg", "An dieser Stelle liegt sonst der Scan", "der unterschriebenen Ausfertigung.")


@cache
def scan() -> bytes:
    """The same bytes at every call, so that the store keeps them once."""
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
