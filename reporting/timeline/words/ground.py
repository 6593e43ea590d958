"""What the words for a table consist of, and what they can ask about a recorded change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reporting.timeline.names import Names
from reporting.timeline.reading import Recorded
from reporting.timeline.values import in_euro, said, written


class Detail(NamedTuple):
    """A column that differs: what it is called, before and after; empty where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Seen:
    """A recorded change with the names that it needs."""

    event: Recorded
    names: Names

    @property
    def row(self) -> dict[str, Any]:
        return self.event.row

    def is_new(self) -> bool:
        return self.event.what == "insert"

    def is_gone(self) -> bool:
        return self.event.what == "delete"

    def filled(self, column: str) -> bool:
        """Whether this change has given a value to a column that had none."""
        return self.event.what == "update" and not self.event.before.get(column) and bool(self.row[column])

    def differs(self, column: str) -> bool:
        return self.event.what == "update" and self.event.before.get(column) != self.row[column]

    def name(self, column: str) -> str:
        """What the row is called that a column refers to."""
        label = self.event.source.fields[column].related_model._meta.label
        return self.names.name(label, self.row[column])

    def written(self, column: str) -> str:
        return written(self.event.source.fields[column], self.row[column], self.names)

    def said(self, column: str, *, before: bool = False) -> str:
        state = self.event.before if before else self.row
        return said(self.event.source.fields[column], state.get(column), self.names)

    def euro(self, column: str = "amount") -> str:
        return in_euro(self.row[column])


@dataclass(frozen=True)
class Words:
    """How changes of a table are told.

    `thing` names a row in the accusative ("das Projekt Joblinge"), `of` follows a field's phrase (" von Joblinge").
    `fields` are the columns that people care about, also in the accusative ("den Betrag"). `quiet` columns follow from
    others or say what the sentence says already; they are told only when somebody has changed them past the application.
    `deed` answers what has been done where that is more than made, changed or removed ("die Unterschrift … bestätigt"),
    an empty text for what is told elsewhere in the same request, and None for everything else.
    """

    kind: str
    thing: Callable[[Seen], str]
    of: Callable[[Seen], str]
    fields: Mapping[str, str]
    quiet: frozenset[str] = frozenset()
    made: str = "angelegt"
    gone: str = "entfernt"
    deed: Callable[[Seen], str | None] = lambda seen: None
    says_all: bool = False  # the sentence about a new or removed row leaves nothing for a table beside it
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # label -> columns that are before and after
    reason: str = ""  # the column that says why
    labels: Mapping[str, str] = field(default_factory=dict)  # where the column's own name says too little


def quiet(*columns: str) -> frozenset[str]:
    """Columns that are told only past the application; the key always is one."""
    return frozenset({"id", *columns})


def validity() -> dict[str, str]:
    """The phrases of everything that is valid from a day, and maybe to a day."""
    return {"valid_from": "den Beginn der Gültigkeit", "valid_to": "das Ende der Gültigkeit"}
