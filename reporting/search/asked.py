"""What a person asks for: words, names of districts among them, and numbers of documents."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery

from aqb import full_text
from aqb.models import District

NUMBER = re.compile(r"\S*\d\S*[-/.]\S*|\S*[-/.]\S*\d\S*")  # ZV-2027-06438-0, II 3 – 58a/27: told by its dashes


@dataclass(frozen=True)
class Asked:
    """The words, and of those that name a district: which districts, and what is left without them."""

    text: str
    words: list[str]
    districts: list[District] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # names of all districts that the person may see

    @property
    def query(self) -> SearchQuery:
        return full_text.query(self.words)

    @property
    def number(self) -> str:
        """What may be the beginning of a document number or an Aktenzeichen; "" for plain words."""
        return self.text if NUMBER.search(self.text) else ""


def asked(text: str, districts: Iterable[District]) -> Asked:
    """Read what was typed; `districts` are those whose rows the person may see."""
    text = " ".join(text.split())
    words = full_text.words(text)
    known = list(districts)
    named = _named(words, known)
    said = {word for _, part in named for word in part}
    rest = [word for word in words if word not in said]
    return Asked(text, words, [district for district, _ in named], rest, [district.name for district in known])


def _named(words: list[str], districts: list[District]) -> list[tuple[District, list[str]]]:
    """The districts that the words name, each with its words; of several those that are named most fully."""
    found = []
    for district in districts:
        proper = {word.casefold() for word in full_text.words(district.sort_name)}
        own = proper | {word.casefold() for word in full_text.words(district.kind_word)}
        said = [word for word in words if word.casefold() in own]
        if any(word.casefold() in proper for word in said):
            found.append((district, said))
    most = max((len(said) for _, said in found), default=0)
    return [(district, said) for district, said in found if len(said) == most]


def within(rows: Any, one: Asked, ways: Sequence[Callable[[Any, Any], Any]], path: str) -> Any:
    """The `rows` that one of the ways finds by all words, or by the rest of the words in the named districts.

    A way takes rows and a query and answers rows; `path` leads from a row to its district. Every way is asked by
    itself and joined by key, so that each keeps its index.
    """
    keys = [way(rows, one.query) for way in ways]
    if one.districts and one.rest:
        there = rows.filter(**{f"{path}__in": [district.pk for district in one.districts]})
        keys += [way(there, full_text.query(one.rest)) for way in ways]
    first, *others = [found.order_by().values("pk") for found in keys]
    return rows.filter(pk__in=first.union(*others).order_by() if others else first)
