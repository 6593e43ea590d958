"""The closed list of placeholders of a wording, and its check for the editor.

A placeholder stands in single braces: `{Gebiet Dativ}`. `agreements.filling` puts the values in.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CASES = {"Nominativ": "nominative", "Genitiv": "genitive", "Dativ": "dative", "Akkusativ": "accusative"}
CAPITAL = " groß"
NO_BREAK = "\u00a0"

IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Placeholder:
    """One placeholder of the closed list, as the editor explains it."""

    name: str
    group: str
    meaning: str
    example: str
    attribute: str = ""  # form of district or ministry that it prints
    amendment: bool = False  # has a value only in an amendment

    @property
    def written(self) -> str:
        """As people type it."""
        return f"{{{self.name}}}"


DISTRICT, MINISTRY, MONEY, REFERENCE, BLOCKS = ("Gebiet", "Ressort", "Jahrgang und Beträge", "Verweise", "Blöcke")

_DISTRICT_EXAMPLES = ("der Landkreis Offenbach", "des Landkreises Offenbach", "dem Landkreis Offenbach")
_SHORT_EXAMPLES = ("der Landkreis", "des Landkreises", "dem Landkreis", "den Landkreis")
_MINISTRY_EXAMPLES = (
    "das Hessische Ministerium …",
    "des Hessischen Ministeriums …",
    "dem Hessischen Ministerium …",
    "das Hessische Ministerium …",
)


def _forms(prefix: str, group: str, meaning: str, examples: Iterable[str], start: str = "") -> Iterator[Placeholder]:
    for (case, attribute), example in zip(CASES.items(), examples, strict=True):
        yield Placeholder(f"{prefix} {case}", group, f"{meaning} im {case}", example, start + attribute)


PLACEHOLDERS: tuple[Placeholder, ...] = (
    *_forms("Gebiet", DISTRICT, "Artikel und Name", (*_DISTRICT_EXAMPLES, "den Landkreis Offenbach")),
    Placeholder("im Gebiet", DISTRICT, "der Ort mit „in“", "im Landkreis Offenbach", "locative"),
    *_forms("Gebiet kurz", DISTRICT, "die kurze Form", _SHORT_EXAMPLES, "short_"),
    Placeholder("Gebiet", DISTRICT, "der Name ohne Artikel", "Landkreis Offenbach", "name"),
    Placeholder("Gebiet Pronomen", DISTRICT, "er oder sie", "er", "pronoun"),
    Placeholder(
        "Gebiet Possessiv", DISTRICT, "sein oder ihr; die Endung folgt: {Gebiet Possessiv}er", "sein", "possessive"
    ),
    *_forms("Ressort", MINISTRY, "Artikel und Name", _MINISTRY_EXAMPLES),
    Placeholder("Ressort", MINISTRY, "der Name ohne Artikel", "Hessisches Ministerium …", "name"),
    Placeholder("Ressort kurz", MINISTRY, "die Abkürzung", "HMSI", "short_name"),
    Placeholder("Jahrgang", MONEY, "das Jahr des Budgetjahrgangs", "2023"),
    Placeholder("Betrag", MONEY, "der vereinbarte Gesamtbetrag im Satz", "1.356.400 Euro"),
    Placeholder(
        "Bezug", REFERENCE, "die Fassung, die geändert wird", "Zielvereinbarung 2026 vom 15. Mai 2026", "", True
    ),
    Placeholder("Nummer", REFERENCE, "die laufende Nummer der Änderung", "1", "", True),
    Placeholder("Betrag abgesetzt", BLOCKS, "der Gesamtbetrag allein auf seiner Zeile", "1.356.400 Euro"),
    Placeholder("Projektliste", BLOCKS, "die Projekte nach Maßnahmenart", "1. Ausbildungsvorbereitung – Joblinge …"),
    Placeholder("Änderungen", BLOCKS, "was sich gegenüber der geltenden Fassung ändert", "Neu: „Joblinge“ …", "", True),
)
BLOCK_TYPES = {"Betrag abgesetzt": "amount", "Projektliste": "projects", "Änderungen": "changes"}
_WITHOUT_CAPITAL = {"Gebiet", "Ressort", "Ressort kurz"}  # names start with a capital letter anyway
BY_NAME = {one.name: one for one in PLACEHOLDERS}


def has_capital(one: Placeholder) -> bool:
    return bool(one.attribute) and one.name not in _WITHOUT_CAPITAL


def groups(
    *, line_titles: Iterable[str] = (), section_keys: Iterable[str] = (), amendment: bool = True
) -> dict[str, list[Placeholder]]:
    """The list for the editor: group -> placeholders, with those of the vintage's lines and numbered sections."""
    listed: dict[str, list[Placeholder]] = {}
    for one in PLACEHOLDERS:
        if amendment or not one.amendment:
            listed.setdefault(one.group, []).append(one)
    for title in line_titles:
        listed[MONEY].append(Placeholder(f"Betrag {title}", MONEY, f"davon {title}", "55.000 Euro"))
    for number, key in enumerate(section_keys, start=1):
        one = Placeholder(f"§ {key}", REFERENCE, "der Abschnitt mit seiner Nummer", f"§{NO_BREAK}{number}")
        listed.setdefault(REFERENCE, []).append(one)
    return listed


def known(*, line_titles: Iterable[str], section_keys: Iterable[str], amendment: bool = True) -> list[str]:
    """Every name that may stand in braces, with the capital variants."""
    listed = groups(line_titles=line_titles, section_keys=section_keys, amendment=amendment)
    names = [one for group in listed.values() for one in group]
    return [one.name for one in names] + [one.name + CAPITAL for one in names if has_capital(one)]


def check(
    text: str, *, line_titles: Iterable[str], section_keys: Iterable[str], amendment: bool = True, blocks: bool = True
) -> list[str]:
    """German sentences naming every placeholder of the text that does not exist, and every lone brace.

    `line_titles` are the titles of the vintage's budget lines, `section_keys` the keys of the wording's numbered
    sections. Headings, purpose and labels take no blocks (`blocks=False`).
    """
    names = known(line_titles=line_titles, section_keys=section_keys, amendment=amendment)
    reasons = []
    for found in IN_BRACES.finditer(text):
        name = normal(found[1])
        if name not in names:
            reasons.append(unknown(name, names))
        elif name in BLOCK_TYPES and not blocks:
            reasons.append(misplaced(name))
    rest = IN_BRACES.sub("", text)
    for brace in "{}":
        if brace in rest:
            after = " ".join(rest[rest.index(brace) :].split())[:20]
            reasons.append(
                f"Die Klammer „{brace}“ bei „{after}“ hat kein Gegenstück. Platzhalter stehen zwischen „{{“ und „}}“."
            )
    return list(dict.fromkeys(reasons))


def normal(inside: str) -> str:
    return " ".join(inside.split())


def unknown(name: str, names: list[str]) -> str:
    sentence = f"Den Platzhalter „{{{name}}}“ gibt es nicht."
    folded = {one.casefold(): one for one in names}
    if close := difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6):
        return f"{sentence} Meinten Sie „{{{folded[close[0]]}}}“?"
    if name.startswith("§") and (sections := [f"{{{one}}}" for one in names if one.startswith("§")]):
        return f"{sentence} Verweisen können Sie auf {', '.join(sections)}."
    return f"{sentence} Alle Platzhalter stehen in der Liste neben dem Text."


def misplaced(name: str) -> str:
    return f"Der Platzhalter „{{{name}}}“ steht nur in einem eigenen Absatz, nicht in Überschrift oder Liste."
