"""Work that goes on after the page has answered: a job, and each thing it has to do."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from aqb import triggers


class JobSet(models.QuerySet["Job"]):
    """Jobs, by whom they concern and how far they are."""

    def visible_to(self, user: Any) -> "JobSet":
        """Everybody's own: a job is how somebody works, what came of it stands in the history for whoever may read it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(created_by_id=user.pk)

    def unfinished(self) -> "JobSet":
        return self.filter(finished_at=None)


class Job(models.Model):
    """Something that somebody started and that background workers do, row by row or in one piece.

    Not recorded: what a job does to business rows is, under the name of who started it. It may be forgotten afterwards.
    """

    kind = models.CharField("Art", max_length=50)
    title = models.CharField("Auftrag", max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", verbose_name="gestartet von"
    )
    created_at = models.DateTimeField("gestartet am")
    started_at = models.DateTimeField("begonnen am", null=True, blank=True)
    finished_at = models.DateTimeField("beendet am", null=True, blank=True)
    total = models.PositiveIntegerField("zu tun")
    done = models.PositiveIntegerField("getan", default=0)
    is_whole = models.BooleanField("in einem Stück", default=False)  # one row, and total and done count something else
    back = models.CharField("kommt von", max_length=1000, blank=True)  # address of the page that started it
    once = models.CharField("Kennung des Formulars", max_length=64, blank=True)  # the same form again is the same job

    objects = JobSet.as_manager()

    class Meta:
        verbose_name = "Auftrag"
        verbose_name_plural = "Aufträge"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(done__lte=F("total")),
                name="job_done_within_total",
                violation_error_message="Ein Auftrag tut nicht mehr, als zu tun ist.",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(started_at__lte=F("finished_at")),
                name="job_moments_in_order",
                violation_error_message="Ein Auftrag endet nicht vor seinem Beginn.",
            ),
            models.UniqueConstraint(
                fields=("created_by", "once"),
                condition=~Q(once=""),
                name="job_once_per_form",
                violation_error_message="Dieser Auftrag ist schon gestartet.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("job_detail", args=[self.pk])

    @property
    def key(self) -> str:
        """What a job of one piece is about: the key of its only row."""
        return str(self.rows.get().key)


class JobRowSet(models.QuerySet["JobRow"]):
    """Rows of jobs, by what became of them."""

    def waiting(self) -> "JobRowSet":
        return self.filter(state=JobRow.State.WAITING)

    def not_done(self) -> "JobRowSet":
        """Rows that came to an end and did not go."""
        return self.filter(state__in=(JobRow.State.REFUSED, JobRow.State.FAILED))


class JobRow(models.Model):
    """One thing that a job has to do, and what came of it; `text` says so in German.

    `state` changes in the same transaction as what the row does, and only once: what is done cannot be done again.
    `task` is the entry in the queue that will do it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Wartet"
        DONE = "done", "Erledigt"
        REFUSED = "refused", "Abgelehnt"
        FAILED = "failed", "Fehlgeschlagen"

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows", verbose_name="Auftrag")
    position = models.PositiveIntegerField("Platz")
    key = models.CharField("Schlüssel", max_length=200)
    label = models.CharField("Bezeichnung", max_length=300)
    url = models.CharField("Adresse", max_length=500, blank=True)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.WAITING)
    text = models.TextField("Ergebnis", blank=True)
    finished_at = models.DateTimeField("beendet am", null=True, blank=True)
    task = models.UUIDField("Eintrag der Warteschlange", null=True, blank=True)

    objects = JobRowSet.as_manager()

    class Meta:
        verbose_name = "Zeile eines Auftrags"
        verbose_name_plural = "Zeilen von Aufträgen"
        ordering = ("job", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("job", "position"),
                name="jobrow_position_unique",
                violation_error_message="Auf diesem Platz steht schon eine Zeile.",
            ),
            models.UniqueConstraint(
                fields=("job", "key"),
                name="jobrow_key_unique",
                violation_error_message="Ein Auftrag tut nichts zweimal.",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at=None) | (~Q(state="waiting") & Q(finished_at__isnull=False)),
                name="jobrow_end_has_moment",
                violation_error_message="Wann eine Zeile zu Ende ging, steht genau dann da, wenn sie es ist.",
            ),
        )
        triggers = (
            triggers.trigger(
                "jobrow_ends_once",
                pgtrigger.Update,
                f"IF OLD.state <> 'waiting' THEN "
                f"{triggers.refuse('jobrow_ends_once', triggers.text('Diese Zeile ist schon zu Ende gebracht.'))} "
                f"END IF; RETURN NEW;",
                when=pgtrigger.Before,
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
