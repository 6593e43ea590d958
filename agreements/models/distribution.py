"""Figures by which money is shared, trials of sharing it, and the formula that an allocation came from."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from agreements.models.plan import BudgetLine, BudgetYear
from aqb import triggers
from aqb.history import recorded

KEPT = "Indikatoren bleiben, wie sie eingelesen wurden. Bitte lesen Sie eine neue Tabelle ein; die neueste gilt."
APPLIED = "Eine übernommene Verteilung bleibt, wie sie war. Bitte übernehmen Sie eine neue."


def _by(verbose_name: str = "von") -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=verbose_name)


class IndicatorSets(models.QuerySet["IndicatorSet"]):
    def newest(self, year: int) -> "IndicatorSet | None":
        """The table that counts for a vintage."""
        return self.filter(budget_year__year=year).order_by("-pk").first()


@recorded()
class IndicatorSet(models.Model):
    """A table of figures for a vintage, as it was uploaded; the newest one counts, the earlier ones stay."""

    budget_year = models.ForeignKey(
        BudgetYear, models.PROTECT, related_name="indicator_sets", verbose_name="Budgetjahrgang"
    )
    source = models.CharField("Datei", max_length=200)
    created_at = models.DateTimeField("eingelesen am")
    created_by = _by("eingelesen von")

    objects = IndicatorSets.as_manager()

    class Meta:
        verbose_name = "Indikatortabelle"
        verbose_name_plural = "Indikatortabellen"
        ordering = ("budget_year", "-pk")
        triggers = triggers.append_only("indicatorset", KEPT)

    def __str__(self) -> str:
        return f"Indikatoren {self.budget_year.year}, {self.source}"


@recorded()
class Indicator(models.Model):
    """A column of such a table: what is counted, as of when, in which unit."""

    indicator_set = models.ForeignKey(
        IndicatorSet, models.PROTECT, related_name="indicators", verbose_name="Indikatortabelle"
    )
    position = models.PositiveSmallIntegerField("Reihenfolge")
    title = models.CharField("Bezeichnung", max_length=120)
    as_of = models.CharField("Stand", max_length=80, blank=True, help_text="zum Beispiel „Jahresmittel 2026“")
    unit = models.CharField("Einheit", max_length=40, blank=True)

    class Meta:
        verbose_name = "Indikator"
        verbose_name_plural = "Indikatoren"
        ordering = ("indicator_set", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator_set", "title"),
                name="indicator_title_unique",
                violation_error_message="Diesen Indikator gibt es in der Tabelle schon.",
            ),
            models.UniqueConstraint(
                fields=("indicator_set", "position"),
                name="indicator_position_unique",
                violation_error_message="An dieser Stelle steht schon ein Indikator.",
            ),
        )
        triggers = triggers.append_only("indicator", KEPT)

    def __str__(self) -> str:
        return self.title


@recorded()
class IndicatorValue(models.Model):
    """The figure of one district."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name="Indikator")
    district = models.ForeignKey("aqb.District", models.PROTECT, related_name="+", verbose_name="Gebietskörperschaft")
    value = models.DecimalField(
        "Wert", max_digits=16, decimal_places=4, validators=[MinValueValidator(0, "Der Wert darf nicht negativ sein.")]
    )

    class Meta:
        verbose_name = "Indikatorwert"
        verbose_name_plural = "Indikatorwerte"
        ordering = ("indicator", "district__sort_name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "district"),
                name="indicatorvalue_unique",
                violation_error_message="Für diese Gebietskörperschaft gibt es schon einen Wert.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="indicatorvalue_not_negative",
                violation_error_message="Der Wert darf nicht negativ sein.",
            ),
        )
        triggers = triggers.append_only("indicatorvalue", KEPT)

    def __str__(self) -> str:
        return f"{self.indicator}: {self.district}"


@recorded()
class DistributionScenario(models.Model):
    """A trial: how a budget line would be shared by a formula. Nothing follows from it until somebody takes it over.

    `calculation` is everything it was calculated from (`agreements.distribution.frozen`), `amounts` what came out:
    official key -> euro as text.
    """

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="scenarios", verbose_name="Budgetlinie")
    name = models.CharField("Name", max_length=80, help_text="zum Beispiel „B – Sockel und drei Indikatoren“")
    calculation = models.JSONField("Berechnung", editable=False)
    amounts = models.JSONField("Ergebnis", editable=False)
    created_at = models.DateTimeField("angelegt am", editable=False)
    created_by = _by("angelegt von")
    changed_at = models.DateTimeField("geändert am", editable=False)
    changed_by = _by("geändert von")

    class Meta:
        verbose_name = "Szenario"
        verbose_name_plural = "Szenarien"
        ordering = ("line", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("line", "name"),
                name="distributionscenario_name_unique",
                violation_error_message="Ein Szenario mit diesem Namen gibt es für diese Budgetlinie schon.",
            ),
        )
        triggers = (triggers.keeps("distributionscenario", ("line_id",), "Ein Szenario behält seine Budgetlinie."),)

    def __str__(self) -> str:
        return self.name


@recorded()
class AppliedDistribution(models.Model):
    """The formula that allocations came from, in words and as data, kept for good: years later each amount can be proven.

    `calculation` and `amounts` as in a scenario, which may change or go; this stays.
    """

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="distributions", verbose_name="Budgetlinie")
    name = models.CharField("Name", max_length=80)
    formula = models.TextField("Formel")
    calculation = models.JSONField("Berechnung")
    amounts = models.JSONField("Ergebnis")
    applied_at = models.DateTimeField("übernommen am")
    applied_by = _by("übernommen von")

    class Meta:
        verbose_name = "übernommene Verteilung"
        verbose_name_plural = "übernommene Verteilungen"
        ordering = ("-applied_at", "-pk")
        triggers = triggers.append_only("applieddistribution", APPLIED)

    def __str__(self) -> str:
        return f"{self.name} ({self.line})"
