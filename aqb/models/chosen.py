"""What a person has chosen about the look of a page."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class ChosenColumnsSet(models.QuerySet["ChosenColumns"]):
    def of(self, user: Any, table: str, usual: Iterable[str]) -> list[str]:
        """The columns that the person wants to see in that table; the usual ones where nothing was chosen."""
        found = self.filter(user=user, table=table).values_list("columns", flat=True).first()
        return list(usual) if found is None else found

    def keep(self, user: Any, table: str, columns: Iterable[str]) -> None:
        self.update_or_create(user=user, table=table, defaults={"columns": list(columns)})


class ChosenColumns(models.Model):
    """Which columns of a table somebody sees, wherever they sign in. Not recorded: it changes nothing but the view."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="Person")
    table = models.CharField("Tabelle", max_length=40)
    columns = ArrayField(models.CharField(max_length=40), verbose_name="Spalten")

    objects = ChosenColumnsSet.as_manager()

    class Meta:
        verbose_name = "Auswahl von Spalten"
        verbose_name_plural = "Auswahlen von Spalten"
        ordering = ("user", "table")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "table"),
                name="chosencolumns_once",
                violation_error_message="Für diese Tabelle gibt es schon eine Auswahl.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.table}: {', '.join(self.columns)}"
