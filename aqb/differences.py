"""Two long texts as one: what is gone and what has come, word by word."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

SHORT = 60  # characters up to which two texts simply stand side by side
LONGEST = 20_000  # characters of both together; comparing more would keep the reader waiting
ALIKE = 0.3  # part of the longer text that has stayed; below it the marks hide more than they show
WORD = re.compile(r"\{[^{}]*\}|\s+|\w+|[^\w\s]")  # a placeholder is one word


class Piece(NamedTuple):
    """Some words of a text; `mark` is "old", "new", or empty for what has stayed."""

    mark: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts in one; empty where they are better read side by side: short, very long, or with little in common."""
    if not before or not after or max(len(before), len(after)) <= SHORT or len(before) + len(after) > LONGEST:
        return []
    found = compared(before, after)
    kept = sum(len(one.text.strip()) for one in found if not one.mark)
    return found if kept >= ALIKE * max(len(before), len(after)) else []


def compared(before: str, after: str) -> list[Piece]:
    """The two texts in one, whatever they have in common."""
    old, new = WORD.findall(before), WORD.findall(after)
    found = []
    for what, i, i_end, j, j_end in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            found.append(Piece("", "".join(old[i:i_end])))
            continue
        found += [Piece("old", "".join(old[i:i_end]))] if i_end > i else []
        found += [Piece("new", "".join(new[j:j_end]))] if j_end > j else []
    return found
