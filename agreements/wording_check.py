"""Does a wording read right for everybody? All districts of its vintage at once, in a fixed number of queries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agreements import documents
from agreements.facts import Facts, responsible_ministry
from agreements.filling import Unprintable
from agreements.models import Allocation, Wording, WordingSection
from aqb.models import District
from aqb.money import ZERO
from aqb.text import plain


@dataclass(frozen=True)
class Finding:
    """What is wrong with the text for one district, in German sentences."""

    district: District
    reasons: list[str]


@dataclass(frozen=True)
class Result:
    """How many districts were tried, and what was found."""

    total: int
    findings: list[Finding]

    @property
    def sound(self) -> int:
        return self.total - len(self.findings)


@dataclass(frozen=True)
class Printed:
    """What the text says for one district, or why it cannot be formed."""

    district: District
    paper: documents.Snapshot | None
    reasons: list[str]


def check(wording: Wording, sections: Sequence[WordingSection]) -> Result:
    """Fill the text for every district valid in the vintage's year and name what does not fit."""
    tried = printed(wording, sections)
    found = [Finding(one.district, reasons) for one in tried if (reasons := _reasons(one))]
    return Result(len(tried), found)


def printed(wording: Wording, sections: Sequence[WordingSection]) -> list[Printed]:
    """The text for every district valid in the vintage's year."""
    districts = list(District.objects.valid_in(wording.budget_year.year))
    try:
        facts = _facts(wording, districts)
    except Unprintable as error:  # no ministry: nothing can be printed for anybody
        return [Printed(district, None, error.reasons) for district in districts]
    return [_printed(one, sections) for one in facts]


def _facts(wording: Wording, districts: Sequence[District]) -> list[Facts]:
    """As for a preview without a version, but for all districts together."""
    year = wording.budget_year
    ministry = responsible_ministry(year.year, amendment=wording.kind == Wording.Kind.AMENDMENT)
    pots = list(year.lines.order_by("position", "pk"))
    amounts: dict[tuple[int, int], Any] = {
        (line, district): amount
        for line, district, amount in Allocation.objects.filter(line__in=pots).values_list("line", "district", "amount")
    }
    return [
        Facts(wording, district, ministry, [
            {"key": pot.key, "title": pot.title, "amount": f"{amounts.get((pot.pk, district.pk), ZERO):.2f}"}
            for pot in pots
        ], [], {})
        for district in districts
    ]  # fmt: skip


def _printed(facts: Facts, sections: Sequence[WordingSection]) -> Printed:
    try:
        return Printed(facts.district, documents.of_facts(facts, state="draft", sections=sections), [])
    except Unprintable as error:
        return Printed(facts.district, None, error.reasons)


def _reasons(tried: Printed) -> list[str]:
    return tried.reasons if tried.paper is None else _doubled(tried.paper, tried.district)


def _doubled(printed: documents.Snapshot, district: District) -> list[str]:
    """A word that stands twice in a row around the name, such as "im Landkreis Landkreis Offenbach"."""
    words = {*district.name.split(), *district.kind_word.split()}
    twice = re.compile(rf"\b({'|'.join(map(re.escape, words))}) \1\b")
    return [
        f"Im Abschnitt „{' '.join(section['heading'])}“ steht „{found.group()}“ doppelt. "
        "Bitte nehmen Sie das Wort vor dem Platzhalter weg."
        for section in printed["sections"]
        if (found := twice.search(_text(section)))
    ]


def _text(section: dict[str, Any]) -> str:
    parts = list(section["heading"])
    for block in section["blocks"]:
        parts += [plain(item) for item in [block.get("runs", []), *block.get("items", [])]]
    return "\n".join(parts)
