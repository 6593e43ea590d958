"""What the application knows from the start: Hesse's districts, the ministries, kinds of measure, target groups.

The data lie beside this file as CSV, one file per table; empty cells are unset, dates are ISO, switches "ja" or "nein".
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from agreements.models import MeasureCategory
from aqb.models import District, Ministry
from aqb.refusals import validation_refusals
from projects.models import TargetGroup

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """One CSV file: its model, what makes a row the same one, and how people call the rows."""

    file: str
    model: type[models.Model]
    key: tuple[str, ...]
    one: str
    many: str


TABLES = (
    Table("districts.csv", District, ("ags",), "Gebietskörperschaft", "Gebietskörperschaften"),
    Table("ministries.csv", Ministry, ("valid_from",), "Ressort", "Ressorts"),
    Table("measure_categories.csv", MeasureCategory, ("key", "valid_from"), "Maßnahmenart", "Maßnahmenarten"),
    Table("target_groups.csv", TargetGroup, ("key",), "Zielgruppe", "Zielgruppen"),
)


@dataclass
class Loaded:
    """What happened to one table. `different` names rows that people changed since; they stay as they are."""

    table: Table
    added: int = 0
    unchanged: int = 0
    updated: int = 0
    different: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """One German line for the person at the shell."""
        total = self.added + self.unchanged + self.updated + len(self.different)
        parts = [f"{self.added} neu", f"{self.unchanged} unverändert"]
        if self.updated:
            parts.append(f"{self.updated} aktualisiert")
        if self.different:
            parts.append(f"{len(self.different)} abweichend ({', '.join(self.different)})")
        return f"{total} {self.table.one if total == 1 else self.table.many}: {', '.join(parts)}."


@transaction.atomic
def load(*, update: bool = False) -> list[Loaded]:
    """Add every row that is missing; a second call writes nothing.

    A row that differs from the file was changed by a person and stays, unless `update` asks for the file's state.
    Raises Refused when a row contradicts what is stored, for example two ministries at the same time.
    """
    return [_load(table, update=update) for table in TABLES]


def rows(table: Table) -> list[dict[str, Any]]:
    """The rows of the table's file, each value as its model field holds it."""
    with (FOLDER / table.file).open(encoding="utf-8", newline="") as file:
        return [_typed(table.model, row) for row in csv.DictReader(file)]


def _typed(model: type[models.Model], row: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in row.items():
        column = model._meta.get_field(name)
        if isinstance(column, models.BooleanField):
            values[name] = {"ja": True, "nein": False}[text]
        elif isinstance(column, models.DateField):
            values[name] = column.to_python(text or None)
        else:
            values[name] = column.to_python(text)  # type: ignore[union-attr]
    return values


def _load(table: Table, *, update: bool) -> Loaded:
    loaded = Loaded(table)
    stored = {_key(table, vars(one)): one for one in table.model._default_manager.all()}
    for values in rows(table):
        known = stored.get(_key(table, values))
        if known is None:
            _save(table.model(**values))
            loaded.added += 1
        elif all(getattr(known, name) == value for name, value in values.items()):
            loaded.unchanged += 1
        elif update:
            for name, value in values.items():
                setattr(known, name, value)
            _save(known)
            loaded.updated += 1
        else:
            loaded.different.append(str(known))
    return loaded


def _key(table: Table, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in table.key)


def _save(row: models.Model) -> None:
    with validation_refusals(row):
        row.full_clean()
        row.save()
