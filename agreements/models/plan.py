"""What the ministry plans: vintages, their pots of money, the districts' shares, and the kinds of measure."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from aqb import triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.models import Validity, valid_in_order
from aqb.money import ZERO, EuroField, not_negative

# The dates of a vintage in the order in which they must come.
DUE_DATES = ("submission_due", "approval_due", "issue_due", "signing_due", "publication_due")


def due_in_order(earlier: str, later: str) -> Q:
    return Q((f"{earlier}__isnull", True)) | Q((f"{later}__isnull", True)) | Q((f"{earlier}__lte", F(later)))


def all_dues_in_order() -> Q:
    """Each date that is set lies not before any earlier one that is set."""
    condition = Q()
    for i, earlier in enumerate(DUE_DATES):
        for later in DUE_DATES[i + 1 :]:
            condition &= due_in_order(earlier, later)
    return condition


class BudgetYearSet(models.QuerySet["BudgetYear"]):
    def with_totals(self) -> Any:
        """Adds `budget` (sum of the lines) and `allocated` (sum of all allocations)."""
        lines = BudgetLine.objects.filter(budget_year=models.OuterRef("pk")).order_by().values("budget_year")
        shares = Allocation.objects.filter(line__budget_year=models.OuterRef("pk")).order_by()
        return self.annotate(
            budget=Coalesce(models.Subquery(lines.annotate(total=Sum("amount")).values("total")), ZERO),
            allocated=Coalesce(
                models.Subquery(shares.values("line__budget_year").annotate(total=Sum("amount")).values("total")),
                ZERO,
            ),
        )


@recorded()
class BudgetYear(models.Model):
    """A vintage of the programme, such as AQB 2023: dates, rules and pots of money. Paid over up to five cash years."""

    year = models.PositiveSmallIntegerField("Jahrgang", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    first_cash_year = models.PositiveSmallIntegerField("erstes Kassenjahr")
    last_cash_year = models.PositiveSmallIntegerField("letztes Kassenjahr")
    application_due = models.DateField("Antrag beim Regierungspräsidium bis", null=True, blank=True)
    submission_due = models.DateField("Einreichung bis", null=True, blank=True)
    approval_due = models.DateField("Freigabe bis", null=True, blank=True)
    issue_due = models.DateField("Ausfertigung bis", null=True, blank=True)
    signing_due = models.DateField("Unterzeichnung bis", null=True, blank=True)
    publication_due = models.DateField("Veröffentlichung bis", null=True, blank=True)
    strategy_required = models.BooleanField(
        "Strategie erforderlich",
        default=False,
        help_text="Einreichen ist nur mit gültiger Ausbildungs- und Arbeitsmarktstrategie möglich.",
    )
    rounding = EuroField(
        "Rundung der Zuweisungen", default=Decimal("100.00"), help_text="Hinweis, wenn ein Betrag davon abweicht"
    )
    opened_at = models.DateTimeField("eröffnet am", null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="eröffnet von",
    )  # fmt: skip
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="copies", verbose_name="kopiert aus"
    )

    objects = BudgetYearSet.as_manager()

    class Meta:
        verbose_name = "Budgetjahrgang"
        verbose_name_plural = "Budgetjahrgänge"
        ordering = ("-year",)
        constraints = (
            models.UniqueConstraint(
                fields=("year",),
                name="budgetyear_year_unique",
                violation_error_message="Diesen Jahrgang gibt es schon.",
            ),
            models.CheckConstraint(
                condition=Q(
                    first_cash_year__gte=F("year"),
                    last_cash_year__gte=F("first_cash_year"),
                    last_cash_year__lte=F("first_cash_year") + 4,
                ),
                name="budgetyear_cash_years_in_order",
                violation_error_message="Ein Jahrgang hat ein bis fünf Kassenjahre; das erste liegt nicht vor dem Jahrgang.",
            ),
            models.CheckConstraint(
                condition=all_dues_in_order(),
                name="budgetyear_dates_in_order",
                violation_error_message="Die Fristen müssen in der Reihenfolge der Schritte liegen: einreichen, freigeben, "
                "ausfertigen, unterzeichnen, veröffentlichen.",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_by__isnull=False),
                name="budgetyear_opened_by_person",
                violation_error_message="Zu einem eröffneten Jahrgang gehört, wer ihn eröffnet hat.",
            ),
            not_negative("budgetyear", "rounding"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return f"AQB {self.year}"

    @property
    def cash_years(self) -> range:
        return range(self.first_cash_year, self.last_cash_year + 1)


# Locks the line before adding up, so that two people cannot both take its last euro.
LINE_TOTAL = """
SELECT amount INTO ceiling FROM agreements_budgetline WHERE id = NEW.{line} FOR NO KEY UPDATE;
SELECT COALESCE(sum(amount), 0) INTO total FROM agreements_allocation WHERE line_id = NEW.{line};
IF total > ceiling THEN
    {refusal}
END IF;
RETURN NULL;
"""


class BudgetLineSet(models.QuerySet["BudgetLine"]):
    def with_totals(self) -> Any:
        """Adds `allocated` (sum of the allocations) and `unallocated` (what is left of the line)."""
        shares = Allocation.objects.filter(line=models.OuterRef("pk")).order_by().values("line")
        return self.annotate(
            allocated=Coalesce(models.Subquery(shares.annotate(total=Sum("amount")).values("total")), ZERO),
        ).annotate(unallocated=F("amount") - F("allocated"))


@recorded()
class BudgetLine(models.Model):
    """A pot of money within a vintage: Regelbudget, Teilzeitausbildung, Sprachförderung …, with its earmark."""

    budget_year = models.ForeignKey(BudgetYear, models.PROTECT, related_name="lines", verbose_name="Budgetjahrgang")
    key = models.SlugField("Schlüssel", max_length=30, help_text="bleibt über die Jahre gleich, zum Beispiel „regel“")
    title = models.CharField("Bezeichnung", max_length=120)
    amount = EuroField("Betrag")
    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    earmark = models.TextField("Zweckbindung", blank=True)

    objects = BudgetLineSet.as_manager()

    class Meta:
        verbose_name = "Budgetlinie"
        verbose_name_plural = "Budgetlinien"
        ordering = ("budget_year", "position", "pk")
        constraints = (
            not_negative("budgetline"),
            models.UniqueConstraint(
                fields=("budget_year", "key"),
                name="budgetline_key_unique",
                violation_error_message="Diesen Schlüssel gibt es in diesem Jahrgang schon.",
            ),
            models.UniqueConstraint(
                fields=("budget_year", "title"),
                name="budgetline_title_unique",
                violation_error_message="Diese Bezeichnung gibt es in diesem Jahrgang schon.",
            ),
        )
        triggers = (
            triggers.keeps("budgetline", ("budget_year_id",), "Eine Budgetlinie behält ihren Jahrgang."),
            triggers.trigger(
                "budgetline_covers_allocations",
                pgtrigger.Update,
                LINE_TOTAL.format(
                    line="id",
                    refusal=triggers.refuse(
                        "budgetline_covers_allocations",
                        f"'Auf die Budgetlinie sind schon ' || {triggers.euro('total')} || ' verteilt. Sie kann nicht auf '"
                        f" || {triggers.euro('ceiling')} || ' sinken.'",
                    ),
                ),
                declare=[("ceiling", "numeric"), ("total", "numeric")],
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.budget_year_id and self.budget_year.year}"


OTHER_LINE = "Die Verteilung gehört zu einer anderen Budgetlinie."


class AllocationSet(VisibleTo):
    def total(self) -> Decimal:
        """Sum of these allocations."""
        return self.aggregate(total=Coalesce(Sum("amount"), ZERO))["total"]


@recorded()
class Allocation(models.Model):
    """Planned share of a line for a district.

    Where it came from a formula, `distribution` is that and `calculated` what it gave; another `amount` was set by hand.
    """

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="allocations", verbose_name="Budgetlinie")
    district = models.ForeignKey(
        "aqb.District", models.PROTECT, related_name="allocations", verbose_name="Gebietskörperschaft"
    )
    amount = EuroField("Betrag")
    note = models.CharField("Anmerkung", max_length=200, blank=True)
    distribution = models.ForeignKey(
        "agreements.AppliedDistribution", models.PROTECT, null=True, blank=True, editable=False,
        related_name="allocations", verbose_name="übernommene Verteilung",
    )  # fmt: skip
    calculated = EuroField("rechnerisch", null=True, blank=True, editable=False)

    objects = AllocationSet.as_manager()

    class Meta:
        verbose_name = "Zuweisung"
        verbose_name_plural = "Zuweisungen"
        ordering = ("line", "district__sort_name", "pk")
        constraints = (
            not_negative("allocation"),
            models.UniqueConstraint(
                fields=("line", "district"),
                name="allocation_unique",
                violation_error_message="Für diese Gebietskörperschaft gibt es in dieser Budgetlinie schon eine Zuweisung.",
            ),
            not_negative("allocation", "calculated"),
            models.CheckConstraint(
                condition=Q(distribution__isnull=True, calculated__isnull=True)
                | Q(distribution__isnull=False, calculated__isnull=False),
                name="allocation_calculated_by_formula",
                violation_error_message="Zu einem rechnerischen Betrag gehört die Verteilung, aus der er stammt.",
            ),
        )
        triggers = (
            triggers.trigger(
                "allocation_formula_of_its_line",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                IF NEW.distribution_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM agreements_applieddistribution WHERE id = NEW.distribution_id AND line_id = NEW.line_id
                ) THEN
                    {triggers.refuse("allocation_formula_of_its_line", triggers.text(OTHER_LINE))}
                END IF;
                RETURN NULL;
                """,
            ),
            triggers.trigger(
                "allocation_within_line",
                pgtrigger.Insert | pgtrigger.Update,
                LINE_TOTAL.format(
                    line="line_id",
                    refusal=triggers.refuse(
                        "allocation_within_line",
                        f"'Die Zuweisungen überschreiten die Budgetlinie um ' || {triggers.euro('total - ceiling')}"
                        f" || '. Die Linie umfasst ' || {triggers.euro('ceiling')} || '.'",
                    ),
                ),
                declare=[("ceiling", "numeric"), ("total", "numeric")],
            ),
        )

    def __str__(self) -> str:
        return f"{self.district} · {self.line}"

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody set another amount than the formula gave."""
        return self.calculated is not None and self.amount != self.calculated


@recorded()
class MeasureCategory(models.Model):
    """Kind of measure, as a row: the key stays, the printed title and the validity may change.

    `has_participants` is false for the training of staff, to which rules about participants do not apply.
    """

    key = models.CharField("Schlüssel", max_length=10)
    title = models.CharField("Bezeichnung", max_length=300, help_text="so steht sie in der Zielvereinbarung")
    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    has_participants = models.BooleanField("mit Teilnehmenden", default=True)
    valid_from = models.DateField("gültig ab")
    valid_to = models.DateField("gültig bis", null=True, blank=True)

    objects = Validity.as_manager()

    class Meta:
        verbose_name = "Maßnahmenart"
        verbose_name_plural = "Maßnahmenarten"
        ordering = ("position", "key", "-valid_from")
        constraints = (
            valid_in_order("measurecategory"),
            models.UniqueConstraint(
                fields=("key", "valid_from"),
                name="measurecategory_key_unique",
                violation_error_message="Diesen Schlüssel gibt es für diesen Beginn schon.",
            ),
        )

    def __str__(self) -> str:
        return self.title
