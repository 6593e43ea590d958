"""Back office of figures, trials and formulas of sharing money. Read only: they come from the pages of a vintage."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.urls import reverse

from agreements.distribution import formula_in_words, thaw
from agreements.models import AppliedDistribution, DistributionScenario, Indicator, IndicatorSet, IndicatorValue
from aqb.back_office import Reason, Table
from aqb.templatetags.aqb import euro

UPLOADED = Reason(
    "Indikatoren bleiben, wie sie eingelesen wurden",
    ("Eine neue Tabelle lesen Sie auf der Seite „Indikatoren“ des Budgetjahrgangs ein; die neueste gilt.",),
)


class Figures(Table):
    fixed = UPLOADED
    may_add = False
    why_not_added = UPLOADED.sentences[0]
    why_kept = f"{UPLOADED.title}."


@admin.register(IndicatorSet)
class IndicatorSetAdmin(Figures):
    related = ("budget_year", "created_by")
    list_display = ("budget_year", "source", "created_at", "created_by")
    list_filter = ("budget_year",)
    search_fields = ("source", "=budget_year__year")
    ordering = ("-pk",)
    fields = ("budget_year", "source", ("created_at", "created_by"))

    def work_url(self, row: IndicatorSet) -> str:
        return reverse("indicators", args=[row.budget_year.year])


@admin.register(Indicator)
class IndicatorAdmin(Figures):
    related = ("indicator_set__budget_year",)
    list_display = ("title", "as_of", "unit", "indicator_set", "position")
    list_filter = ("indicator_set__budget_year",)
    search_fields = ("title", "as_of", "unit")
    ordering = ("-indicator_set", "position", "pk")
    fields = ("indicator_set", "title", "as_of", "unit", "position")


@admin.register(IndicatorValue)
class IndicatorValueAdmin(Figures):
    related = ("indicator", "district")
    list_display = ("district", "indicator", "value")
    list_filter = ("indicator__indicator_set__budget_year",)
    search_fields = ("district__name", "district__ags", "indicator__title")
    ordering = ("-indicator", "district__sort_name", "pk")
    fields = ("indicator", "district", "value")


class Shared(Table):
    """What both keep as plain data is told in words; the page of each shows every step."""

    may_add = False
    list_filter = ("line__budget_year", "line__key")
    search_fields = ("name", "line__title", "=line__budget_year__year")
    readonly_fields = ("rule", "result")

    @admin.display(description="Berechnung")
    def rule(self, row: Any) -> str:
        return " ".join(formula_in_words(*thaw(row.calculation)))

    @admin.display(description="Ergebnis")
    def result(self, row: Any) -> str:
        """A line for each district, in the order of their keys."""
        names = {one["key"]: one["name"] for one in row.calculation["districts"]}
        return "\n".join(f"{key} {names[key]}: {euro(Decimal(amount))}" for key, amount in sorted(row.amounts.items()))


@admin.register(DistributionScenario)
class DistributionScenarioAdmin(Shared):
    fixed = Reason(
        "Szenarien werden auf der Seite „Szenarien“ des Budgetjahrgangs berechnet",
        ("Dort lassen sie sich ändern, vergleichen, übernehmen und entfernen.",),
    )
    why_not_added = f"{fixed.title}."
    related = ("line__budget_year", "created_by", "changed_by")
    list_display = ("name", "line", "changed_at", "changed_by")
    ordering = ("-changed_at", "-pk")
    fields = ("line", "name", ("created_at", "created_by"), ("changed_at", "changed_by"), "rule", "result")

    def work_url(self, row: DistributionScenario) -> str:
        return reverse("scenario_edit", args=[row.line.budget_year.year, row.pk])


@admin.register(AppliedDistribution)
class AppliedDistributionAdmin(Shared):
    fixed = Reason(
        "Übernommene Verteilungen werden weder geändert noch gelöscht",
        ("Sie entstehen beim Speichern der Zuweisungen, wenn ein Szenario übernommen wurde.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    related = ("line__budget_year", "applied_by")
    list_display = ("name", "line", "applied_at", "applied_by")
    ordering = ("-applied_at", "-pk")
    fields = ("line", "name", ("applied_at", "applied_by"), "formula", "result")

    def work_url(self, row: Any) -> str:
        return reverse("distribution_detail", args=[row.pk])
