"""What a verification finds, in sentences that say what a row is about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils import timezone

from aqb.chain.sources import Source, quoted

NAMED = 100  # findings that are told one by one; of an emptied table nobody reads more
KINDS = {
    "changed": "verändert",
    "removed": "entfernt",
    "inserted": "eingefügt",
    "link": "Kettenglied",
    "state": "Stand",
}


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was recorded.

    `kind` is one of KINDS; `link` the number of the link that shows it, if one does; `key` the row's number in `table`.
    """

    kind: str
    text: str
    link: int | None = None
    table: str = ""
    key: int | None = None


@dataclass
class Report:
    """How a verification went. `findings` holds the first NAMED of each kind; `counts` all of them."""

    tell: Callable[[Finding], None]
    links: int = 0
    rows: int = 0
    unlinked: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    known: set[tuple[str, str, int]] = field(default_factory=set)

    @property
    def is_clean(self) -> bool:
        return not self.counts

    @property
    def first_broken(self) -> int | None:
        """Number of the first link that does not hold."""
        return min(self.broken, default=None)

    def wants(self, kind: str) -> bool:
        """Whether a further finding of this kind is worth the work of describing it."""
        return self.counts.get(kind, 0) < NAMED

    def add(self, finding: Finding) -> None:
        if finding.link is not None:
            self.broken.add(finding.link)
        if finding.key is not None:  # also an exported link may show it
            place = (finding.kind, finding.table, finding.key)
            if place in self.known:
                return
            self.known.add(place)
        if self.wants(finding.kind):
            self.findings.append(finding)
            self.tell(finding)
        self.counts[finding.kind] = self.counts.get(finding.kind, 0) + 1


def described(source: Source, key: int) -> str:
    """What a row of the history is about: `Verlauf „Förderanteil“ 12 (Joblinge …), Eintrag 345 vom 21.11.2026, 10:04 Uhr`."""
    if not source.tracked:
        row = source.model._base_manager.filter(pk=key).first()
        return f"{source.title} {key} ({row})" if row else f"{source.title} {key}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pgh_obj_id, pgh_created_at FROM {quoted(source.table)} WHERE pgh_id = %s",  # noqa: S608
            [key],
        )
        found = cursor.fetchone()
    if found is None:
        return f"{source.title}, Eintrag {key}"
    return f"{source.title} {named(source.tracked, found[0])}, Eintrag {key} vom {moment(found[1])}"


def named(model: type, key: int) -> str:
    """Number of a row and, as long as it is there, how it calls itself."""
    row = model._base_manager.filter(pk=key).first()  # type: ignore[attr-defined]
    return f"{key} ({row})" if row else str(key)


def moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M} Uhr"
