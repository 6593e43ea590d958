"""Rows that name a file in the content store: its SHA-256, its size, and who put it there."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aqb import triggers


def has_fingerprint(model: str) -> models.CheckConstraint:
    """A row with a file states its SHA-256 and a size above zero."""
    return models.CheckConstraint(
        condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0),
        name=f"{model}_has_fingerprint",
        violation_error_message="Zu einem Dokument gehören sein Fingerabdruck und sein Inhalt.",
    )


class StoredFile(models.Model):
    """What every row with a file states; `aqb.archive` compares all of them with the store."""

    file = models.FileField("Datei", max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("Größe in Byte")
    media_type = models.CharField("Dateityp", max_length=80)
    created_at = models.DateTimeField("abgelegt am")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="abgelegt von"
    )

    class Meta:
        abstract = True


class ArchiveCheck(models.Model):
    """One reading of the whole store against the database, with what it found. Neither changed nor deleted.

    `findings` lists missing, changed and orphaned files by name, the first hundred of each.
    """

    started_at = models.DateTimeField("begonnen am")
    finished_at = models.DateTimeField("beendet am")
    files = models.PositiveIntegerField("Dateien")
    bytes = models.PositiveBigIntegerField("Bytes")
    missing = models.PositiveIntegerField("fehlende")
    changed = models.PositiveIntegerField("veränderte")
    orphaned = models.PositiveIntegerField("herrenlose")
    findings = models.JSONField("Befund", default=dict)

    class Meta:
        verbose_name = "Prüfung des Archivs"
        verbose_name_plural = "Prüfungen des Archivs"
        ordering = ("-finished_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at__gte=F("started_at")),
                name="archivecheck_moments_in_order",
                violation_error_message="Eine Prüfung endet nicht vor ihrem Beginn.",
            ),
        )
        triggers = triggers.append_only("archivecheck", "Prüfungen des Archivs werden weder geändert noch gelöscht.")

    def __str__(self) -> str:
        return f"{self.finished_at:%d.%m.%Y %H:%M}"

    @property
    def is_clean(self) -> bool:
        """Every file is there, unchanged, and named by a row."""
        return not (self.missing or self.changed or self.orphaned)
