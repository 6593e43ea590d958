"""What the parties agree beside the contract: the regional strategy, the yearly dialogue."""

from datetime import date

from django.db import models
from django.db.models import Q

from agreements.models.agreement import moment, person
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.models import Validity, valid_in_order


class StrategySet(VisibleTo):
    def valid_on(self, day: date) -> "StrategySet":
        return self.filter(pk__in=Validity(self.model).valid_on(day), confirmed_at__isnull=False)


@recorded()
class RegionalStrategy(models.Model):
    """Ausbildungs- und Arbeitsmarktstrategie of a district: precondition of the funding (§ 2 of the agreement)."""

    district = models.ForeignKey(
        "aqb.District", models.PROTECT, related_name="strategies", verbose_name="Gebietskörperschaft"
    )
    title = models.CharField("Titel", max_length=200)
    valid_from = models.DateField("gültig ab")
    valid_to = models.DateField("gültig bis", null=True, blank=True)
    document = models.ForeignKey(
        "agreements.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Dokument"
    )
    confirmed_at = moment("bestätigt am")
    confirmed_by = person("bestätigt von")

    objects = StrategySet.as_manager()

    class Meta:
        verbose_name = "Ausbildungs- und Arbeitsmarktstrategie"
        verbose_name_plural = "Ausbildungs- und Arbeitsmarktstrategien"
        ordering = ("district", "-valid_from", "pk")
        constraints = (
            valid_in_order("regionalstrategy"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="regionalstrategy_confirmed_by_person",
                violation_error_message="Zur Bestätigung gehören Person und Zeitpunkt.",
            ),
        )

    def __str__(self) -> str:
        return self.title


class OfDialogue(VisibleTo):
    district_path = "agreement__district"


@recorded()
class SteeringDialogue(models.Model):
    """Zielsteuerungsdialog: the yearly meeting about progress (§ 6 of the agreement)."""

    agreement = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="dialogues", verbose_name="Zielvereinbarung"
    )
    held_on = models.DateField("am")
    participants = models.TextField("Teilnehmende", blank=True)
    progress = models.TextField("Stand der Umsetzung", blank=True)
    minutes = models.TextField("Ergebnis", blank=True)

    objects = OfDialogue.as_manager()

    class Meta:
        verbose_name = "Zielsteuerungsdialog"
        verbose_name_plural = "Zielsteuerungsdialoge"
        ordering = ("agreement", "held_on", "pk")

    def __str__(self) -> str:
        return f"Zielsteuerungsdialog {self.agreement}"
