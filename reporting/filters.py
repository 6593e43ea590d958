"""Filters of the list of documents; their state stands in the address."""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from agreements.filters import ALL, FilterForm, regions, vintages
from agreements.models import Document, Status

MADE_OF_HEX = re.compile(r"[0-9a-f]{4,64}")


class DocumentFilter(django_filters.FilterSet):
    """Documents by district, number, title or fingerprint; by vintage, kind, status and Regierungsbezirk."""

    q = django_filters.CharFilter(
        label="Suche",
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    year = django_filters.ChoiceFilter(
        label="Jahrgang", choices=vintages, field_name="agreement__budget_year__year", empty_label=ALL
    )
    kind = django_filters.ChoiceFilter(label="Art", choices=Document.Kind.choices, empty_label=ALL)
    status = django_filters.ChoiceFilter(
        label="Stand der Fassung", choices=Status.choices, field_name="version__status", empty_label=ALL
    )
    region = django_filters.ChoiceFilter(
        label="Regierungsbezirk", choices=regions, field_name="agreement__district__region", empty_label=ALL
    )

    class Meta:
        model = Document
        form = FilterForm
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Words in district, number or title; the beginning of a fingerprint, with or without its spaces."""
        matches = Q(agreement__district__name__icontains=value) | Q(number__icontains=value) | Q(title__icontains=value)
        digits = re.sub(r"\s", "", value).lower()
        if MADE_OF_HEX.fullmatch(digits):
            matches |= Q(sha256__startswith=digits)
        return rows.filter(matches)
