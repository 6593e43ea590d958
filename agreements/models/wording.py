"""The text of a vintage's agreements, kept by the ministry."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aqb import triggers
from aqb.history import recorded

RELEASED = "Ein freigegebener Vertragstext ändert sich nicht mehr. Bitte legen Sie eine neue Fassung des Textes an."


class WordingSet(models.QuerySet["Wording"]):
    def released(self) -> "WordingSet":
        return self.filter(status=Wording.Status.RELEASED)

    def current(self, year: int, kind: str) -> "Wording | None":
        """The newest released text of that kind for the vintage."""
        return self.released().filter(budget_year__year=year, kind=kind).order_by("-number").first()


@recorded()
class Wording(models.Model):
    """Text of the agreements (or of the amendments) of one vintage.

    Changed by the ministry while a draft; released by a lead who did not change it last; never changed after that.
    """

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", "Zielvereinbarung"
        AMENDMENT = "amendment", "Änderungsvereinbarung"

    class Status(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        RELEASED = "released", "Freigegeben"

    budget_year = models.ForeignKey(
        "agreements.BudgetYear", models.PROTECT, related_name="wordings", verbose_name="Budgetjahrgang"
    )
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.AGREEMENT)
    number = models.PositiveSmallIntegerField("Nummer", default=1)
    title = models.CharField("Titel", max_length=120, default="Zielvereinbarung")
    purpose = models.CharField("Zweck", max_length=300, blank=True, help_text="steht unter den Beteiligten")
    land_label = models.CharField("Überschrift der Unterschrift des Landes", max_length=120, blank=True)
    district_label = models.CharField("Überschrift der Unterschrift des Gebiets", max_length=120, blank=True)
    status = models.CharField("Stand", max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    changed_at = models.DateTimeField("zuletzt geändert am", null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="zuletzt geändert von",
    )  # fmt: skip
    released_at = models.DateTimeField("freigegeben am", null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="freigegeben von",
    )  # fmt: skip

    objects = WordingSet.as_manager()

    class Meta:
        verbose_name = "Vertragstext"
        verbose_name_plural = "Vertragstexte"
        ordering = ("-budget_year__year", "kind", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("budget_year", "kind", "number"),
                name="wording_number_unique",
                violation_error_message="Diesen Vertragstext gibt es schon.",
            ),
            models.UniqueConstraint(
                fields=("budget_year", "kind"),
                condition=Q(status="draft"),
                name="wording_one_draft",
                violation_error_message="Es gibt schon einen Entwurf dieses Vertragstextes. Bitte arbeiten Sie daran weiter.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", released_at__isnull=True, released_by__isnull=True)
                | Q(status="released", released_at__isnull=False),
                name="wording_status_fits_release",
                violation_error_message="Zu einem freigegebenen Vertragstext gehört der Zeitpunkt der Freigabe.",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | Q(changed_by__isnull=True) | ~Q(released_by=F("changed_by")),
                name="wording_released_by_second_person",
                violation_error_message="Vier-Augen-Prinzip: Wer den Text zuletzt geändert hat, gibt ihn nicht frei.",
            ),
        )
        triggers = (
            triggers.keeps(
                "wording", ("budget_year_id", "kind"), "Ein Vertragstext behält seinen Jahrgang und seine Art."
            ),
            triggers.trigger(
                "wording_released_is_frozen",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                IF OLD.status = 'released' THEN
                    {triggers.refuse("wording_released_is_frozen", triggers.text(RELEASED))}
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
        )

    def __str__(self) -> str:
        name = f"Vertragstext {self.budget_year.year}"
        if self.kind == self.Kind.AMENDMENT:
            name += " für Änderungen"
        return name if self.number == 1 else f"{name}, {self.number}. Fassung"

    @property
    def is_released(self) -> bool:
        return self.status == self.Status.RELEASED


@recorded()
class WordingSection(models.Model):
    """One section of the text: Präambel, § 1 …; numbers are counted when printed, references go by key.

    `heading` may have several lines. `text` is a small Markdown with placeholders (agreements/placeholders.py).
    A locked section changes only in the back office.
    """

    wording = models.ForeignKey(Wording, models.CASCADE, related_name="sections", verbose_name="Vertragstext")
    key = models.CharField("Kurzname", max_length=40, help_text="für Verweise: {§ Mittel} bei Kurzname „Mittel“")
    position = models.PositiveSmallIntegerField("Reihenfolge")
    numbered = models.BooleanField("mit Paragraf", default=True)
    heading = models.TextField("Überschrift", max_length=300)
    text = models.TextField("Text", blank=True)
    locked = models.BooleanField("gesperrt", default=False)

    class Meta:
        verbose_name = "Abschnitt"
        verbose_name_plural = "Abschnitte"
        ordering = ("wording", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("wording", "key"),
                name="wordingsection_key_unique",
                violation_error_message="Diesen Kurznamen gibt es in diesem Vertragstext schon.",
            ),
        )
        triggers = (
            triggers.never_emptied("wordingsection"),
            triggers.trigger(  # the text is locked first: a release at the same moment is waited for, then seen
                "wordingsection_released_is_frozen",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                f"""
                PERFORM 1 FROM agreements_wording
                    WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.wording_id END,
                                 CASE WHEN TG_OP <> 'DELETE' THEN NEW.wording_id END) FOR SHARE;
                IF EXISTS (
                    SELECT 1 FROM agreements_wording
                    WHERE status = 'released'
                    AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.wording_id END,
                               CASE WHEN TG_OP <> 'DELETE' THEN NEW.wording_id END)
                ) THEN
                    {triggers.refuse("wordingsection_released_is_frozen", triggers.text(RELEASED))}
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
        )

    def __str__(self) -> str:
        return self.heading.replace("\n", " ")
