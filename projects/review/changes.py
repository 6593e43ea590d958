"""What has changed between two states of a version's projects, ready for a page: old and new beside each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from aqb.money import ZERO, round_half_up
from projects.models.facets import FACETS, PLACES, amounts_of, differing

State = Mapping[str, Any]
COST = "cost"
CONTEXT = 4  # words of unchanged text on either side of a change
TOO_LONG = 250_000  # pairs of words: comparing takes time that grows with them, and a page must not wait for it
NOTHING = "keine Angabe"


@dataclass(frozen=True)
class Run:
    """A piece of text; `marked` where the other side says something else."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Row:
    """A field before and now: as amounts in euro, or as runs of text."""

    name: str
    title: str
    changed: bool
    before: Decimal | None = None
    now: Decimal | None = None
    before_text: Sequence[Run] = ()
    now_text: Sequence[Run] = ()
    is_amount: bool = False

    @property
    def says_something(self) -> bool:
        said = [self.before, self.now] if self.is_amount else [*self.before_text, *self.now_text]
        return any(one not in (None, Run(NOTHING)) for one in said)


@dataclass
class Compared:
    """A project with its fields before and now. `kind`: "new", "removed", "changed", "same"."""

    uid: str
    entry: int | None
    title: str
    provider: str
    kind: str
    rows: list[Row] = field(default_factory=list)
    remarks: list[Any] = field(default_factory=list)
    about: frozenset[str] = frozenset()  # the fields that were remarked on

    @property
    def looked_at(self) -> list[Row]:
        """What has changed and what was remarked on; of a new or removed project everything that it says."""
        if self.kind in ("new", "removed"):
            return [row for row in self.rows if row.says_something]
        return [row for row in self.rows if row.changed or row.name in self.about]

    @property
    def count(self) -> int:
        """How many fields say something else."""
        return sum(row.changed for row in self.rows)


def compare(before: Mapping[str, State], now: Iterable[State]) -> list[Compared]:
    """The projects of now in their order, each with what it was before; then those that are gone."""
    states = list(now)
    found = [_compared(before.get(state["uid"]), state) for state in states]
    there = {state["uid"] for state in states}
    return [*found, *(_compared(old, None) for uid, old in before.items() if uid not in there)]


def _compared(old: State | None, new: State | None) -> Compared:
    state = new or old
    assert state is not None  # noqa: S101  # one of the two states the project
    rows = [*_amounts(old, new), *_facets(old, new), *_cost(old, new)]
    rows.sort(key=lambda row: not row.is_amount and row.name != PLACES)  # the money first, with what it buys
    if old is None or new is None:
        kind = "new" if old is None else "removed"
    else:
        kind = "changed" if any(row.changed for row in rows) else "same"
    return Compared(state["uid"], new["entry"] if new else None, state["title"], state["provider"], kind, rows)


def _facets(old: State | None, new: State | None) -> Iterable[Row]:
    changed = differing(old, new) if old and new else {}
    for facet in FACETS:
        before = old["facets"].get(facet.name, {}).get("text", "") if old else ""
        now = new["facets"].get(facet.name, {}).get("text", "") if new else ""
        differs = facet.name in changed
        if differs and facet.name == "description" and before and now:
            yield Row(facet.name, facet.title, True, before_text=runs(before, now), now_text=runs(now, before))
            continue
        was = before or ("fehlte" if differs else NOTHING)
        yield Row(
            facet.name, facet.title, differs, before_text=[Run(was, differs)], now_text=[Run(now or NOTHING, differs)]
        )


def _amounts(old: State | None, new: State | None) -> Iterable[Row]:
    before, now = (amounts_of(state) if state else {} for state in (old, new))
    titles = {one["name"]: one["title"] for state in (old, new) if state for one in state["amounts"]}
    for name, title in titles.items():
        was, is_now = before.get(name, ZERO), now.get(name, ZERO)
        yield Row(name, title, bool(old and new and was != is_now), was, is_now, is_amount=True)


def _cost(old: State | None, new: State | None) -> Iterable[Row]:
    """What a place costs: nobody enters it, and everybody asks."""
    was, now = (cost_of(state) if state else None for state in (old, new))
    if was is not None or now is not None:
        yield Row(COST, "Kosten je Platz", bool(old and new and was != now), was, now, is_amount=True)


def cost_of(state: State) -> Decimal | None:
    """Euro for each place over all cash years, rounded half up; None without places or money."""
    (places,) = state["facets"].get(PLACES, {}).get("value", [None])
    total = sum(amounts_of(state).values(), ZERO)
    return round_half_up(total / places) if places and total else None


def runs(text: str, other: str) -> list[Run]:
    """The text in pieces, marked where `other` differs; what is the same is cut to a few words around each change."""
    words, others = text.split(), other.split()
    if len(words) * len(others) > TOO_LONG:
        return [Run(text, True)]
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    found: list[Run] = []
    at = 0
    for block in blocks:
        if block.a > at:
            found.append(Run(" ".join(words[at : block.a]), True))
        if block.size:
            same = words[block.a : block.a + block.size]
            found.append(Run(_cut(same, first=block.a == 0, last=block.a + block.size == len(words))))
        at = block.a + block.size
    return found


def _cut(words: list[str], *, first: bool, last: bool) -> str:
    if first and len(words) > CONTEXT:
        return " ".join(["…", *words[-CONTEXT:]])
    if last and len(words) > CONTEXT:
        return " ".join([*words[:CONTEXT], "…"])
    if len(words) > 2 * CONTEXT:
        return " ".join([*words[:CONTEXT], "…", *words[-CONTEXT:]])
    return " ".join(words)


@dataclass(frozen=True)
class MoneyRow:
    """A budget line: what is agreed, entered before and now, the change, and what is left."""

    title: str
    agreed: Decimal
    before: Decimal
    now: Decimal

    @property
    def difference(self) -> Decimal:
        return self.now - self.before

    @property
    def left(self) -> Decimal:
        return self.agreed - self.now


def money(before: Sequence[State], now: Sequence[State]) -> tuple[list[MoneyRow], MoneyRow]:
    """The lines of now with what was entered before, and their total."""
    old = {line["line"]: Decimal(line["entered"]) for line in before}
    rows = [
        MoneyRow(line["title"], Decimal(line["agreed"]), old.get(line["line"], ZERO), Decimal(line["entered"]))
        for line in now
    ]
    total = MoneyRow(
        "Insgesamt", sum((row.agreed for row in rows), ZERO), sum((row.before for row in rows), ZERO),
        sum((row.now for row in rows), ZERO),
    )  # fmt: skip
    return rows, total
