"""Whether the paper says what the old contract said: paragraph for paragraph."""

from collections.abc import Iterable, Sequence
from typing import Any

from aqb.text import plain

SHOWN = 60  # characters of each side that a difference shows


def paragraphs(snapshot: dict[str, Any]) -> list[str]:
    """The text of a snapshot up to the signatures, one entry per paragraph, heading line and list item."""
    parts = [snapshot["title"], snapshot["subtitle"], "zwischen", snapshot["ministry"]["dative"], "und"]
    parts += [snapshot["district"]["dative"], snapshot["purpose"]]
    for section in snapshot["sections"]:
        parts += [f"§ {section['number']}"] if section["number"] else []
        parts += section["heading"]
        for block in section["blocks"]:
            parts += _block(block, snapshot["categories"])
    return [" ".join(part.split()) for part in parts if part]


def _block(block: dict[str, Any], categories: Sequence[dict[str, Any]]) -> Iterable[str]:
    if block["type"] == "paragraph":
        return [plain(block["runs"])]
    if block["type"] == "list":
        return [f"- {plain(item)}" for item in block["items"]]
    if block["type"] == "projects":
        return [
            line
            for kind in categories
            for line in (f"{kind['number']}. {kind['title']}", *(f"- {one['title']}" for one in kind["projects"]))
        ]
    return [block["text"]]


def difference(original: Sequence[str], printed: Sequence[str]) -> str:
    """The first difference as half a German sentence; empty when both say the same."""
    for old, new in zip([*original, ""], [*printed, ""], strict=False):
        if old != new:
            at = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
            return f"„{_around(new, at)}“ statt „{_around(old, at)}“"
    return ""


def _around(text: str, at: int) -> str:
    start = max(at - SHOWN // 3, 0)
    shown = text[start : start + SHOWN]
    return ("… " if start else "") + (shown or "nichts") + (" …" if start + SHOWN < len(text) else "")
