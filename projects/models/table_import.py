"""A table of projects that was read and waits for its person's decision."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models

from aqb import clock

KEPT = timedelta(days=7)


class TableImportSet(models.QuerySet[Any]):
    def of(self, user: Any) -> Any:
        """What this person has read and not yet decided on; nobody else sees it."""
        return self.filter(created_by=user, created_at__gt=clock.now() - KEPT)

    def expired(self) -> Any:
        return self.filter(created_at__lte=clock.now() - KEPT)


class TableImport(models.Model):
    """Eingelesene Tabelle: its rows as they were understood, and what would become of them; never the file.

    A convenience for one person for a few days: nothing of it is in force before it is taken over, and then the projects
    have their history. So the table has none of its own. `seed` gives new projects their identity, the same each time.
    """

    version = models.ForeignKey(
        "agreements.AgreementVersion", models.CASCADE, related_name="table_imports", verbose_name="Fassung"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="eingelesen von"
    )
    created_at = models.DateTimeField("eingelesen am")
    file_name = models.CharField("Datei", max_length=200, blank=True)
    sheet = models.CharField("Blatt", max_length=31, blank=True)
    seed = models.UUIDField("Ausgangswert", default=uuid.uuid4)
    records = models.JSONField("Zeilen")
    rows = models.JSONField("Ergebnis je Zeile", null=True)
    totals = models.JSONField("Summen je Budgetlinie", default=list)

    objects = TableImportSet.as_manager()

    class Meta:
        verbose_name = "eingelesene Tabelle"
        verbose_name_plural = "eingelesene Tabellen"
        ordering = ("-created_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "created_by"),
                name="tableimport_one_at_a_time",
                violation_error_message="Sie haben für diese Fassung schon eine Tabelle eingelesen.",
            ),
        )

    def __str__(self) -> str:
        return self.file_name or "eingefügte Tabelle"
