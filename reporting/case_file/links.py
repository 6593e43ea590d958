"""Which link of the chain covers an entry of the history, and the entry's hash in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from aqb.models import HistoryLink, HistoryPart

type Key = tuple[str, int]  # name of the table, key of the row

LEAF, NUMBER = 40, 8  # bytes: key and SHA-256 of a row, the key alone; see HistoryPart


@dataclass(frozen=True)
class Covered:
    """An entry's place in the chain: the number of the link, and the SHA-256 of the entry."""

    link: int
    leaf: str


def covering(keys: Iterable[Key]) -> dict[Key, Covered]:
    """The places of these entries; those that no link covers yet are left out. Reads one part of a link at a time."""
    wanted: dict[str, list[int]] = {}
    for table, key in keys:
        wanted.setdefault(table, []).append(key)
    found: dict[Key, Covered] = {}
    for table, numbers in wanted.items():
        numbers.sort()
        parts = HistoryPart.objects.filter(table=table, upto__gte=numbers[0], after__lt=numbers[-1])
        for pk, after, upto, link in parts.order_by("after").values_list("pk", "after", "upto", "link__number"):
            here = numbers[bisect_right(numbers, after) : bisect_right(numbers, upto)]
            if here:
                leaves = bytes(HistoryPart.objects.values_list("leaves", flat=True).get(pk=pk))
                found |= {(table, key): Covered(link, leaf) for key, leaf in _leaves(leaves, here)}
    return found


def _leaves(leaves: bytes, keys: list[int]) -> Iterable[tuple[int, str]]:
    rows = range(0, len(leaves), LEAF)
    for key in keys:
        at = bisect_left(rows, key, key=lambda row: int.from_bytes(leaves[row : row + NUMBER]))
        if at < len(rows) and int.from_bytes(leaves[rows[at] : rows[at] + NUMBER]) == key:
            yield key, leaves[rows[at] + NUMBER : rows[at] + LEAF].hex()


def heads(numbers: Iterable[int]) -> list[HistoryLink]:
    """The links of these numbers, the oldest first."""
    return list(HistoryLink.objects.filter(number__in=set(numbers)).order_by("number"))
