"""Where two texts differ, word by word, for reading them side by side."""

from typing import NamedTuple

from aqb import differences


class Piece(NamedTuple):
    """Some words of one of the texts; `differs` where the other text has others in this place."""

    text: str
    differs: bool


def beside(mine: str, theirs: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; where they are very long, each is one piece that differs."""
    if len(mine) + len(theirs) > differences.LONGEST:
        return [Piece(mine, True)], [Piece(theirs, True)]
    found = differences.compared(mine, theirs)
    return _side(found, "old"), _side(found, "new")


def _side(found: list[differences.Piece], mark: str) -> list[Piece]:
    """One of the texts. A lone space between two differing pieces belongs to them, so that a changed phrase is one mark."""
    pieces: list[Piece] = []
    for piece in found:
        if piece.mark not in ("", mark):
            continue
        differs, text = bool(piece.mark), piece.text
        if differs and len(pieces) > 1 and not pieces[-1].differs and not pieces[-1].text.strip():
            text = pieces.pop().text + text
        if pieces and pieces[-1].differs == differs:
            text = pieces.pop().text + text
        pieces.append(Piece(text, differs))
    return pieces
