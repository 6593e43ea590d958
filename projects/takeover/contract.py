"""An old contract, read against what is stored about its district and its ministry."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agreements.models import MeasureCategory
from aqb.access import Refused
from aqb.models import District, Ministry
from aqb.money import euro_words
from aqb.text import escape
from projects.takeover import reading, signing
from projects.takeover.placing import Placing
from projects.takeover.reading import NUMBERED, Block, Section

PROJECTS, AMOUNT = "{Projektliste}", "{Betrag abgesetzt}"
SHOWN = 80  # characters of the contract that a refusal repeats
LONGEST_KEY = 40
JOINING = frozenset("der die das des dem den im in für zur zum und von auf mit".split())  # noqa: SIM905 - reads better


@dataclass(frozen=True)
class Kind:
    """A kind of measure as the contract prints it, with the titles of its projects."""

    category: MeasureCategory
    projects: tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """A section as it goes into the wording."""

    key: str
    numbered: bool
    heading: str
    text: str


@dataclass(frozen=True)
class Contract:
    """Everything that an old contract says. `paragraphs` is its text up to the signatures, slips mended."""

    year: int
    district: District
    ministry: Ministry
    title: str
    purpose: str
    clauses: tuple[Clause, ...]
    amount: Decimal
    kinds: tuple[Kind, ...]
    signing: signing.Signing
    labels: dict[str, str]
    paragraphs: tuple[str, ...]
    repairs: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def projects(self) -> int:
        """How many projects the contract lists."""
        return sum(len(kind.projects) for kind in self.kinds)


@dataclass(frozen=True)
class Head:
    """What stands before the first section."""

    title: str
    year: int
    ministry: Ministry
    district: District
    purpose: str
    before: str  # what stands above the title


def read(original: bytes, *, year: int, district: District) -> Contract:
    """Read a contract of that vintage with that district.

    Refuses, in one German sentence each: no text, another kind of text, another district or vintage, an unknown
    ministry or kind of measure, no amount, no projects, no signatures.
    """
    text, repairs = reading.repaired(reading.decoded(original), district)
    if "Zielvereinbarung" not in text or "zwischen" not in text:
        raise Refused("In der Datei steht keine Zielvereinbarung: Es fehlen der Titel oder die Beteiligten.")
    if found := re.search(r"[{}]", text):
        around = text[max(found.start() - 20, 0) : found.end() + 20].replace("\n", " ")
        raise Refused(f"Im Text steht bei „{around}“ eine geschweifte Klammer; sie ist Platzhaltern vorbehalten.")
    head = head_of(text, year, district)
    amount = reading.amount_of(text)
    text, respelled = reading.one_spelling(text, amount)
    parts = reading.outline(text)
    signed = signing.read(parts.tail, district, head.ministry)
    sections, kinds = _without_projects(parts.sections, year)
    placing = _placing(head, sections, amount)
    outside = [f"„{line}“ unter dem Vertrag." for line in signed.unplaced]
    outside += [f"„{head.before}“ über dem Titel."] if head.before else []
    clauses = tuple(_clause(section, placing) for section in sections)
    return Contract(
        year=year,
        district=district,
        ministry=_responsible(head.ministry, signed),
        title=head.title,
        purpose=placing.placed(head.purpose),
        clauses=clauses,
        amount=amount,
        kinds=kinds,
        signing=signed,
        labels={party.value: placing.placed(label) for party, label in signed.labels.items()},
        paragraphs=(*_head_paragraphs(head), *_paragraphs(parts.sections)),
        repairs=(*repairs, *respelled),
        doubts=tuple(dict.fromkeys([*placing.doubts, *outside])),
    )


def head_of(text: str, year: int, district: District) -> Head:
    """Title, vintage, parties and purpose. Refuses another vintage, another district, an unknown ministry."""
    flat = " ".join(text.split())
    start = flat.index("Zielvereinbarung")
    title, _, rest = flat[start:].partition(" zwischen ")
    found = re.search(r"\b(20\d{2})\b", title)
    if not found or len(title) > SHOWN:
        raise Refused("Über dem Vertrag fehlt der Jahrgang: Erwartet wird „Zielvereinbarung“ und das Jahr.")
    if int(found[1]) != year:
        raise Refused(f"Der Vertrag gilt für {found[1]}, angegeben ist {year}.")
    ministry = _beginning(rest, Ministry.objects.all())
    if not isinstance(ministry, Ministry):
        raise Refused(f"Das Ressort „{rest[:SHOWN]} …“ ist in den Stammdaten nicht eingetragen.")
    rest = rest[len(ministry.dative) :].strip().removeprefix("und ").strip()
    other = _beginning(rest, District.objects.all())
    if not isinstance(other, District):
        raise Refused(f"Die Gebietskörperschaft „{rest[:SHOWN]} …“ ist in den Stammdaten nicht eingetragen.")
    if other.pk != district.pk:
        raise Refused(
            f"Der Vertrag ist mit {other.dative} ({other.ags}) geschlossen, angegeben ist {district} ({district.ags})."
        )
    purpose = rest[len(district.dative) :].strip()
    purpose = re.split(r"\s(?:Präambel|Vorbemerkung|§ ?1)\b", f" {purpose}", maxsplit=1)[0].strip()
    return Head(title.replace(found[1], "").strip(" ,–-"), year, ministry, district, purpose, flat[:start].strip())


def _beginning(text: str, rows: Iterable[District | Ministry]) -> District | Ministry | None:
    """The row whose dative the text begins with; of several, the longest."""
    fitting = [row for row in rows if row.dative and re.match(rf"{re.escape(row.dative)}(?!\w)", text)]
    return max(fitting, key=lambda row: len(row.dative), default=None)


def _responsible(named: Ministry, signed: signing.Signing) -> Ministry:
    """The ministry's row of the day on which the Land signed. Refuses: another name on that day."""
    day = next(one.day for one in signed.people if one.party == "land")
    ministry: Ministry | None = Ministry.objects.in_force(day)
    if ministry is None or ministry.dative != named.dative:
        known = f"war {ministry.nominative} zuständig" if ministry else "ist kein Ressort eingetragen"
        raise Refused(f"Am {day:%d.%m.%Y} {known}; der Vertrag nennt {named.accusative}.")
    return ministry


def _without_projects(sections: Sequence[Section], year: int) -> tuple[list[Section], tuple[Kind, ...]]:
    """The sections with a mark in place of the project list, and the list. Refuses: no list, an unknown kind."""
    kinds: list[Kind] = []
    changed: list[Section] = []
    for section in sections:
        blocks: list[Block] = []
        for block, following in zip(section.blocks, [*section.blocks[1:], None], strict=True):
            if following and following.items and (found := NUMBERED.match(block.text)):
                kinds.append(Kind(_category(found[2], year), following.items))
                blocks += [] if blocks and blocks[-1].text == PROJECTS else [Block(PROJECTS)]
            elif not (block.items and kinds and kinds[-1].projects is block.items):
                blocks.append(block)
        changed.append(Section(section.number, section.heading, tuple(blocks)))
    if not kinds:
        raise Refused("Im Text steht keine Projektliste: Erwartet wird „1. Maßnahmenart“ und darunter „- Projekt“.")
    return changed, tuple(kinds)


def _category(title: str, year: int) -> MeasureCategory:
    categories = list(MeasureCategory.objects.valid_in(year))
    for category in categories:
        if category.title.casefold() == title.casefold():
            return category
    known = ", ".join(f"„{category.title}“" for category in categories) or "keine"
    raise Refused(f"Die Maßnahmenart „{title}“ ist für {year} nicht eingetragen. Eingetragen sind: {known}.")


def _placing(head: Head, sections: Sequence[Section], amount: Decimal) -> Placing:
    keys: dict[int, str] = {}
    for section in sections:
        if section.number is not None:
            keys[section.number] = _key(section, amount, list(keys.values()))
    others = District.objects.exclude(pk=head.district.pk)
    return Placing(head.district, head.ministry, others, head.year, amount, keys)


def _key(section: Section, amount: Decimal, taken: Sequence[str]) -> str:
    """A short name by which the text refers to the section: what it holds, else the first noun of its heading."""
    texts = [block.text for block in section.blocks]
    words = [word.strip(",.–") for word in section.heading[-1].split()] if section.heading else []
    before_joint = words[: next((at for at, word in enumerate(words) if word in JOINING), len(words))]
    nouns = [word for word in (*reversed(before_joint), *words) if word[:1].isupper()]
    wanted = ["Projekte"] if PROJECTS in texts else ["Mittel"] if euro_words(amount) in texts else []
    for key in (*wanted, *nouns):
        if key not in taken:
            return key[:LONGEST_KEY]
    return f"Abschnitt {section.number}"


def _clause(section: Section, placing: Placing) -> Clause:
    heading = "\n".join(placing.placed(line) for line in section.heading)
    text = "\n\n".join(_text(block, placing) for block in section.blocks)
    if section.number is None:
        return Clause(section.heading[0], False, heading, text)
    return Clause(placing.keys[section.number], True, heading, text)


def _text(block: Block, placing: Placing) -> str:
    if block.text == PROJECTS:
        return PROJECTS
    if block.text == euro_words(placing.amount):
        return AMOUNT
    if block.items:
        return "\n".join(f"- {placing.placed(item, escape)}" for item in block.items)
    return placing.placed(block.text, escape)


def _head_paragraphs(head: Head) -> list[str]:
    parts = [head.title, str(head.year), "zwischen", head.ministry.dative, "und", head.district.dative, head.purpose]
    return [part for part in parts if part]


def _paragraphs(sections: Iterable[Section]) -> list[str]:
    """The text as the paper has it, one entry per paragraph, heading line and list item."""
    found: list[str] = []
    for section in sections:
        found += [f"§ {section.number}"] if section.number else []
        found += section.heading
        for block in section.blocks:
            found += [f"- {item}" for item in block.items] or [block.text]
    return found
