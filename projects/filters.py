"""Filters of the lists of projects and providers; their state stands in the address."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from agreements.filters import ALL, STATES, FilterForm, VersionFilter, vintages
from agreements.models import AgreementVersion, MeasureCategory
from aqb.models import District
from projects.models import ProjectEntry, Provider

SEARCH = forms.TextInput(attrs={"type": "search"})


def categories() -> list[tuple[str, str]]:
    """The kinds of measure as choices; under one key the newest title."""
    rows = MeasureCategory.objects.order_by("position", "key", "valid_from").values_list("key", "title")
    return list(dict(rows).items())


def districts() -> list[tuple[str, str]]:
    """The districts as choices, sorted by name without their kind."""
    return list(District.objects.values_list("ags", "name"))


class ProjectFilter(django_filters.FilterSet):
    """Projects of the newest versions: search, vintage, kind of measure, status, what is incomplete."""

    q = django_filters.CharFilter(label="Suche", method="search", widget=SEARCH)
    year = django_filters.ChoiceFilter(
        label="Jahrgang", choices=vintages, field_name="version__agreement__budget_year__year", empty_label=ALL
    )
    category = django_filters.ChoiceFilter(
        label="Maßnahmenart", choices=categories, field_name="category__key", empty_label=ALL
    )
    status = django_filters.ChoiceFilter(label="Stand", choices=STATES, method="in_state", empty_label=ALL)
    lacks = django_filters.ChoiceFilter(
        label="Angaben",
        choices=[("ja", "unvollständig"), ("nein", "vollständig")],
        method="lacking",
        empty_label=ALL,
    )

    class Meta:
        model = ProjectEntry
        form = FilterForm
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By title, provider or district."""
        return rows.filter(
            Q(title__icontains=value)
            | Q(provider__name__icontains=value)
            | Q(version__agreement__district__name__icontains=value)
        )

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the status of the version, in the words of the agreements' own list."""
        return rows.filter(version__in=VersionFilter({"status": value}, AgreementVersion.objects.all()).qs)

    def lacking(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(missing__len__gt=0) if value == "ja" else rows.filter(missing__len=0)


class ProviderFilter(django_filters.FilterSet):
    """Providers by name or place, and by district for those who see several."""

    q = django_filters.CharFilter(label="Suche", method="search", widget=SEARCH)
    district = django_filters.ChoiceFilter(
        label="Gebietskörperschaft", choices=districts, field_name="district__ags", empty_label=ALL
    )

    class Meta:
        model = Provider
        form = FilterForm
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(city__icontains=value))
