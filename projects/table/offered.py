"""What a column offers: values of the programme, each under a text that no other one has."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from aqb import tables

SPACES = re.compile(r"\s+")
BETWEEN = re.compile(r"[;\n]")


class Offered:
    """Values with their texts, in order; `other` are known but no longer offered (what a project still states)."""

    def __init__(self, offered: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]] = ()) -> None:
        first: dict[str, str] = {}
        for key, text in [*(pairs := list(offered)), *other]:
            first.setdefault(key, text)
        seen = Counter(_form(text) for text in first.values())
        self._texts = {key: text if seen[_form(text)] == 1 else f"{text} ({key})" for key, text in first.items()}
        self.texts = [self._texts[key] for key, _ in pairs]
        self._keys = {_form(text): key for key, text in self._texts.items()}

    def text(self, key: str) -> str:
        """What stands in the table for this value."""
        return self._texts.get(key, key)

    def find(self, text: str) -> str | None:
        """The value that is meant; capitals and spaces do not matter. None when there is none."""
        return self._keys.get(_form(text)) if text.strip() else None

    def guess(self, text: str) -> str:
        """A sentence that says what is probably meant, or nothing."""
        found = tables.meant(text, self.texts)
        return f" Gemeint ist vermutlich „{found}“." if found else ""

    def joined(self, keys: Sequence[str]) -> str:
        """Several values in one cell."""
        return "; ".join(self.text(key) for key in keys)

    def several(self, text: str) -> tuple[list[str], list[str]]:
        """The values that a cell lists, and what in it is none; a text that holds the separator itself is known whole."""
        found: list[str] = []
        unknown: list[str] = []
        parts = BETWEEN.split(text)
        while parts:
            for length in range(len(parts), 0, -1):
                key = self.find(";".join(parts[:length]))
                if key is not None:
                    found += [key] if key not in found else []
                    break
            else:
                length = 1
                unknown += [parts[0].strip()] if parts[0].strip() else []
            parts = parts[length:]
        return found, unknown


def _form(text: str) -> str:
    return SPACES.sub(" ", text).strip().casefold()
