"""What the parties say to each other: remarks, the regional strategy, the yearly dialogue."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements.models.agreement import OfVersion, moment, person
from aqb import full_text
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.models import Validity, valid_in_order


class RemarkSet(OfVersion):
    def unanswered(self) -> "RemarkSet":
        return self.filter(answer="", done_at__isnull=True)


@recorded()
class Remark(models.Model):
    """Question or request of the ministry on an agreement, a project or one field of it.

    The project is named by its `uid` and by the title it had: the remark stays readable when the project goes.
    """

    version = models.ForeignKey(
        "agreements.AgreementVersion", models.PROTECT, related_name="remarks", verbose_name="Fassung"
    )
    project_key = models.UUIDField("Projekt", null=True, blank=True)
    project_title = models.CharField("Projekttitel", max_length=300, blank=True)
    field = models.CharField("Feld", max_length=40, blank=True)
    text = models.TextField("Anmerkung", max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="von")
    created_at = models.DateTimeField("am")
    answer = models.TextField("Antwort", blank=True, max_length=4000)
    answered_at = moment("beantwortet am")
    answered_by = person("beantwortet von")
    done_at = moment("erledigt am")
    done_by = person("erledigt von")

    objects = RemarkSet.as_manager()

    class Meta:
        verbose_name = "Anmerkung"
        verbose_name_plural = "Anmerkungen"
        ordering = ("version", "created_at", "pk")
        indexes = (
            full_text.index("remark_words", "text"),
            full_text.index("remark_title_words", "project_title"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="remark_answered_by_person",
                violation_error_message="Zu einer Antwort gehören Person und Zeitpunkt.",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="remark_done_by_person",
                violation_error_message="Zur Erledigung gehören Person und Zeitpunkt.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_title or 'Zielvereinbarung'}: {self.text[:60]}"

    @property
    def is_open(self) -> bool:
        return not self.answer and self.done_at is None


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
