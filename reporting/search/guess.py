"""What may have been meant when nothing was found: words that the person may read anyhow, close to those typed."""

from collections.abc import Iterator
from difflib import get_close_matches

from agreements.models import AgreementVersion
from aqb.full_text import words
from aqb.models import User
from projects.models import ProjectEntry, Provider
from reporting.search.asked import Asked

READ = 3000  # titles, the newest; enough for a word that people remember
CLOSE = 0.72  # of 1: two slips in a word of eight letters


def guess(user: User, one: Asked) -> str:
    """The query with each word replaced by a known one that is close; "" where nothing is."""
    known: dict[str, str] = {}
    for text in _readable(user, one):
        for word in words(text):
            if len(word) > 2:
                known.setdefault(word.casefold(), word)
    better = [_closest(word, known) for word in one.words]
    return " ".join(better) if [word.casefold() for word in better] != [w.casefold() for w in one.words] else ""


def _closest(word: str, known: dict[str, str]) -> str:
    if word.casefold() in known or len(word) < 3:
        return word
    found = get_close_matches(word.casefold(), known, n=1, cutoff=CLOSE)
    return known[found[0]] if found else word


def _readable(user: User, one: Asked) -> Iterator[str]:
    entries = ProjectEntry.objects.visible_to(user).filter(version__in=AgreementVersion.objects.current())
    yield from entries.order_by("-pk").values_list("title", flat=True)[:READ]
    yield from Provider.objects.visible_to(user).order_by("-pk").values_list("name", flat=True)[:READ]
    yield from one.known
