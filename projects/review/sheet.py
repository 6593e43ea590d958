"""The sheet on which the ministry remarks field by field: the agreement and its projects, each with its fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agreements import version_rows
from agreements.models import AgreementVersion, NotedRemark, Remark
from agreements.unlocking import SIGNATORIES
from projects.models.facets import FACETS, MONEY, PLACES, facet_of
from projects.review.changes import NOTHING, cost_of

ALWAYS_SHOWN = frozenset({MONEY, PLACES, "starts_on"})  # what is asked about most
WHOLE_PROJECT, WHOLE_AGREEMENT = "Projekt als Ganzes", "Zielvereinbarung als Ganzes"


@dataclass
class Line:
    """A field that can be remarked on: what it says, and what is said about it. `place` names it in the form of the page."""

    uid: str
    name: str
    title: str
    text: str = ""
    amount: Decimal | None = None
    cost: Decimal | None = None  # what a place costs, beside the first amount
    notes: list[NotedRemark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"{self.uid}:{self.name}"

    @property
    def key(self) -> str:
        """Id of the row in the page."""
        return f"feld-{self.uid or 'zv'}-{self.name or 'ganz'}"


@dataclass
class Block:
    """The agreement itself (without `uid`) or a project. `shown` are its rows on the page, `fields` counts all of them."""

    uid: str
    title: str
    provider: str
    lines: list[Line]
    shown: list[Line] = field(default_factory=list)

    @property
    def fields(self) -> int:
        return sum(bool(line.name) for line in self.lines)

    @property
    def hidden(self) -> int:
        return len(self.lines) - len(self.shown)

    @property
    def notes(self) -> int:
        return sum(len(line.notes) for line in self.lines)

    @property
    def is_talked_about(self) -> bool:
        return any(line.notes or line.remarks for line in self.lines)


@dataclass
class Sheet:
    """All blocks: those that are open on the page, and the projects that are folded."""

    agreement: Block
    projects: list[Block]
    gone: list[NotedRemark]  # on projects that were removed meanwhile

    def line(self, place: str) -> Line | None:
        """The field that `place` names, or None where there is none."""
        return next((line for block in self.blocks for line in block.lines if line.place == place), None)

    @property
    def blocks(self) -> list[Block]:
        return [self.agreement, *self.projects]

    @property
    def notes(self) -> list[NotedRemark]:
        """All of them, the oldest first."""
        found = [note for block in self.blocks for line in block.lines for note in line.notes]
        return sorted([*found, *self.gone], key=lambda note: (note.written_at, note.pk))


def sheet(version: AgreementVersion, notes: Sequence[NotedRemark], remarks: Sequence[Remark]) -> Sheet:
    """The sheet of a version with what is noted and said. Asks for the projects as often for many as for few."""
    stated = version.entries.stated(version_rows.rows(version, "entries"))
    blocks = [Block("", "Zielvereinbarung", "", list(_of_agreement(version)))]
    blocks += [Block(one["uid"], one["title"], one["provider"], list(_of_project(one))) for one in stated]
    lines = {line.place: line for block in blocks for line in block.lines}
    for block in blocks:  # the money of a project as a whole stands beside its first amount
        lines |= {f"{block.uid}:{MONEY}": line for line in reversed(block.lines) if facet_of(line.name) == MONEY}
    gone = []
    for note in notes:
        line = _line_of(note, lines)
        gone.append(note) if line is None else line.notes.append(note)
    for remark in remarks:
        if (line := _line_of(remark, lines)) is not None:
            line.remarks.append(remark)
    return Sheet(blocks[0], blocks[1:], gone)


def unfold(found: Sheet, opened: str, editing: str) -> tuple[list[Block], list[Block]]:
    """The blocks that show rows, and the folded projects. `opened` shows all fields of a block, `editing` is a place."""
    unfolded: list[Block] = []
    folded: list[Block] = []
    for block in found.blocks:
        key = block.uid or "zv"
        is_edited = any(line.place == editing for line in block.lines)
        if opened == key:
            block.shown = block.lines
        elif block.is_talked_about or is_edited or not block.uid:
            block.shown = [line for line in block.lines if _stands_out(line, editing)]
        (unfolded if block.shown else folded).append(block)
    return unfolded, folded


def _stands_out(line: Line, editing: str) -> bool:
    return bool(
        line.notes or line.remarks or line.place == editing or (not line.uid and not line.name)
        or facet_of(line.name) in ALWAYS_SHOWN
    )  # fmt: skip


def _line_of(said: NotedRemark | Remark, lines: dict[str, Line]) -> Line | None:
    """Where a remark stands: beside its field; when that is not there any more, beside the project as a whole."""
    uid = str(said.project_key or "")
    places = (f"{uid}:{name}" for name in (said.field, facet_of(said.field), ""))
    return next((lines[place] for place in places if place in lines), None)


def _of_agreement(version: AgreementVersion) -> Iterator[Line]:
    yield Line("", "", WHOLE_AGREEMENT)
    for agreed in version.lines.select_related("line").order_by("line__position", "line__pk"):
        yield Line("", f"line_{agreed.line_id}", f"Ansatz {agreed.line.title}", amount=agreed.amount)
    names = ", ".join(f"{one.name} ({one.office})" for one in version.signatories.all())
    yield Line("", SIGNATORIES, "Unterzeichnende", names or "noch nicht benannt")


def _of_project(state: dict[str, Any]) -> Iterator[Line]:
    uid = state["uid"]
    yield Line(uid, "", WHOLE_PROJECT)
    yield from _amounts(state)
    for facet in FACETS:
        yield Line(uid, facet.name, facet.title, state["facets"][facet.name]["text"] or NOTHING)


def _amounts(state: dict[str, Any]) -> list[Line]:
    lines = [Line(state["uid"], one["name"], one["title"], amount=Decimal(one["amount"])) for one in state["amounts"]]
    if len(lines) != 1:
        total = sum((line.amount for line in lines if line.amount), Decimal("0.00"))
        lines.insert(0, Line(state["uid"], MONEY, "Betrag", amount=total))
    lines[0].cost = cost_of(state)
    return lines
