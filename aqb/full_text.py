"""Full text in German: what a person types becomes a query of PostgreSQL, and tables get the index that answers it.

The same expression stands in index and query; PostgreSQL uses the index only then.
"""

import re
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db.models.expressions import Expression

LANGUAGE = "german"
MOST_WORDS = 12  # of a query; whoever pastes a page is searching for its beginning
START, STOP = "\ue000", "\ue001"  # around what was found; no keyboard writes them
WORD = re.compile(r"\w+")


def vector(*fields: str, weight: str | None = None) -> SearchVector:
    """The words of these text columns."""
    return SearchVector(*fields, config=LANGUAGE, weight=weight)


def index(name: str, *fields: str) -> GinIndex:
    """The index that answers `vector(*fields)`."""
    return GinIndex(vector(*fields), name=name)


def words(text: str) -> list[str]:
    """The words of what a person typed, each once, in their order."""
    return list(dict.fromkeys(WORD.findall(text)))[:MOST_WORDS]


def query(found: list[str]) -> SearchQuery:
    """All these words, each also as the beginning of a longer one. `found` comes from `words` and is not empty."""
    return SearchQuery(" & ".join(f"{word}:*" for word in found), config=LANGUAGE, search_type="raw")


def headline(field: str | Expression, asked: SearchQuery, *, whole: bool = False) -> SearchHeadline:
    """The text with what was found between START and STOP: all of it, or the passage around it."""
    options: dict[str, Any] = (
        {"highlight_all": True} if whole else {"max_words": 22, "min_words": 10, "max_fragments": 1}
    )
    return SearchHeadline(field, asked, config=LANGUAGE, start_sel=START, stop_sel=STOP, **options)
