"""Filters of the lists; their state stands in the address."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from agreements.checks import DISTRICT_TURN, MINISTRY_TURN
from agreements.models import AgreementVersion, BudgetLine, BudgetYear, Status
from aqb.forms import Form
from aqb.models import District

RETURNED = "returned"
STATES = [
    (Status.DRAFT.value, "Entwurf"),
    (RETURNED, "Zurückgegeben"),
    *((status.value, status.label) for status in Status if status != Status.DRAFT),
]
TURNS = [("ministry", "Ministerium"), ("district", "Gebietskörperschaft")]
ALL = "alle"


class FilterForm(Form):
    """A row of filters: none of them has to be set, so nothing says so."""

    says_optional = False


def vintages() -> list[tuple[int, str]]:
    """The vintages as choices, newest first."""
    return [(year, f"AQB {year}") for year in BudgetYear.objects.values_list("year", flat=True)]


def regions() -> list[tuple[str, str]]:
    """The Regierungsbezirke as choices."""
    found = District.objects.order_by("region").values_list("region", flat=True).distinct()
    return [(region, region) for region in found]


class VersionFilter(django_filters.FilterSet):
    """Agreements by their newest version: search, status, whose turn, Regierungsbezirk."""

    q = django_filters.CharFilter(label="Suche", method="search", widget=forms.TextInput(attrs={"type": "search"}))
    status = django_filters.ChoiceFilter(label="Stand", choices=STATES, method="in_state", empty_label=ALL)
    turn = django_filters.ChoiceFilter(label="Am Zug", choices=TURNS, method="at_turn", empty_label=ALL)
    region = django_filters.ChoiceFilter(
        label="Regierungsbezirk", choices=regions, field_name="agreement__district__region", empty_label=ALL
    )

    class Meta:
        model = AgreementVersion
        form = FilterForm
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By name of the district, document number or Aktenzeichen."""
        return rows.filter(
            Q(agreement__district__name__icontains=value)
            | Q(document_number__icontains=value)
            | Q(agreement__reference__icontains=value)
        )

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A draft that came back from the ministry is its own state on screen."""
        if value == RETURNED:
            return rows.filter(status=Status.DRAFT, returned_at__isnull=False)
        if value == Status.DRAFT:
            return rows.filter(status=Status.DRAFT, returned_at__isnull=True)
        return rows.filter(status=value)

    def at_turn(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(status__in=DISTRICT_TURN if value == "district" else MINISTRY_TURN)


class AgreementFilter(VersionFilter):
    """The same over all vintages."""

    year = django_filters.ChoiceFilter(
        label="Jahrgang", choices=vintages, field_name="agreement__budget_year__year", empty_label=ALL
    )


class VintageFilter(VersionFilter):
    """The agreements of one vintage; a budget line leaves out no row, it says of which line the amounts are."""

    line = django_filters.ModelChoiceFilter(
        label="Budgetlinie", queryset=BudgetLine.objects.none(), method="of_line", empty_label="alle zusammen"
    )
    sort = django_filters.CharFilter(method="sorted_elsewhere", widget=forms.HiddenInput)  # kept when filters change

    def __init__(self, *args: Any, budget_year: BudgetYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["line"].queryset = budget_year.lines.order_by("position", "pk")

    @property
    def chosen_line(self) -> BudgetLine | None:
        """The line whose amounts are asked for; None for all together."""
        return self.form.cleaned_data.get("line") if self.form.is_valid() else None

    def of_line(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows

    def sorted_elsewhere(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, and the address without it."""

    label: str
    url: str


def chips(form: forms.Form, query: QueryDict) -> list[Chip]:
    """The filters that are set, in the order of the form; what is not understood filters nothing and is none."""
    found = []
    for field in form.visible_fields() if form.is_valid() else []:
        if not (value := form.cleaned_data[field.name]):
            continue
        without = query.copy()
        for name in (field.name, "page"):
            without.pop(name, None)
        words = dict(getattr(field.field, "choices", ())).get(value, value)
        found.append(Chip(f"{field.label}: {words}", f"?{without.urlencode()}"))
    return found
