"""Who has changed a row since a page was opened, as the history knows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from aqb.models import User

SOMEBODY = "Eine andere Person"


@dataclass(frozen=True)
class Author:
    """Who saved, and when; the name is empty where the history knows none."""

    name: str = ""
    at: datetime | None = None
    is_me: bool = False

    @property
    def subject(self) -> str:
        """Begins a sentence that goes on with "hat": `Aylin Demir`."""
        return self.name or SOMEBODY

    @property
    def state(self) -> str:
        """`Stand von Aylin Demir`; of the person who reads it, from another window: `Ihr Stand aus einem anderen Fenster`."""
        if self.is_me:
            return "Ihr Stand aus einem anderen Fenster"
        return f"Stand von {self.name}" if self.name else "Der andere Stand"


def authors_of(rows: Iterable[Model], since: datetime | None, me: Any) -> dict[str, Author]:
    """The last author of each changed field of the rows, and under "" the last of all of them."""
    found: dict[str, Author] = {}
    for row in rows:
        events = _events(row, since)
        names = User.objects.in_bulk({_user(event) for event in events} - {None})
        for before, after in zip([None, *events], events, strict=False):
            if since is not None and after.pgh_created_at < since and after is not events[-1]:
                continue
            person = names.get(_user(after))
            author = Author(str(person) if person else "", after.pgh_created_at, person is not None and person == me)
            for name in _changed(before, after):
                found[name] = author
            if (last := found.get("")) is None or last.at is None or after.pgh_created_at >= last.at:
                found[""] = author
    return found


def _events(row: Model, since: datetime | None) -> list[Any]:
    """What was recorded of the row since then, with the entry before; oldest first. Nothing for an unrecorded table."""
    relation = next((one for one in row._meta.related_objects if one.name == "events"), None)
    if relation is None:
        return []
    recorded: Any = relation.related_model
    rows = recorded.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("-pgh_id")
    newest = list(rows[:50])  # of a page that was open for so many changes the last ones say enough
    count = sum(1 for event in newest if since is not None and event.pgh_created_at >= since)
    return newest[: max(count, 1) + 1][::-1]


def _user(event: Any) -> Any:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _changed(before: Any, after: Any) -> Iterable[str]:
    if before is None:
        return []
    fields = [field for field in after._meta.concrete_fields if not field.name.startswith("pgh_")]
    return [field.name for field in fields if getattr(before, field.attname) != getattr(after, field.attname)]
