"""From the bytes of an old contract to its parts: title, parties, sections, amount, projects, signatures.

Reads plain text as people type or copy it. What is not a contract is refused in one German sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from aqb.access import Refused
from aqb.models import District
from aqb.money import euro_words, parse_euro
from projects.takeover.signing import DATED

LARGEST = 500_000  # bytes; the published contract has 6,500
OTHER_FORMATS = {
    b"%PDF": "eine PDF-Datei",
    b"PK\x03\x04": "eine Word- oder ZIP-Datei",
    b"\xd0\xcf\x11\xe0": "eine alte Word-Datei",
    b"{\\rtf": "eine RTF-Datei",
}
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
BULLET = re.compile(r"^[-–—•·*]\s+")
NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+(.+)$")
SECTION = re.compile(r"^§\s*(\d{1,2})\.?(?:\s+(.+))?$")
AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d{4,}(?:,\d{2})?)\s*(?:Euro|EUR|€)(?!\w)")
STARS = re.compile(r"\*+([^*\n]+)\*+")
SENTENCE_END = (".", ":", ";", ",", "!", "?")
LONGEST_HEADING_LINE = 60  # of a second or third line; the first may be longer
HEADING_LINES = 3


@dataclass(frozen=True)
class Block:
    """A paragraph (`items` empty), or a list."""

    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section as it stands; `number` is None for the preamble."""

    number: int | None
    heading: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Outline:
    """A contract cut at its seams: what stands before the sections, the sections, and what stands below them."""

    head: tuple[Block, ...]
    sections: tuple[Section, ...]
    tail: tuple[str, ...]


def decoded(original: bytes) -> str:
    """The text of the file: UTF-8, else Windows-1252. Refuses what is empty, too large or no plain text."""
    if not original.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refused("Die Datei ist leer.")
    for start, name in OTHER_FORMATS.items():
        if original.startswith(start):
            raise Refused(f"Die Datei ist {name}. Bitte speichern Sie den Vertrag als reinen Text.")
    if len(original) > LARGEST:
        raise Refused(f"Die Datei ist mit {len(original)} Byte zu groß für einen Vertragstext.")
    for encoding in ("utf-16",) if original[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = original.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise Refused("Die Datei ist kein lesbarer Text. Bitte speichern Sie den Vertrag als reinen Text in UTF-8.")


def repaired(text: str, district: District) -> tuple[str, list[str]]:
    """The text without the slips of mail merges and copies, and a German sentence for each one mended."""
    text = text.translate(INVISIBLE)
    text = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    repairs = [f"Sternchen entfernt bei „{found[1]}“." for found in STARS.finditer(text)]
    text = STARS.sub(r"\1", text)
    kinds = {district.kind_word, *(("Stadt",) if district.kind == District.Kind.CITY else ("Landkreis", "Kreis"))} - {
        ""
    }
    doubled = re.compile(rf"(\w+ )?\b(?:{'|'.join(sorted(kinds))})(e?s)? {re.escape(district.name)}(?!\w)")
    repairs += [f"„{found[0]}“ wird „{_single(found, district)}“." for found in doubled.finditer(text)]
    return doubled.sub(lambda found: _single(found, district), text), repairs


def _single(found: re.Match[str], district: District) -> str:
    """The district's name once, in the case that the first mention has."""
    name = district.genitive.split(" ", 1)[1] if found[2] else district.name
    return f"{found[1] or ''}{name}"


def one_spelling(text: str, amount: Decimal) -> tuple[str, list[str]]:
    """The text with every mention of the amount as the paper writes it, and what was changed for that."""
    written = euro_words(amount)
    found = [one[0] for one in AMOUNT.finditer(text) if parse_euro(one[1]) == amount and one[0] != written]
    for spelling in dict.fromkeys(found):
        text = text.replace(spelling, written)
    return text, [f"Der Betrag „{spelling}“ wird „{written}“ geschrieben." for spelling in dict.fromkeys(found)]


def amount_of(text: str) -> Decimal:
    """The agreed total: the amount that stands alone on its line, else the only one. Refuses: none, or several."""
    lines = [line.strip() for line in text.splitlines()]
    alone = {parse_euro(found[1]) for line in lines if (found := AMOUNT.fullmatch(line))}
    amounts = alone or {parse_euro(found[1]) for found in AMOUNT.finditer(text)}
    if not amounts:
        raise Refused("Im Text steht kein Betrag in Euro.")
    if len(amounts) > 1:
        named = ", ".join(euro_words(amount) for amount in sorted(amounts))
        raise Refused(f"Im Text stehen mehrere Beträge ({named}); welcher der vereinbarte ist, ist nicht zu erkennen.")
    return amounts.pop()


def blocks_of(text: str) -> list[Block]:
    """Paragraphs and lists: blank lines part paragraphs, bullets part items, wrapped lines are joined."""
    found: list[Block] = []
    for chunk in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        for line in lines:
            following = found and line is not lines[0]
            last = found[-1] if found else None
            if BULLET.match(line):
                item = BULLET.sub("", line)
                if last and last.items:
                    found[-1] = Block("", (*last.items, item))
                else:
                    found.append(Block("", (item,)))
            elif not following or last is None or NUMBERED.match(line):
                found.append(Block(line))
            elif last.items:
                found[-1] = Block("", (*last.items[:-1], f"{last.items[-1]} {line}"))
            else:
                found[-1] = Block(f"{last.text} {line}")
    return found


def outline(text: str) -> Outline:
    """Cut the text at its seams. Refuses a text without sections or without signatures."""
    body, tail = _without_signatures(text)
    blocks = blocks_of(body)
    starts = _starts(blocks)
    if not starts:
        raise Refused(
            "In der Datei steht keine Zielvereinbarung: Es fehlen die Abschnitte mit „§ 1“, „§ 2“ und so weiter."
        )
    ends = [*starts[1:], len(blocks)]
    sections = tuple(_section(blocks[start:end]) for start, end in zip(starts, ends, strict=True))
    return Outline(tuple(blocks[: starts[0]]), sections, tail)


def _without_signatures(text: str) -> tuple[str, tuple[str, ...]]:
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if DATED.match(line.strip()):
            return "\n".join(lines[:at]), tuple(line.strip() for line in lines[at:])
    raise Refused("Im Text stehen keine Unterschriften: Es fehlt eine Zeile wie „Wiesbaden, den 8.8.2023“.")


def _starts(blocks: Sequence[Block]) -> list[int]:
    """Where sections begin: at a preamble, and at each paragraph sign whose number follows the one before."""
    starts: list[int] = []
    following = 1
    for at, block in enumerate(blocks):
        found = SECTION.match(block.text)
        if found and int(found[1]) == following:
            starts.append(at)
            following += 1
        elif not starts and block.text.casefold().rstrip(":") in ("präambel", "vorbemerkung"):
            starts.append(at)
    return starts if following > 1 else []


def _section(blocks: Sequence[Block]) -> Section:
    found = SECTION.match(blocks[0].text)
    if not found:
        return Section(None, (blocks[0].text,), tuple(blocks[1:]))
    heading = [found[2]] if found[2] else []
    rest = list(blocks[1:])
    while rest and len(heading) < HEADING_LINES and _is_heading(rest, first=not heading):
        heading.append(rest.pop(0).text)
    return Section(int(found[1]), tuple(heading), tuple(rest))


def _is_heading(rest: Sequence[Block], *, first: bool) -> bool:
    text = rest[0].text
    if not text or NUMBERED.match(text) or AMOUNT.search(text) or text.endswith(SENTENCE_END):
        return False
    announces = len(rest) > 1 and AMOUNT.fullmatch(rest[1].text) is not None
    return first or (len(rest) > 1 and len(text) <= LONGEST_HEADING_LINE and not announces)
