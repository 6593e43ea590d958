"""Where two texts differ, word by word, for reading them side by side."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 20_000  # characters of both together; comparing more would keep the reader waiting


class Piece(NamedTuple):
    """Some words of one of the texts; `differs` where the other text has others in this place."""

    text: str
    differs: bool


def beside(mine: str, theirs: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces. Where they are very long, or have no word in common, each is one piece that differs."""
    left, right = WORD.findall(mine), WORD.findall(theirs)
    if len(mine) + len(theirs) > LONGEST:
        return [Piece(mine, True)], [Piece(theirs, True)]
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for what, i, i_end, j, j_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for side, words in zip(sides, (left[i:i_end], right[j:j_end]), strict=True):
            _add(side, "".join(words), differs=what != "equal")
    return sides


def _add(pieces: list[Piece], text: str, *, differs: bool) -> None:
    """A lone space between two differing pieces belongs to them, so that a changed phrase is one mark."""
    if not text:
        return
    if pieces and differs and not pieces[-1].text.strip() and not pieces[-1].differs and len(pieces) > 1:
        text = pieces.pop().text + text
    if pieces and pieces[-1].differs and differs:
        text = pieces.pop().text + text
    pieces.append(Piece(text, differs))
