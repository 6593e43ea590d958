"""What the timeline says about each recorded change: one German sentence, and what it was before and is now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import models
from django.urls import reverse

from aqb.history import PERSONAL
from aqb.screens import listed
from reporting.timeline.names import Names
from reporting.timeline.reading import Place, Recorded
from reporting.timeline.values import written
from reporting.timeline.words import WORDS, Detail, Seen, Words

# Kind of a change -> what the filter calls it.
KINDS = {
    "steps": "Schritte",
    "amounts": "Beträge",
    "projects": "Projekte",
    "remarks": "Anmerkungen und Strategie",
    "signing": "Belege und Unterschriften",
    "documents": "Dokumente",
    "downloads": "Abrufe",
    "plan": "Budgetplanung",
    "texts": "Vertragstexte",
    "people": "Personen",
    "basics": "Träger und Stammdaten",
}
OUTSIDE = "Außerhalb der Anwendung, direkt in der Datenbank: Jemand"
LONGEST = 120  # characters of a value that still fits into a sentence


@dataclass(frozen=True)
class Entry:
    """A recorded change as people read it.

    `sentence` is complete; it is `opening` (who), "hat" and `deed`. `by` and `on_behalf_of` are names, empty where no
    person acted; `command` names the command or job that did. `agreement` and `version` say where it belongs, `url` leads
    there. `is_whole`: the sentence names the only value that differs, before and after. `table` and `key` name the row,
    `group` all changes of the same request, `place` where to go on reading.
    """

    at: datetime
    by: str
    on_behalf_of: str
    organisation: str
    sentence: str
    kind: str
    details: list[Detail]
    is_whole: bool
    page: str
    reason: str
    command: str
    table: str
    key: int
    opening: str
    deed: str
    agreement: str
    version: str
    url: str
    group: str
    place: Place

    @property
    def is_outside(self) -> bool:
        """Whether it was written past the application."""
        return self.opening == OUTSIDE

    def mentions(self, words: tuple[str, ...]) -> bool:
        """Whether all these words stand somewhere in what a reader sees."""
        texts = (
            self.sentence,
            self.reason,
            self.organisation,
            self.agreement,
            *(" ".join(one) for one in self.details),
        )
        everything = " ".join(texts).replace("\u00a0", " ").casefold()
        return all(word.casefold() in everything for word in words)


def tell(event: Recorded, names: Names) -> Entry | None:
    """The entry of a change; None where nothing is left to say because another entry of the same request says it."""
    words = WORDS[event.source.label]
    seen = Seen(event, names)
    details = list(_details(seen, words))
    deed, is_whole = words.deed(seen), False
    if deed is None:
        deed = _usual_deed(seen, words, details)
        is_whole = event.what == "update" and len(details) == 1 and not _is_long(seen, _changed_column(seen, words))
    if not deed:
        return None
    context = event.context or {}
    lead = names.person_name(context.get("on_behalf_of") or (context and event.row.get("on_behalf_of_id")) or None)
    opening, by = _opening(event, names)
    agreement, version, url = _whereabouts(seen)
    return Entry(
        at=event.place.at, by=by, on_behalf_of=lead, organisation=names.organisation(context.get("user"), event.made_at),
        sentence=f"{opening} hat {deed}{f', in Vertretung von {lead}' if lead else ''}.", kind=words.kind,
        details=details, is_whole=is_whole, page=str(context.get("url") or ""), reason=_reason(seen, words),
        command=_command(context),
        table=event.source.label, key=event.key, opening=opening, deed=deed, agreement=agreement, version=version,
        url=url, group=event.group, place=event.place,
    )  # fmt: skip


def _details(seen: Seen, words: Words) -> Iterator[Detail]:
    """The columns that differ; past the application also those that otherwise follow by themselves."""
    event = seen.event
    if event.context is not None:
        for label, columns in words.pairs.items() if event.what == "insert" else ():
            yield Detail(label, *map(seen.written, columns))
        if words.says_all and event.what != "update":
            return
    for column, field in event.source.fields.items():
        before = None if event.what == "insert" else event.before.get(column)
        after = None if event.what == "delete" else event.row[column]
        if before == after or (column in words.quiet and (event.context is not None or column == "id")):
            continue
        old, new = written(field, before, seen.names), written(field, after, seen.names)
        if old or new:
            yield Detail(_label(column, field, words), old, new)


def _label(column: str, field: Any, words: Words) -> str:
    name = words.labels.get(column) or str(field.verbose_name)
    return name[0].upper() + name[1:]


def _usual_deed(seen: Seen, words: Words, details: list[Detail]) -> str:
    """Made, removed or changed, where the table has no words of its own for it."""
    if seen.is_new():
        return f"{words.thing(seen)} {words.made}"
    if seen.is_gone():
        return f"{words.thing(seen)} {words.gone}"
    if len(details) == 1:
        return _one_change(seen, words)
    if details:
        return f"{words.thing(seen)} geändert: {listed(detail.label for detail in details)}"
    return f"persönliche Angaben{words.of(seen)} geändert" if _is_erased(seen) else ""


def _is_erased(seen: Seen) -> bool:
    """An update in which nothing differs any more: what it changed is anonymised in all states."""
    model = seen.event.source.model._meta.label
    return model in PERSONAL and all(not seen.differs(column) for column in seen.row)


def _one_change(seen: Seen, words: Words) -> str:
    """`den Betrag von Joblinge (Regelbudget, 2027) von 120.000,00 Euro auf 118.000,00 Euro geändert`."""
    column = _changed_column(seen, words)
    label = _label(column, seen.event.source.fields[column], words)
    what = f"{words.fields.get(column) or f'die Angabe „{label}“'}{words.of(seen)}"
    if _is_long(seen, column):
        return f"{what} geändert"
    old, new = seen.said(column, before=True), seen.said(column)
    if old and new:
        return f"{what} von {old} auf {new} geändert"
    return f"{what} auf {new} gesetzt" if new else f"{what} entfernt, vorher {old}"


def _changed_column(seen: Seen, words: Words) -> str:
    """The first column that differs and is told."""
    event = seen.event
    untold = {"id"} if event.context is None else words.quiet
    return next(column for column in event.source.fields if column not in untold and seen.differs(column))


def _is_long(seen: Seen, column: str) -> bool:
    """Whether a value is no matter for a sentence: running text, lists, data."""
    field = seen.event.source.fields[column]
    if isinstance(field, models.TextField | models.JSONField) or isinstance(seen.row[column], list):
        return True
    return max(len(seen.said(column, before=before)) for before in (True, False)) > LONGEST


def _opening(event: Recorded, names: Names) -> tuple[str, str]:
    """Who has done it, at the beginning of a sentence and as a person's name."""
    if event.context is None:
        return OUTSIDE, ""
    key = event.context.get("user")
    if key is not None:
        name = names.person_name(key)
        return f"{name[0].upper()}{name[1:]}", name
    if job := event.context.get("job"):
        return f"Der Auftrag »{job}«", ""
    if command := event.context.get("command"):
        return f"Der Befehl »{command}«", ""
    return ("Jemand ohne Anmeldung" if event.context.get("url") else "Die Anwendung"), ""


def _command(context: dict[str, Any]) -> str:
    return " ".join(str(context[name]) for name in ("command", "job") if context.get(name))


def _reason(seen: Seen, words: Words) -> str:
    """What the row itself gives as its reason, else what was noted for everything in the request."""
    context = seen.event.context or {}
    return str((words.reason and seen.row[words.reason]) or context.get("reason") or "")


def _whereabouts(seen: Seen) -> tuple[str, str, str]:
    """Agreement, version and address that a change belongs to; empty where it belongs to none."""
    names, row = seen.names, seen.row
    version = row.get("version_id") or names.of("projects.ProjectEntry", row.get("entry_id")).get("version_id")
    document = names.of("agreements.Document", row.get("document_id"))
    version = seen.event.key if seen.event.source.label == "agreements.AgreementVersion" else version
    version = version or document.get("version_id")
    state = names.of("agreements.AgreementVersion", version)
    key = row.get("agreement_id") or state.get("agreement_id") or document.get("agreement_id")
    project = names.of("projects.Project", row.get("project_id"))
    key = key or project.get("agreement_id")
    agreement = row if seen.event.source.label == "agreements.Agreement" else names.of("agreements.Agreement", key)
    if not agreement:
        return "", "", ""
    place = names.of("aqb.District", agreement["district_id"])
    year = names.year(agreement["budget_year_id"])
    url = _address(int(year), place["ags"]) if place.get("ags") and year.isdigit() else ""
    number = row["number"] if seen.event.source.label == "agreements.AgreementVersion" else state.get("number")
    version_name = "" if number is None else f"Fassung {number}"
    return f"Zielvereinbarung {year}, {place.get('name', '')}", version_name, url


@lru_cache(maxsize=1000)
def _address(year: int, ags: str) -> str:
    return reverse("agreement_history", args=[year, ags])
