"""The timeline of an agreement as a table for machines and as a paper for people, which carries the table."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from agreements.models import Agreement
from aqb.exports import Cell, write_csv
from aqb.models import User
from reporting import timeline
from reporting.case_file.links import Covered, Key, covering
from reporting.timeline import Entry
from reporting.timeline.reading import sources

COLUMNS = (
    "Nr.", "Zeit", "Person", "in Vertretung von", "Stelle", "Fassung", "Was", "Angabe", "vorher", "nachher", "Grund",
    "Seite", "Befehl oder Auftrag", "Tabelle", "Schlüssel", "Eintrag", "Kettenglied", "Prüfwert des Eintrags",
)  # fmt: skip
NOTHING = timeline.Detail("", "", "")
SHOWN = 1500  # characters of a value on the paper; the table has it whole


@dataclass(frozen=True)
class History:
    """Everything that is recorded about an agreement, the oldest first, and which link of the chain covers each entry."""

    entries: list[Entry]
    places: dict[Key, Covered]

    def place(self, entry: Entry) -> Covered | None:
        return self.places.get(_key(entry))

    @property
    def links(self) -> set[int]:
        return {place.link for place in self.places.values()}

    def rows(self) -> Iterator[Sequence[Cell]]:
        """A row for each value that changed; an entry without values has one row."""
        for number, entry in enumerate(self.entries, start=1):
            place, (table, event) = self.place(entry), _key(entry)
            before: list[Cell] = [
                number, entry.at, entry.by, entry.on_behalf_of, entry.organisation, entry.version, entry.sentence,
            ]  # fmt: skip
            after: list[Cell] = [
                entry.reason, entry.page, entry.command, table, entry.key, event,
                place.link if place else None, place.leaf if place else None,
            ]  # fmt: skip
            for detail in entry.details or [NOTHING]:
                yield [*before, *detail, *after]

    def table(self) -> bytes:
        """The timeline as a CSV file."""
        target = io.StringIO(newline="")
        write_csv(target, COLUMNS, self.rows())
        return target.getvalue().encode()

    def days(self) -> Iterator[tuple[date, list[Entry]]]:
        """The entries by the day in Hesse."""
        for day, entries in groupby(self.entries, key=lambda one: timezone.localdate(one.at)):
            yield day, list(entries)


def _key(entry: Entry) -> Key:
    return sources()[entry.place.rank].table, entry.place.event


def of(agreement: Agreement, reader: User) -> History:
    """The history of an agreement as far as `reader` may read it."""
    entries = list(timeline.of_agreement(agreement, reader))
    return History(entries, covering(_key(entry) for entry in entries))


def paper(agreement: Agreement, history: History, *, at: datetime, made_for: str) -> bytes:
    """The timeline as PDF/A-3a with its table attached; the title, the days and who it was made for stand in it."""
    from aqb import press  # WeasyPrint takes most of a second to load

    moment = at.replace(microsecond=0)
    context = {
        "agreement": agreement,
        "made_at": at,
        "made_for": made_for,
        "created": moment.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "days": [(day, [_shown(entry) for entry in entries]) for day, entries in history.days()],
        "number": len(history.entries),
        "links": len(history.links),
    }
    html = render_to_string("reporting/case_history.html", {"paper": context})
    return press.write_pdf(
        press.printable(html), name="verlauf.csv", data=history.table(), description="Der Verlauf als Tabelle",
        moment=moment, check_url="",
    )  # fmt: skip


def _shown(entry: Entry) -> dict[str, Any]:
    """What the paper says of an entry."""
    details = [(detail.label, _short(detail.before), _short(detail.after)) for detail in entry.details]
    return {
        # What is new has no other value beside it: one paragraph instead of a list a page long.
        "facts": bool(details) and not any(before for _, before, _ in details),
        "at": entry.at, "sentence": entry.sentence, "version": entry.version, "organisation": entry.organisation,
        "reason": entry.reason, "details": details,
    }  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} … (gekürzt, vollständig in der Tabelle)"
