"""The list of projects as a spreadsheet: one row each, with the money that the newest version states."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from aqb import tables
from aqb.screens import STATUS, status_of
from aqb.tables import Column, Format, Kind
from projects.models import REQUIRED

type Read = Callable[[Any], Any]
COLUMNS: tuple[tuple[Column, Read], ...] = (
    (Column("uid", "Kennung", width=38), lambda entry: str(entry.project.uid)),
    (Column("year", "Jahrgang", Kind.NUMBER), lambda entry: entry.version.agreement.budget_year.year),
    (Column("ags", "Schlüssel"), lambda entry: entry.version.agreement.district.ags),
    (Column("district", "Gebietskörperschaft", width=34), lambda entry: entry.version.agreement.district.name),
    (Column("status", "Stand"), lambda entry: STATUS[status_of(entry.version)].label),
    (Column("category", "Maßnahmenart", width=40), lambda entry: entry.category and entry.category.title),
    (Column("title", "Projekt", width=50), lambda entry: entry.title),
    (Column("provider", "Träger", width=40), lambda entry: entry.provider and entry.provider.name),
    (Column("starts_on", "Beginn", Kind.DATE), lambda entry: entry.starts_on),
    (Column("ends_on", "Ende", Kind.DATE), lambda entry: entry.ends_on),
    (Column("places", "Plätze", Kind.NUMBER), lambda entry: entry.places),
    (Column("amount", "Betrag", Kind.AMOUNT), lambda entry: None if entry.amounts_unknown else entry.amount),
    (Column("missing", "fehlende Angaben", width=40), lambda entry: ", ".join(REQUIRED[one][1] for one in entry.missing)),
)  # fmt: skip


def handed_out(format: Format, entries: Any) -> HttpResponse:  # noqa: A002
    """These projects as a spreadsheet; `entries` comes `with_missing()` and with all that it names."""
    found: Any = entries.select_related(
        "project", "category", "provider", "version__agreement__district", "version__agreement__budget_year"
    )
    cells = ([read(entry) for _, read in COLUMNS] for entry in found.iterator(chunk_size=2000))
    return tables.answer(format, [column for column, _ in COLUMNS], cells, name="Projekte", sheet="Projekte")
