"""What would happen if a table were taken over: row by row, project by project, line by line. Nothing is written."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from aqb.money import ZERO
from aqb.tables import Place, Record
from aqb.tables.values import text
from projects.table.columns import OF_PROJECT
from projects.table.known import Key, Known
from projects.table.wishes import Wish, wishes

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
type Advance = Callable[[int, int], None]  # told how many of how many are done
LONGEST = 160  # characters of a value that the preview shows


@dataclass(frozen=True)
class Change:
    """One cell that says something else than what is stored, both as people write it."""

    letter: str
    title: str
    old: str
    new: str


@dataclass
class Outcome:
    """What becomes of a row. `amount` is in euro, as digits; `project` numbers its project in the table, `fresh`: a new one."""

    number: int
    what: str
    title: str
    about: str
    amount: str | None
    project: int
    fresh: bool
    faults: list[Place] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class Taking:
    """A project to be saved: `fields` are those that change, `shares` all its money afterwards."""

    wish: Wish
    fields: dict[str, Any]
    shares: dict[Key, Decimal]

    @property
    def by_line(self) -> dict[tuple[int, int], Decimal]:
        """The money as actions take it: by budget line (its id) and cash year."""
        return {(int(line), year): amount for (line, year), amount in self.shares.items()}


@dataclass(frozen=True)
class LineSum:
    """A budget line: what is agreed, entered now and entered afterwards, in euro."""

    title: str
    agreed: Decimal
    before: Decimal
    after: Decimal

    @property
    def missing(self) -> Decimal:
        return max(self.after - self.agreed, ZERO)


@dataclass(frozen=True)
class Plan:
    """All that would happen."""

    outcomes: list[Outcome]
    takings: list[Taking]
    sums: list[LineSum]

    def rows(self) -> list[dict[str, Any]]:
        """The outcomes as plain values, to be stored and compared."""
        return [asdict(one) for one in self.outcomes]

    def totals(self) -> list[dict[str, str]]:
        """The sums as plain values."""
        return [
            {"title": one.title, "agreed": f"{one.agreed}", "before": f"{one.before}", "after": f"{one.after}",
             "missing": f"{one.missing}"}
            for one in self.sums
        ]  # fmt: skip


def silent(done: int, total: int) -> None:
    """Tells nobody how far it is."""


def allowed(taking: Taking) -> str:
    """Nothing is locked."""
    return ""


def plan(
    records: list[Record],
    known: Known,
    seed: UUID,
    locked: Callable[[Taking], str] = allowed,
    advance: Advance = silent,
) -> Plan:
    """Compare a table with what the version states.

    `locked` says why a project may not be saved like this, or nothing; `advance` is told how many of how many rows are done.
    """
    outcomes: list[Outcome] = []
    takings: list[Taking] = []
    for number, wish in enumerate(wishes(records, known, seed), start=1):
        found = _outcomes(wish, known, number)
        outcomes += found
        if any(one.what in {NEW, CHANGED} for one in found):
            taking = _taking(wish, known)
            if reason := locked(taking):
                _refuse(found, reason)
            else:
                takings.append(taking)
        advance(len(outcomes), len(records))
    outcomes.sort(key=lambda one: one.number)
    return Plan(outcomes, takings, _sums(takings, known))


def _refuse(outcomes: list[Outcome], reason: str) -> None:
    """Nothing that would change is taken over, for one reason."""
    for one in outcomes:
        if one.what in {NEW, CHANGED}:
            one.what, one.changes = REFUSED, []
            one.faults.append(Place("", "", "", "", reason))


def _outcomes(wish: Wish, known: Known, number: int) -> list[Outcome]:
    faulty = wish.faulty
    rows = []
    for record in wish.records:
        amount = record.values.get("amount")
        outcome = Outcome(
            record.number, SAME, wish.title or text(record.values.get("title")), _pot(record, known),
            f"{amount}" if isinstance(amount, Decimal) else None, number, wish.stated is None, notes=record.notes,
        )  # fmt: skip
        outcome.faults = list(record.faults)
        if faulty and not outcome.faults:
            sentence = f"Das Projekt wird nicht übernommen, solange in Zeile {faulty.number} etwas nicht stimmt."
            outcome.faults.append(Place("", "", "", "", sentence))
        if outcome.faults:
            outcome.what = REFUSED
        else:
            _compare(outcome, wish, record, known)
        rows.append(outcome)
    return rows


def _pot(record: Record, known: Known) -> str:
    """Budget line and cash year of a row."""
    line, year = text(record.values.get("line")), text(record.values.get("cash_year"))
    key = known.lines.find(line)
    if line and key is None:
        return "Budgetlinie unbekannt"
    return f"{known.lines.text(key or '')} {year}".strip()


def _compare(outcome: Outcome, wish: Wish, record: Record, known: Known) -> None:
    """New, changed or the same, with what changes."""
    if wish.stated is None:
        outcome.what = NEW
        return
    share = next((key for key, (_, at) in wish.shares.items() if at is record), None)
    if share:
        new, old = wish.shares[share][0], wish.stated.shares.get(share)
        if old is None and new:
            outcome.what = NEW
        elif old is not None and old != new:
            outcome.changes.append(_change("amount", record, text(old), text(new)))
    for key in OF_PROJECT:
        if wish.at.get(key) is record and not _same(key, wish.stated.fields[key], wish.fields[key]):
            old_text, new_text = (text(known.cell(key, one)) for one in (wish.stated.fields[key], wish.fields[key]))
            outcome.changes.append(_change(key, record, *_around(old_text, new_text)))
    if outcome.changes and outcome.what == SAME:
        outcome.what = CHANGED


def _same(key: str, old: Any, new: Any) -> bool:
    """Whether a cell says what is stored; spaces around a text, and within a title, say nothing."""
    if key in {"title", "description"}:
        return bool(" ".join(old.split()) == new if key == "title" else old.replace("\r\n", "\n").strip() == new)
    return bool(old == new)


def _change(key: str, record: Record, old: str, new: str) -> Change:
    heading = record.heading
    return Change(heading.letters.get(key, ""), heading.titles.get(key, key), old, new)


def _around(old: str, new: str) -> tuple[str, str]:
    """Both texts, shortened to the place where they begin to differ."""
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    same = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    start = max(0, same - LONGEST // 4)

    def cut(whole: str) -> str:
        part = whole[start : start + LONGEST]
        return f"{'…' if start else ''}{part}{'…' if start + LONGEST < len(whole) else ''}"

    return cut(old), cut(new)


def _taking(wish: Wish, known: Known) -> Taking:
    before = wish.stated.fields if wish.stated else {}
    fields = {key: one for key, one in wish.fields.items() if not (key in before and _same(key, before[key], one))}
    shares = dict(wish.stated.shares) if wish.stated else {}
    shares |= {key: amount for key, (amount, record) in wish.shares.items() if not record.faults}
    return Taking(wish, fields, {key: amount for key, amount in shares.items() if amount})


def _sums(takings: list[Taking], known: Known) -> list[LineSum]:
    deltas: dict[str, Decimal] = {}
    for taking in takings:
        before = taking.wish.stated.shares if taking.wish.stated else {}
        for shares, sign in ((taking.shares, 1), (before, -1)):
            for (line, _), amount in shares.items():
                deltas[line] = deltas.get(line, ZERO) + sign * amount
    return [
        LineSum(pot.line.title, pot.agreed, pot.agreed - pot.available, pot.agreed - pot.available + deltas.get(line, ZERO))
        for line, pot in known.pots.items()
    ]  # fmt: skip
