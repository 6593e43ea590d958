"""What the public reads and says: the texts of public pages, and barriers that somebody has reported."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aqb import triggers
from aqb.history import recorded

KEPT = "Eine Meldung bleibt, wie sie eingegangen ist."


@recorded()
class PageText(models.Model):
    """The text of a public page as the ministry or the operator has worded it; without a row the project's own counts.

    `key` is one of `aqb.page_texts.texts.TEXTS`, `body` the small Markdown of `aqb.text` with headings and links.
    """

    key = models.CharField("Seite", max_length=40, editable=False)
    title = models.CharField("Titel", max_length=120)
    body = models.TextField("Text")
    changed_at = models.DateTimeField("geändert am", editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="geändert von"
    )

    class Meta:
        verbose_name = "Seitentext"
        verbose_name_plural = "Seitentexte"
        ordering = ("key",)
        constraints = (
            models.UniqueConstraint(
                fields=("key",),
                name="pagetext_key_unique",
                violation_error_message="Zu dieser Seite gibt es schon einen Text.",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""),
                name="pagetext_says_something",
                violation_error_message="Eine Seite hat Titel und Text.",
            ),
        )

    def __str__(self) -> str:
        return self.title


@recorded(personal=("answer_to",))
class BarrierReport(models.Model):
    """A barrier that somebody has met on a page (§ 4 HVBIT: to be answered within six weeks).

    `answer_to` is forgotten a year after the report was answered, see `aqb.anonymise`.
    """

    page = models.CharField("Seite", max_length=200, blank=True, editable=False)
    text = models.TextField("Meldung", editable=False)
    answer_to = models.EmailField("Antwort an", blank=True, editable=False)
    reported_at = models.DateTimeField("eingegangen am", editable=False)
    answered_at = models.DateTimeField("beantwortet am", null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="beantwortet von",
    )  # fmt: skip
    answer = models.TextField("Antwort", blank=True, editable=False)
    anonymised_at = models.DateTimeField("anonymisiert am", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "gemeldete Barriere"
        verbose_name_plural = "gemeldete Barrieren"
        ordering = ("-reported_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""),
                name="barrierreport_says_something",
                violation_error_message="Eine Meldung sagt, was nicht zugänglich ist.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__gte=F("reported_at"), answered_by__isnull=False) & ~Q(answer="")),
                name="barrierreport_answered_by_somebody",
                violation_error_message="Zu einer Antwort gehören ihr Text, die Person und der Zeitpunkt nach der Meldung.",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(answered_at__isnull=False, answer_to=""),
                name="barrierreport_forgotten_when_answered",
                violation_error_message="Die Adresse wird erst vergessen, wenn die Meldung beantwortet ist.",
            ),
        )
        triggers = (
            triggers.keeps("barrierreport", ("page", "text", "reported_at"), KEPT),
            triggers.trigger(
                "barrierreport_stays",
                pgtrigger.Delete,
                triggers.refuse("barrierreport_stays", triggers.text(KEPT)),
                when=pgtrigger.Before,
            ),
        )

    def __str__(self) -> str:
        return f"Meldung {self.pk}"
