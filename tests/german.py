"""Days, amounts and yes or no as no page may show them: of a computer, or of another language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

NOT_GERMAN = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b"  # 2027-03-31
    r"|\b\d{1,2}/\d{1,2}/\d{4}\b"  # 3/31/2027
    r"|\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b(?! %)"  # 1,234.50
    r"|(?<![\d.§])\b\d+\.\d{2}\b(?![.\d])"  # 1234.50
    r"|\b(?:True|False|None|Decimal|January|February|March|June|July|October|December)\b"
)
READ_ALOUD = ("title", "aria-label", "alt", "placeholder", "data-label")
TYPED = {"text", "search", "email", "tel"}


class _Shown(HTMLParser):
    """Text between the tags, what is read aloud or shown beside it, and what stands in fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("script", "style")
        has = dict(attrs)
        names = (*READ_ALOUD, "value") if tag == "input" and has.get("type") in TYPED else READ_ALOUD
        self.found += [has[name] or "" for name in names if name in has]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data.strip())


def not_german(html: str) -> Iterator[str]:
    """Whatever a person would see or hear on the page as a foreign day, number or word, with what stands around it."""
    shown = _Shown()
    shown.feed(html)
    yield from (text[:120] for text in shown.found if NOT_GERMAN.search(text))
