"""The whole store against the database: every file is there, unchanged, and named by a row."""

import hashlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Collate
from django.utils import timezone

from aqb import clock
from aqb.files import Found, WriteOnce, address, store
from aqb.stored import ArchiveCheck, StoredFile

# A file is written before the row that names it is committed: younger ones may belong to a step that is still running.
SETTLED_AFTER = timedelta(hours=1)
KEPT = 100  # findings of each kind that the row of the check keeps
BATCH = 500  # files without a row that are looked for once more at a time


@dataclass(frozen=True)
class Finding:
    """Something about one file. `kind` is missing, changed, orphaned, or recent: too young to be an orphan."""

    kind: str
    file: str
    text: str


@dataclass(frozen=True)
class Row:
    """What a row of the database says about its file; `name` is the file's name in the store."""

    name: str
    sha256: str
    size: int
    label: str


@dataclass(frozen=True)
class Read:
    """What was read of a file: its bytes by SHA-256 and number."""

    found: Found
    sha256: str
    size: int


@dataclass
class Reading:
    """One reading of the store, as far as it has got."""

    store: WriteOnce
    settled_before: datetime
    tell: Callable[[Finding], None]
    files: int = 0
    bytes: int = 0
    numbers: Counter[str] = field(default_factory=Counter)
    findings: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    unnamed: list["Read"] = field(default_factory=list)  # files that no row named when the rows were asked

    def note(self, kind: str, file: str, text: str) -> None:
        self.numbers[kind] += 1
        kept = self.findings.setdefault(kind, [])
        if len(kept) < KEPT:
            kept.append({"file": file, "text": text})
        self.tell(Finding(kind, file, text))


def check(
    *, settled_after: timedelta = SETTLED_AFTER, tell: Callable[[Finding], None] = lambda finding: None
) -> ArchiveCheck:
    """Read every file of the store and compare it with every row that names one; keep and return what was found.

    People may go on working meanwhile: the rows are asked before the files, and a file without a row is looked for
    once more. `settled_after` is the age up to which a file may wait for its row; `tell` gets each finding at once.
    Needs the same memory for any number of files. Raises OSError when the store does not answer.
    """
    started_at = clock.now()
    reading = Reading(store(), started_at - settled_after, tell)
    with ExitStack() as opened:  # a check that breaks off leaves no cursor open in the database
        sources: list[Generator[Row] | Generator[Found]] = [*map(_rows, stored_models()), reading.store.walk()]
        for source in sources:
            opened.callback(source.close)
        # merge takes the first of each in this order: all rows are asked before the first folder is opened.
        both: Iterator[Row | Found] = merge(*sources, key=attrgetter("name"))
        for name, found in groupby(both, key=attrgetter("name")):
            _compare(reading, name, list(found))
    _look_once_more(reading)
    return ArchiveCheck.objects.create(
        started_at=started_at,
        finished_at=clock.now(),
        files=reading.files,
        bytes=reading.bytes,
        findings=reading.findings,
        **{kind: reading.numbers[kind] for kind in ("missing", "changed", "orphaned")},
    )


def stored_models() -> list[type[StoredFile]]:
    """Every model whose rows name a file."""
    return [model for model in apps.get_models() if issubclass(model, StoredFile)]


def _rows(model: type[models.Model], **which: Any) -> Generator[Row]:
    """The rows of a model in the order in which the store lists its files, a few at a time."""
    rows = model._base_manager.filter(**which).order_by(Collate("file", "C"), "pk")
    for name, sha256, size, pk in rows.values_list("file", "sha256", "size", "pk").iterator():
        yield Row(name, sha256, size, f"{model._meta.verbose_name} {pk}")


def _compare(reading: Reading, name: str, both: list[Row | Found]) -> None:
    """All rows that name a file, and the file."""
    rows = [one for one in both if isinstance(one, Row)]
    found = next((one for one in both if isinstance(one, Found)), None)
    if found is None:
        _missing(reading, name, rows)
    elif not rows and not name.isprintable():  # the database could not even be asked about it
        reading.note("orphaned", ascii(name), "trägt einen Namen, den die Anwendung nie vergibt")
    elif not rows and found.is_unfinished:
        _without_row(reading, found, "unvollendet")
    else:
        _read(reading, found, rows)


def _read(reading: Reading, found: Found, rows: list[Row]) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in reading.store.chunks(found.name):
            digest.update(chunk)
            size += len(chunk)
    except FileNotFoundError:
        _missing(reading, found.name, rows)
    except ConnectionError:
        raise
    except OSError as error:
        kind = "changed" if rows else "orphaned"
        reading.note(kind, found.name, f"lässt sich nicht lesen ({error.strerror}); {_labels(rows) or 'ohne Eintrag'}")
    else:
        reading.files += 1
        reading.bytes += size
        read = Read(found, digest.hexdigest(), size)
        if rows:
            _judge(reading, read, rows)
        else:
            reading.unnamed.append(read)
            if len(reading.unnamed) >= BATCH:
                _look_once_more(reading)


def _missing(reading: Reading, name: str, rows: list[Row]) -> None:
    if rows:
        reading.note("missing", name, f"genannt von {_labels(rows)}")


def _judge(reading: Reading, read: Read, rows: list[Row]) -> None:
    wrong = [row for row in rows if (row.size, row.sha256) != (read.size, read.sha256)]
    if not wrong:
        return
    if read.size != wrong[0].size:
        difference = f"{read.size} Byte statt {wrong[0].size}"
    else:
        difference = f"anderer Inhalt, SHA-256 jetzt {read.sha256}"
    reading.note("changed", read.found.name, f"{difference}; genannt von {_labels(wrong)}")


def _look_once_more(reading: Reading) -> None:
    """Files that no row named when the rows were asked: their rows may have come meanwhile."""
    waiting, reading.unnamed = reading.unnamed, []
    names = [read.found.name for read in waiting]
    rows: dict[str, list[Row]] = {}
    for model in stored_models() if names else ():
        for row in _rows(model, file__in=names):
            rows.setdefault(row.name, []).append(row)
    for read in waiting:
        if named := rows.get(read.found.name):
            _judge(reading, read, named)
        elif read.found.name == address(read.sha256):
            _without_row(reading, read.found, "kein Eintrag nennt sie")
        else:
            _without_row(reading, read.found, "kein Eintrag nennt sie, und der Inhalt passt nicht zum Namen")


def _without_row(reading: Reading, found: Found, what: str) -> None:
    """An orphan, unless it is so young that its row may still come."""
    kind = "orphaned" if found.written_at < reading.settled_before else "recent"
    moment = timezone.localtime(found.written_at)
    reading.note(kind, found.name, f"{what}; vom {moment:%d.%m.%Y, %H:%M}")


def _labels(rows: list[Row]) -> str:
    """The first three rows by name."""
    named = ", ".join(row.label for row in rows[:3])
    return f"{named} und {len(rows) - 3} weiteren" if len(rows) > 3 else named
