"""What people have typed into forms and not sent yet."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

MOST = 200_000  # characters of one draft; the longest form of ours holds a tenth of that


class DraftSet(models.QuerySet["Draft"]):
    """Drafts; nobody but their person reads what stands in them."""

    def open(self) -> Any:
        """Those whose form was not sent, and that were not thrown away."""
        return self.filter(closed_at=None)


class Draft(models.Model):
    """Entwurf eines Formulars: what one person has typed on one page, as typed, also what is wrong or half.

    Not recorded in the history: nothing here counts yet, half words would fill it, and what somebody takes back while
    writing is nobody's business. It goes with the account and, unused, after DRAFT_DAYS. `part` tells two new things of
    one page apart; `about` and `within` name what it is about (`project:34` within `version:12`), so that colleagues see
    that somebody is at it. `window` is the window that wrote last. A closed one keeps no content; it stays for a day, so
    that what comes late from the same window does not open it again.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts", verbose_name="Person")
    page = models.CharField("Seite", max_length=300)
    part = models.CharField("Teil", max_length=40, blank=True)
    about = models.CharField("Gegenstand", max_length=60, blank=True)
    within = models.CharField("gehört zu", max_length=60, blank=True)
    title = models.CharField("Bezeichnung", max_length=200)
    fields = models.TextField("Felder", blank=True)
    window = models.CharField("Fenster", max_length=40, blank=True)
    begun_at = models.DateTimeField("begonnen am")
    saved_at = models.DateTimeField("gespeichert am")
    closed_at = models.DateTimeField("abgeschlossen am", null=True, blank=True)
    led_to = models.CharField("führte zu", max_length=300, blank=True)

    objects = DraftSet.as_manager()

    class Meta:
        verbose_name = "Entwurf eines Formulars"
        verbose_name_plural = "Entwürfe von Formularen"
        ordering = ("-saved_at", "-pk")
        indexes = (models.Index(fields=("within",), name="draft_open_within", condition=Q(closed_at=None)),)
        constraints = (
            models.UniqueConstraint(
                fields=("person", "page", "part"),
                name="draft_unique",
                violation_error_message="Zu dieser Seite gibt es schon einen Entwurf.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("fields"), MOST),
                name="draft_not_too_long",
                violation_error_message="Der Entwurf ist zu umfangreich.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(fields=""),
                name="draft_closed_is_empty",
                violation_error_message="Ein abgeschlossener Entwurf enthält nichts mehr.",
            ),
            models.CheckConstraint(
                condition=Q(saved_at__gte=F("begun_at")),
                name="draft_moments_in_order",
                violation_error_message="Ein Entwurf wird nicht vor seinem Beginn gespeichert.",
            ),
        )

    def __str__(self) -> str:
        return self.title
