"""The code in the foot of every page: it leads to the public check and says which page it stands on.

A scan of several signed contracts is taken apart by these codes, so each must be read from a poor scan: 15 mm are the
least that a blurred, tilted scan of 150 dpi bears (12 mm often fail). Drawn as one path of rectangles into the room
that `.foot-qr` in static/document.css leaves; to a screen reader it is an artifact, the address stands beside it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import segno

MM = 72 / 25.4  # points
SIDE, LEFT, TOP = 15 * MM, 30 * MM, 269 * MM  # of the code on the page; TOP from the upper edge
PAGE_HEIGHT = 297 * MM
INK = "0.074510 0.082353 0.145098 rg"  # #131525 as in static/document.css


def address(check_url: str, page: int) -> str:
    """What the code on a page (from 1) says: `https://…/d/ZV-2023-06438-0?s=2`."""
    return f"{check_url}?s={page}"


def draw(check_url: str, pages: Iterable[Any]) -> None:
    """Put a code on each page, given as pydyf streams in their order; nothing without an address."""
    if not check_url:
        return
    for number, stream in enumerate(pages, start=1):
        # Before everything else, while the coordinates are still the page's own.
        stream.stream[:0] = [
            "/Artifact <</Type /Pagination>> BDC", "q", INK, *_rectangles(address(check_url, number)), "f", "Q", "EMC",
        ]  # fmt: skip


def _rectangles(text: str) -> Iterator[str]:
    """One rectangle per run of dark modules in a row."""
    matrix = segno.make_qr(text, error="m").matrix
    module = SIDE / len(matrix)
    for row, modules in enumerate(matrix):
        bottom = PAGE_HEIGHT - TOP - (row + 1) * module
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                yield f"{LEFT + column * module:.3f} {bottom:.3f} {length * module:.3f} {module:.3f} re"
            column += length
