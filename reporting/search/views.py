"""The page of the search: one field over everything, a vintage, kinds as tabs, and what other vintages hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from agreements.models import BudgetYear
from aqb.forms import Form
from aqb.models import District, User
from aqb.pages import Request
from reporting.search import guess
from reporting.search.asked import Asked, asked
from reporting.search.hits import Hit
from reporting.search.kinds import KINDS, Kind

FEW = 5  # of each kind where all kinds stand together
PER_PAGE = 25
ALL = "alle"
LONGEST = 200


class SearchForm(Form):
    """The words, and the vintage in which they are looked for; both stand in the address."""

    says_optional = False
    q = forms.CharField(
        label="Suche", required=False, max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    jahrgang = forms.ChoiceField(label="Jahrgang", required=False)

    def __init__(self, data: Any, *, years: Iterable[int]) -> None:
        super().__init__(data)
        choices = [*((str(year), f"AQB {year}") for year in years), (ALL, "alle Jahrgänge")]
        self.fields["jahrgang"].choices = choices  # type: ignore[attr-defined]  # a choice field


@dataclass(frozen=True)
class Tab:
    """A kind, or all of them, with how many there are and where it leads."""

    key: str
    label: str
    number: int
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more` leads to the rest."""

    key: str
    label: str
    number: int
    hits: list[Hit]
    more: str


@dataclass(frozen=True)
class Elsewhere:
    """Another vintage in which something was found."""

    year: int
    number: int
    url: str


@require_safe
def search(request: Request) -> HttpResponse:
    """Everything that the person may see and that the words name, in one vintage or in all."""
    opened = list(BudgetYear.objects.values_list("year", "opened_at"))
    newest = next((year for year, at in opened if at), opened[0][0] if opened else "")
    data = {"q": request.GET.get("q", ""), "jahrgang": request.GET.get("jahrgang") or str(newest or ALL)}
    form = SearchForm(data, years=[year for year, _ in opened])
    context: dict[str, Any] = {"form": form, "one": None}
    if form.is_valid():
        one = asked(form.cleaned_data["q"], _districts(request.user))
        chosen = form.cleaned_data["jahrgang"]
        if one.words:
            context |= _found(request, one, int(chosen) if chosen.isdecimal() else None)
    return render(request, "reporting/search/search.html", context)


def _districts(user: User) -> Any:
    return [user.district] if user.is_district else District.objects.all()


def _found(request: Request, one: Asked, year: int | None) -> dict[str, Any]:
    """What the page shows for words that were typed."""
    rows = {kind.key: kind.rows(request.user, one) for kind in KINDS}
    counts = _counts(rows)
    numbers = {kind.key: _number(counts, kind.key, year) for kind in KINDS}
    total = sum(numbers.values())
    chosen = next((kind for kind in KINDS if kind.key == request.GET.get("art")), None)
    page = _page(request, chosen, rows, one, year) if chosen else None
    groups = _groups(rows, one, year, numbers) if chosen is None else []
    found: dict[str, Any] = {
        "one": one, "year": year, "total": total, "tabs": _tabs(one, year, numbers, chosen), "groups": groups,
        "chosen": chosen, "page": page, "hits": [chosen.hit(row) for row in page] if chosen and page else [],
        "elsewhere": _elsewhere(one, counts, year), "everywhere": _url(one, None),
    }  # fmt: skip
    if not total:
        found |= _guessed(request.user, one, year)
    return found


def _counts(rows: dict[str, Any]) -> list[tuple[str, int | None, int]]:
    """How many of each kind in each vintage, by a single query."""
    first, *others = [kind.counted(rows[kind.key]) for kind in KINDS]
    union, parameters = first.union(*others, all=True).order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        # A statement that begins with a bracket would pass for a change, beside which the history notes who asks.
        cursor.execute(f"SELECT * FROM ({union}) AS found", parameters)  # noqa: S608  # built by the queries themselves
        return cursor.fetchall()


def _number(counts: list[tuple[str, int | None, int]], key: str, year: int | None) -> int:
    return sum(number for kind, of, number in counts if kind == key and (year is None or of in (year, None)))


def _groups(rows: dict[str, Any], one: Asked, year: int | None, numbers: dict[str, int]) -> list[Group]:
    groups = []
    for kind in KINDS:
        if number := numbers[kind.key]:
            shown = kind.shown(kind.of_year(rows[kind.key], year), one)[:FEW]
            more = _url(one, year, kind.key) if number > FEW else ""
            groups.append(Group(kind.key, kind.label, number, [kind.hit(row) for row in shown], more))
    return groups


def _page(request: Request, kind: Kind, rows: dict[str, Any], one: Asked, year: int | None) -> Any:
    shown = kind.shown(kind.of_year(rows[kind.key], year), one)
    return Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))


def _tabs(one: Asked, year: int | None, numbers: dict[str, int], chosen: Kind | None) -> list[Tab]:
    every = Tab("", "Alles", sum(numbers.values()), _url(one, year), chosen is None)
    return [every, *(
        Tab(kind.key, kind.label, numbers[kind.key], _url(one, year, kind.key), kind is chosen)
        for kind in KINDS if numbers[kind.key] or kind is chosen
    )]  # fmt: skip


def _elsewhere(one: Asked, counts: list[tuple[str, int | None, int]], year: int | None) -> list[Elsewhere]:
    """The other vintages with something to find, the newest first."""
    others = sorted({of for _, of, _ in counts if of is not None and of != year}, reverse=True) if year else []
    return [Elsewhere(of, sum(number for _, at, number in counts if at == of), _url(one, of)) for of in others]


def _url(one: Asked, year: int | None, kind: str = "") -> str:
    return "?" + urlencode({"q": one.text, "jahrgang": year or ALL, **({"art": kind} if kind else {})})


def _guessed(user: User, one: Asked, year: int | None) -> dict[str, Any]:
    """Words that may have been meant, when they lead to something; in all vintages where this one has nothing."""
    text = guess.guess(user, one)
    if not text:
        return {"meant": ""}
    meant = asked(text, _districts(user))
    counts = _counts({kind.key: kind.rows(user, meant) for kind in KINDS})
    here = sum(_number(counts, kind.key, year) for kind in KINDS)
    number = here or sum(number for _, _, number in counts)
    return {"meant": text if number else "", "meant_number": number, "meant_url": _url(meant, year if here else None)}
