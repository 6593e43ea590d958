"""Lists of the back office: columns of amounts, and the sums below them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet, Sum
from django.utils.functional import cached_property

from aqb.templatetags.aqb import euro, figure


def money(name: str, label: str) -> Callable[..., str]:
    """A column that writes the amount `name` of a row; its own name must be `money_<name>`, by which the look goes."""

    @admin.display(description=label, ordering=name)
    def column(table: Any, row: Any) -> str:
        return _written(getattr(row, name))

    return column


def flag(name: str, label: str) -> Callable[..., str]:
    """A column that says "ja" or "nein" in words; its own name must be `flag_<name>`."""

    @admin.display(description=label, ordering=name)
    def column(table: Any, row: Any) -> str:
        return "ja" if getattr(row, name) else "nein"

    return column


def _written(amount: Decimal | None) -> str:
    return "–" if amount is None else euro(amount)


@dataclass(frozen=True)
class SumRow:
    """A row of sums: its words over `span` columns, then one cell (column name, amount or "") for each column left."""

    label: str
    span: int
    cells: list[tuple[str, str]]


class SummedList(ChangeList):
    """A change list that knows the sums of its page and of everything found; the database adds up."""

    @cached_property
    def sums(self) -> list[SumRow]:
        if not self._names or not self.result_count:
            return []
        shown = [row.pk for row in self.result_list]
        rows = []
        if len(shown) < self.result_count:
            rows.append(self._row("Summe dieser Seite", len(shown), self.queryset.filter(pk__in=shown)))
        return [*rows, self._row("Summe aller Treffer", self.result_count, self.queryset)]

    @property
    def _names(self) -> tuple[str, ...]:
        return cast("Any", self.model_admin).sums  # every list here is one of a Table

    def _row(self, words: str, count: int, found: QuerySet[Any]) -> SumRow:
        totals = found.order_by().aggregate(**{f"money_{name}": Sum(name) for name in self._names})
        columns = [str(column) for column in self.list_display if column != "action_checkbox"]
        span = min(columns.index(column) for column in totals)
        cells = [(column, _written(totals[column]) if column in totals else "") for column in columns[span:]]
        return SumRow(f"{words} ({figure(count)})", span, cells)
