"""The press of the paper: HTML to PDF with the project's own fonts and nothing else.

Fontconfig is pointed to an empty configuration before WeasyPrint loads Pango; the fonts stand in
static/document.css. So the same snapshot gives the same bytes on every machine, and a character that no font
knows is shown as a visible U+FFFD instead of the empty box of a missing glyph, which PDF/A forbids.
"""

import hashlib
import os
import threading
import unicodedata
import warnings
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fontTools.ttLib import TTFont, woff2

from aqb import paper_codes, paper_tags

BASE = Path(__file__).resolve().parent.parent
os.environ["FONTCONFIG_FILE"] = str(BASE / "aqb" / "fonts.conf")
with warnings.catch_warnings():
    # That Fontconfig has no fonts of its own is what we want.
    warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STYLESHEET = BASE / "static" / "document.css"
MODULES = BASE / "node_modules"
FIRA = MODULES / "@kern-ux" / "native" / "dist" / "fonts" / "fira-sans"
# One set per family, in the order in which a missing character is looked for. WOFF where there is one: WOFF2 takes
# half a second a font to unpack.
FAMILIES = (
    (FIRA / "FiraSans-Regular.woff2", FIRA / "FiraSans-Medium.woff2", FIRA / "FiraSans-SemiBold.woff2"),
    (FIRA.parent / "noto-sans" / "NotoSans-Regular.woff",),
    tuple(
        MODULES / "@fontsource" / "noto-sans-hebrew" / "files" / f"noto-sans-hebrew-hebrew-{weight}-normal.woff"
        for weight in (400, 600)
    ),
    tuple(
        MODULES / "@fontsource" / "noto-sans-arabic" / "files" / f"noto-sans-arabic-arabic-{weight}-normal.woff"
        for weight in (400, 600)
    ),
    (MODULES / "@fontsource" / "noto-emoji" / "files" / "noto-emoji-emoji-400-normal.woff",),
)
FONTS = frozenset(font for family in FAMILIES for font in family)
REPLACEMENT = "\ufffd"
# Joiners and direction marks, which scripts and emoji need, the soft hyphen and the variation selectors.
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")
WHITE = frozenset("\t\n\r \u00a0\u202f")


class Loading(FatalURLFetchingError):
    """The paper asked for something other than its own stylesheet and fonts."""


class OwnFilesOnly(URLFetcher):
    """Opens the fonts of the paper and refuses every other address: network, other files, data addresses."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The font at this address; raises Loading, which ends the rendering, for anything else."""
        path = Path(unquote(url.removeprefix("file://")))
        if path not in FONTS:
            raise Loading(f"Das Dokument darf „{url[:200]}“ nicht laden: erlaubt sind nur die Schriften des Projekts.")
        try:
            return URLFetcherResponse(url, _unpacked(path), {"Content-Type": "font/ttf"})
        except OSError as error:
            raise Loading(f"Die Schrift {path.name} fehlt; „make setup“ richtet sie ein.") from error


def _unpacked(path: Path) -> bytes:
    """The font without its compression; WeasyPrint's own unpacking of WOFF writes the present time into the font."""
    unpacked = BytesIO()
    if path.suffix == ".woff2":
        woff2.decompress(BytesIO(path.read_bytes()), unpacked)
    else:
        with TTFont(path, recalcTimestamp=False) as font:
            font.flavor = None
            font.save(unpacked)
    return unpacked.getvalue()


class Press:
    """Fonts and stylesheet of the paper, loaded once per process: loading takes longer than one document."""

    def __init__(self) -> None:
        self.fetcher = OwnFilesOnly()
        self.fonts = FontConfiguration()
        self.stylesheet = weasyprint.CSS(
            string=STYLESHEET.read_text(encoding="utf-8"),
            base_url=STYLESHEET.as_uri(),
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )
        self.printable = _printable_characters()


# Pango's font maps are not safe for several threads at once; processes print side by side.
_lock = threading.Lock()


@cache
def _press_of(process: int) -> Press:
    return Press()


def press() -> Press:
    """The press of this process; a forked worker makes its own, because a press owns files that it removes."""
    return _press_of(os.getpid())


def write_pdf(html: str, *, name: str, data: bytes, description: str, moment: datetime, check_url: str) -> bytes:
    """The PDF of this HTML with `data` attached as `name`; `moment` is the only time it states.

    The code on each page leads to `check_url`; an empty one means no codes.
    Raises Loading when the HTML or the stylesheet asks for anything but the fonts of the paper.
    """

    def finish(_: Any, pdf: Any) -> None:
        paper_tags.finish(pdf)
        paper_codes.draw(check_url, paper_tags.page_contents(pdf))

    with _lock:
        machine = press()
        attachment = weasyprint.Attachment(
            string=data,
            name=name,
            description=description,
            relationship="Data",
            created=moment,
            modified=moment,
            url_fetcher=machine.fetcher,
        )
        document = weasyprint.HTML(string=html, url_fetcher=machine.fetcher).render(
            font_config=machine.fonts, stylesheets=[machine.stylesheet]
        )
        pdf: bytes = document.write_pdf(
            finisher=finish,
            pdf_variant="pdf/a-3a",
            pdf_identifier=hashlib.sha256(data).hexdigest()[:32].encode(),
            attachments=[attachment],
        )
        return pdf


def _printable_characters() -> frozenset[str]:
    """Characters that a font of the paper has in every weight used, and that may stand in a document."""
    known: set[int] = set()
    for family in FAMILIES:
        known |= set.intersection(*(_characters(font) for font in family))
    # Control and format characters, private use and unassigned ones have no look that everybody shares.
    return frozenset(char for code in known if unicodedata.category(char := chr(code))[0] != "C")


def _characters(path: Path) -> set[int]:
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


def printable(value: Any) -> Any:
    """The same data with every character that cannot be printed replaced by U+FFFD, in all texts within."""
    if isinstance(value, str):
        characters = press().printable
        if characters.issuperset(value):
            return value
        return "".join(one if one in characters or one in INVISIBLE or one in WHITE else REPLACEMENT for one in value)
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [printable(one) for one in value]
    return value
