"""The columns of the vintage's table: what each is called, how it sorts, what stands in it on paper and in a spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, OrderBy, Value, When
from django.http import HttpResponse, QueryDict

from agreements.models import Status
from agreements.views.rows import Row, each_row
from aqb import clock, tables
from aqb.models import ChosenColumns, User
from aqb.tables import Column, Format, Kind
from aqb.templatetags.aqb import days_since

TABLE = "vintage"  # under which a person's choice is kept
IN_ORDER = Case(*(When(status=status, then=Value(at)) for at, status in enumerate(Status)), default=Value(len(Status)))


@dataclass(frozen=True)
class ListColumn:
    """A column on screen. `by` sorts it (None: not at all); `usual` says whether it shows until somebody chooses."""

    key: str
    title: str
    by: Any = None
    numeric: bool = False
    usual: bool = True


NAME = ListColumn("name", "Gebietskörperschaft", F("agreement__district__sort_name"))
AMOUNTS = (("allocated", "zugewiesen"), ("agreed", "vereinbart"), ("entered", "erfasst"), ("remaining", "frei"))
# What may be left out, in the order of the page; the name always stands.
CHOICES = (
    ListColumn("status", "Stand", IN_ORDER),
    ListColumn("days", "Tage im Stand", F("status_changed_at"), numeric=True),
    *(ListColumn(key, title, F(key), numeric=True) for key, title in AMOUNTS),
    ListColumn("step", "Nächster Schritt"),
    ListColumn("region", "Regierungsbezirk", F("agreement__district__region"), usual=False),
    ListColumn("number", "Dokumentnummer", F("document_number"), usual=False),
    ListColumn("reference", "Aktenzeichen", F("agreement__reference"), usual=False),
)


@dataclass(frozen=True)
class Heading:
    """A heading of the table; `url` sorts by it, `sorted` says how it is sorted now: "ascending", "descending", ""."""

    column: ListColumn
    url: str
    sorted: str


def chosen(user: User) -> list[ListColumn]:
    """The columns that this person sees beside the name."""
    keys = ChosenColumns.objects.of(user, TABLE, [column.key for column in CHOICES if column.usual])
    return [column for column in CHOICES if column.key in keys]


def headings(columns: list[ListColumn], query: QueryDict) -> list[Heading]:
    """The headings with the address that sorts by each; a second time turns the order."""
    key, down = _sorted(query)
    found = []
    for column in (NAME, *columns):
        turned = query.copy()
        turned["sort"] = f"-{column.key}" if column.key == key and not down else column.key
        how = "" if column.key != key else "descending" if down else "ascending"
        found.append(Heading(column, f"?{turned.urlencode()}" if column.by is not None else "", how))
    return found


def order(query: QueryDict) -> tuple[OrderBy | str, ...]:
    """What the address sorts by, then by name: the same order every time."""
    key, down = _sorted(query)
    column = next(column for column in (NAME, *CHOICES) if column.key == key)
    down ^= key == "days"  # many days are an early moment
    first = column.by.desc() if down else column.by.asc()
    return (first, "agreement__district__sort_name", "pk")


def _sorted(query: QueryDict) -> tuple[str, bool]:
    """Key of the column that sorts, and whether downwards; what the address names and nobody knows is the name."""
    wanted = query.get("sort", "")
    key = wanted.removeprefix("-")
    known = any(column.key == key and column.by is not None for column in (NAME, *CHOICES))
    return (key, wanted.startswith("-")) if known else (NAME.key, False)


# ---- the same as a spreadsheet, with all that is known ----

type Read = Callable[[Row], Any]
EXPORT: tuple[tuple[Column, Read], ...] = (
    (Column("ags", "Schlüssel"), lambda row: row.version.agreement.district.ags),
    (Column("district", "Gebietskörperschaft", width=34), lambda row: row.version.agreement.district.name),
    (Column("region", "Regierungsbezirk"), lambda row: row.version.agreement.district.region),
    (Column("year", "Jahrgang", Kind.NUMBER), lambda row: row.version.agreement.budget_year.year),
    (Column("version", "Fassung", Kind.NUMBER), lambda row: row.version.number),
    (Column("number", "Dokumentnummer"), lambda row: row.version.document_number),
    (Column("reference", "Aktenzeichen"), lambda row: row.version.agreement.reference),
    (Column("status", "Stand"), lambda row: row.state),
    (Column("since", "im Stand seit", Kind.DATE), lambda row: clock.day(row.version.status_changed_at)),
    (Column("days", "Tage im Stand", Kind.NUMBER), lambda row: days_since(row.version.status_changed_at)),
    (Column("late", "über der Frist", Kind.YES_NO), lambda row: row.is_late),
    *((Column(key, title, Kind.AMOUNT), lambda row, key=key: getattr(row.version, key)) for key, title in AMOUNTS),
    (Column("who", "Am Zug"), lambda row: row.who),
    (Column("step", "Nächster Schritt"), lambda row: row.step),
)  # fmt: skip


def handed_out(format: Format, versions: Any, user: User, of: str) -> HttpResponse:  # noqa: A002
    """These versions as a spreadsheet; `of` says which they are, such as "AQB 2027"."""
    cells = ([read(row) for _, read in EXPORT] for row in each_row(versions, user))
    return tables.answer(format, [column for column, _ in EXPORT], cells, name=f"Zielvereinbarungen {of}", sheet=of)
