"""The address that stands in the QR code of our paper: which document, and which of its pages."""

import re

NUMBER = re.compile(r"ZV-[0-9]{4}-[0-9]{5}-[0-9]{1,3}")
LAST_PAGE = 999
LONGEST = 300  # characters of an address; ours have about 50
# Any server: the application may have moved since the paper was printed. Old paper does not name its page.
ADDRESS = re.compile(rf"https?://[^\s/?#@]+(?:/[^\s?#]*)?/d/({NUMBER.pattern})(?:\?s=([1-9][0-9]{{0,2}}))?")
IN_TEXT = re.compile(rf"(?<![0-9A-Za-z-]){NUMBER.pattern}(?![0-9A-Za-z-])")


def read(text: str) -> tuple[str, int | None] | None:
    """Number and page that an address of ours names; None for every other text."""
    found = ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    return found[1], int(found[2]) if found[2] else None


def one_of(texts: list[str]) -> tuple[str, int | None]:
    """What the codes of one page say together: codes of others do not count, two different numbers say nothing.

    The number is "" when there is none; the page is None when it is unknown or when two codes contradict each other.
    """
    found = {address for text in texts if (address := read(text))}
    numbers = {number for number, _ in found}
    if len(numbers) != 1:
        return "", None
    pages = {page for _, page in found if page is not None}
    return numbers.pop(), pages.pop() if len(pages) == 1 else None
