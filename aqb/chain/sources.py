"""What the chain covers, and what of a row goes into it.

The leaf of a row is the SHA-256 over a JSON array of its columns as text, made by PostgreSQL. Its columns are named
beside it, so that columns which come later change nothing: `name` stands for a column, `*name` for a personal one, whose
value enters only by its commitment (`aqb.models.PersonalProof`), and `@metadata` for the circumstances of an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pghistory.models
import pgtrigger
from django.apps import apps
from django.db import connection, models
from pghistory.models import Context

from aqb.history import PERSONAL
from aqb.models import HistoryLink, HistoryPart, PersonalProof

METADATA = "@metadata"
OWN = {HistoryLink._meta.label, HistoryPart._meta.label}  # the chain holds itself together
CONTEXTS = Context._meta.db_table
PROOFS = PersonalProof._meta.db_table


@dataclass(frozen=True)
class Source:
    """A table that only grows: the events of a recorded model (`tracked`), or append-only rows."""

    model: type[models.Model]
    tracked: type[models.Model] | None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """Column of the growing number by which the chain knows rows."""
        return str(self.model._meta.pk.column)

    @property
    def personal(self) -> tuple[str, ...]:
        """Columns that anonymising empties."""
        return PERSONAL.get(self.model._meta.label, ())

    @property
    def columns(self) -> list[str]:
        """All columns that go into a leaf today, in the notation of the module's docstring."""
        names = sorted(str(field.column) for field in self.model._meta.concrete_fields)
        plain = [name for name in names if name not in self.personal]
        return [*plain, *(f"*{name}" for name in self.personal), *([METADATA] if self.tracked else [])]

    @property
    def title(self) -> str:
        """What the rows are, for people."""
        if self.tracked:
            return f"Verlauf „{self.tracked._meta.verbose_name}“"
        return str(self.model._meta.verbose_name)


@cache
def sources() -> dict[str, Source]:
    """Every table that the chain covers, by its name: found by what the models are, so that none is forgotten."""
    kept = {
        model._meta.label
        for model, trigger in pgtrigger.registered()
        if str(trigger.name) == f"{model._meta.model_name}_append_only" and model._meta.label not in OWN
    }
    found = [Source(model, None) for model in apps.get_models() if model._meta.label in kept]
    found += [Source(model, tracked) for model in apps.get_models() if (tracked := _recorded(model))]
    return {source.table: source for source in sorted(found, key=lambda source: source.table)}


def _recorded(model: type[models.Model]) -> type[models.Model] | None:
    """The model whose events these are, if they are events."""
    return getattr(model, "pgh_tracked_model", None) if issubclass(model, pghistory.models.Event) else None


def quoted(name: str) -> str:
    """A table or column in SQL."""
    return connection.ops.quote_name(name)


def text_of(columns: Sequence[str], row: str = "e") -> str:
    """SQL: the columns as one JSON array of texts, as bytes. JSON keeps apart what would run together."""
    values = ", ".join(column if "." in column else f"{row}.{quoted(column)}::text" for column in columns)
    return f"convert_to(array_to_json(ARRAY[{values}]::text[])::text, 'UTF8')"


def leaves(source: Source, columns: Sequence[str]) -> str:
    """SQL for `key` and `hash` of every row with a key above the first parameter, up to the second."""
    plain = [name for name in columns if name[0] not in "*@"]
    joins = ""
    if any(name.startswith("*") for name in columns):
        plain.append("proof.commitment")
        joins += (
            f' LEFT JOIN {PROOFS} proof ON proof."table" = {_literal(source.table)} AND proof."row" = e.{source.key}'
        )
    if METADATA in columns:
        plain.append("context.metadata::text")
        joins += f" LEFT JOIN {CONTEXTS} context ON context.id = e.pgh_context_id"
    return (
        f"SELECT e.{source.key}::bigint AS key, sha256({text_of(plain)}) AS hash "  # noqa: S608 - names of our own models
        f"FROM {quoted(source.table)} e{joins} WHERE e.{source.key} > %s AND e.{source.key} <= %s"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def steady() -> None:
    """For the rest of the transaction PostgreSQL writes values as text in one way, whatever the session was told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true), "
            "set_config('IntervalStyle', 'iso_8601', true), set_config('bytea_output', 'hex', true), "
            "set_config('extra_float_digits', '1', true)"
        )
