"""What the ministry sets besides the dates of the steps: an interim proof, a report, a meeting."""

from django.db import models
from django.db.models import Q

from agreements.models.plan import BudgetYear
from aqb.history import recorded


@recorded()
class Deadline(models.Model):
    """A further day of a vintage that districts, the ministry or both must keep; shown, reminded of, in the calendar."""

    class Audience(models.TextChoices):
        DISTRICT = "district", "Gebietskörperschaften"
        MINISTRY = "ministry", "Ministerium"
        ALL = "all", "Gebietskörperschaften und Ministerium"

    budget_year = models.ForeignKey(BudgetYear, models.PROTECT, related_name="deadlines", verbose_name="Budgetjahrgang")
    title = models.CharField("Was ist zu tun?", max_length=120, help_text="zum Beispiel „Zwischennachweis vorlegen“")
    day = models.DateField("bis wann?")
    audience = models.CharField("Für wen?", max_length=10, choices=Audience, default=Audience.DISTRICT)

    class Meta:
        verbose_name = "weitere Frist"
        verbose_name_plural = "weitere Fristen"
        ordering = ("budget_year", "day", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(audience__in=["district", "ministry", "all"]),
                name="deadline_audience_known",
                violation_error_message="Bitte wählen Sie, für wen die Frist gilt.",
            ),
            models.CheckConstraint(
                condition=~Q(title__contains="€"),
                name="deadline_without_amount",
                violation_error_message="Fristen stehen in E-Mails und Kalendern. Bitte nennen Sie hier keinen Betrag.",
            ),
            models.UniqueConstraint(
                fields=("budget_year", "title", "day"),
                name="deadline_named_once",
                violation_error_message="Diese Frist gibt es in diesem Jahrgang schon.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} bis {self.day:%d.%m.%Y}"
