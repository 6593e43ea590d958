"""Putting the values of one district, ministry and version in place of a wording's placeholders.

Filling works on text that is already parsed, so a value is never read as markup or as another placeholder.
Grammatical forms are stored with district and ministry and never derived; one that is missing is named in a
German sentence instead of leaving a gap in a contract.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agreements.placeholders import (
    BLOCK_TYPES,
    BY_NAME,
    CAPITAL,
    DISTRICT,
    IN_BRACES,
    MINISTRY,
    NO_BREAK,
    PLACEHOLDERS,
    Placeholder,
    has_capital,
    misplaced,
    normal,
    unknown,
)
from aqb.money import euro_words
from aqb.text import Block, Run

SECTION_SIGN = re.compile(r"(§§?) (?=\d)")

# What a missing form would look like, in a sentence: (county, city); ministries follow the first.
_EXAMPLES = {
    "nominative": ("der Landkreis …", "die Stadt …"),
    "genitive": ("des Landkreises …", "der Stadt …"),
    "dative": ("dem Landkreis …", "der Stadt …"),
    "accusative": ("den Landkreis …", "die Stadt …"),
    "locative": ("im Landkreis …", "in der Stadt …"),
    "short_nominative": ("der Landkreis", "die Stadt"),
    "short_genitive": ("des Landkreises", "der Stadt"),
    "short_dative": ("dem Landkreis", "der Stadt"),
    "short_accusative": ("den Landkreis", "die Stadt"),
    "name": ("Landkreis …", "Stadt …"),
    "pronoun": ("er", "sie"),
    "possessive": ("sein", "ihr"),
}


class Unprintable(ValueError):
    """A version cannot be printed as it stands; `reasons` are German sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass
class Filling:
    """Puts values in place of placeholders; `reasons` collects a German sentence for each that has none."""

    words: Mapping[str, str]  # placeholder -> what is printed
    missing: Mapping[str, str]  # placeholder -> German sentence why there is nothing to print
    reasons: list[str] = field(default_factory=list)

    def blocks(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks of a section's text with everything filled in."""
        filled: list[Block] = []
        for block in blocks:
            if block["type"] == "paragraph":
                filled += self._paragraph(block["runs"])
            else:
                filled.append({**block, "items": [self._runs(item) for item in block["items"]]})
        return filled

    def text(self, text: str) -> str:
        """One line of plain text: a heading, the purpose, a label."""
        return "".join(run["text"] for run in self._runs([{"text": text, "bold": False, "filled": False}]))

    def require(self) -> None:
        """Raise Unprintable when anything could not be filled."""
        if self.reasons:
            raise Unprintable(list(dict.fromkeys(self.reasons)))

    def _paragraph(self, runs: list[Run]) -> Iterator[Block]:
        """One paragraph, split where a block stands in it."""
        collected: list[Run] = []
        for run in self._pieces(runs):
            kind = BLOCK_TYPES.get(run["text"]) if run["filled"] else None
            if kind is None:
                collected += self._run(run)
                continue
            yield from _trimmed(collected)
            collected = []
            yield (
                {"type": kind, "text": self.words["Betrag"].replace(NO_BREAK, " ")}
                if kind == "amount"
                else {"type": kind}
            )
        yield from _trimmed(collected)

    def _runs(self, runs: list[Run]) -> list[Run]:
        filled: list[Run] = []
        for run in self._pieces(runs):
            if run["filled"] and run["text"] in BLOCK_TYPES:
                self.reasons.append(misplaced(run["text"]))
                continue
            filled += self._run(run)
        return filled

    @staticmethod
    def _pieces(runs: list[Run]) -> Iterator[Run]:
        """The text between placeholders, and each placeholder's name as a piece marked `filled`."""
        for run in runs:
            for position, piece in enumerate(IN_BRACES.split(run["text"])):
                if position % 2:
                    yield {"text": normal(piece), "bold": run["bold"], "filled": True}
                elif piece:
                    yield {"text": piece, "bold": run["bold"], "filled": False}

    def _run(self, piece: Run) -> list[Run]:
        if not piece["filled"]:
            return [{**piece, "text": SECTION_SIGN.sub(rf"\1{NO_BREAK}", piece["text"])}]
        name = piece["text"]
        base = name.removesuffix(CAPITAL)
        if name != base and not (base in BY_NAME and has_capital(BY_NAME[base])):
            base = name
        if value := self.words.get(base):
            return [{**piece, "text": value[0].upper() + value[1:] if base != name else value}]
        self.reasons.append(
            self.missing.get(base) or unknown(name, list(dict.fromkeys([*BY_NAME, *self.words, *self.missing])))
        )
        return []


def _trimmed(runs: list[Run]) -> Iterator[Block]:
    if runs:
        runs = [*runs]
        runs[0] = {**runs[0], "text": runs[0]["text"].lstrip(" ")}
        runs[-1] = {**runs[-1], "text": runs[-1]["text"].rstrip(" ")}
    if kept := [run for run in runs if run["text"]]:
        yield {"type": "paragraph", "runs": kept}


def filling(
    *,
    district: Any,
    ministry: Any,
    year: int,
    amount: Decimal,
    lines: Iterable[tuple[str, Decimal]],
    sections: Mapping[str, int | None],
    number: int = 0,
    reference: str = "",
) -> Filling:
    """The values for one version of one district.

    `lines` are (title, amount) of the budget lines, `sections` the printed number by key (None: not numbered);
    `number` and `reference` belong to an amendment.
    """
    words = {"Jahrgang": str(year), "Betrag": _unbroken(amount)}
    missing = {}
    for one in PLACEHOLDERS:
        source = {DISTRICT: district, MINISTRY: ministry}.get(one.group)
        if source is None or not one.attribute:
            continue
        if value := getattr(source, one.attribute).strip():
            words[one.name] = value
        else:
            missing[one.name] = _no_form(one, source)
    words |= {f"Betrag {title}": _unbroken(part) for title, part in lines}
    for key, printed in sections.items():
        if printed is None:
            missing[f"§ {key}"] = f"Der Platzhalter „{{§ {key}}}“ verweist auf einen Abschnitt ohne Nummer."
        else:
            words[f"§ {key}"] = f"§{NO_BREAK}{printed}"
    if reference:
        words |= {"Bezug": reference, "Nummer": str(number)}
    else:
        missing |= {name: _only_amendment(name) for name in ("Bezug", "Nummer")}
    return Filling(words, missing)


def _unbroken(amount: Decimal) -> str:
    return euro_words(amount).replace(" ", NO_BREAK)


def _only_amendment(name: str) -> str:
    return f"Den Platzhalter „{{{name}}}“ gibt es nur in Änderungsvereinbarungen."


def _no_form(one: Placeholder, source: Any) -> str:
    example = _EXAMPLES.get(one.attribute, ("HMSI",))[-1 if getattr(source, "kind", "") == "city" else 0]
    if one.group == MINISTRY:
        example = one.example
    return f"Für den Platzhalter „{one.written}“ fehlt bei {source.name} die Form, zum Beispiel „{example}“."
