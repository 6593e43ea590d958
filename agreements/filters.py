"""Filters of the lists; their state stands in the address."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from agreements.checks import DISTRICT_TURN, MINISTRY_TURN
from agreements.models import AgreementVersion, BudgetYear, Status
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
