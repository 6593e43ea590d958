"""The chain over the history: what makes a later change show, whoever made it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from aqb import triggers

KEPT = "Die Kette über den Verlauf wird weder geändert noch gelöscht."


class HistoryLink(models.Model):
    """A link of the chain: all history since the last link, hashed together with the last link's hash.

    `digest` is the SHA-256 (hexadecimal) over number, moment, `previous` and the parts; see `aqb.chain`.
    """

    number = models.PositiveIntegerField("Nummer")
    made_at = models.DateTimeField("gebildet am")
    previous = models.CharField("Prüfwert davor", max_length=64, blank=True)
    digest = models.CharField("Prüfwert", max_length=64)
    rows = models.PositiveIntegerField("Einträge")

    class Meta:
        verbose_name = "Kettenglied"
        verbose_name_plural = "Kettenglieder"
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("number",),
                name="historylink_number_unique",
                violation_error_message="Ein Kettenglied mit dieser Nummer gibt es schon.",
            ),
            models.UniqueConstraint(
                fields=("previous",),
                name="historylink_previous_unique",
                violation_error_message="An dieses Kettenglied schließt schon ein anderes an.",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$")
                & (Q(number=1, previous="") | Q(number__gt=1, previous__regex=r"^[0-9a-f]{64}$")),
                name="historylink_is_chained",
                violation_error_message="Jedes Kettenglied nennt den Prüfwert seines Vorgängers.",
            ),
        )
        triggers = triggers.append_only("historylink", KEPT)

    def __str__(self) -> str:
        return f"Kettenglied {self.number}"


class HistoryPart(models.Model):
    """What a link covers of one table: the rows with `after` < key <= `upto`, by the columns that existed then.

    `leaves` holds key (8 bytes, big-endian) and SHA-256 (32 bytes) of each row, by which a broken link names its rows;
    `digest` is the SHA-256 of `leaves`.
    """

    link = models.ForeignKey(HistoryLink, models.PROTECT, related_name="parts", verbose_name="Kettenglied")
    table = models.CharField("Tabelle", max_length=63)
    columns = ArrayField(models.CharField(max_length=63), verbose_name="Spalten")
    after = models.BigIntegerField("nach")
    upto = models.BigIntegerField("bis")
    rows = models.PositiveIntegerField("Einträge")
    leaves = models.BinaryField("Prüfwerte der Einträge")
    digest = models.CharField("Prüfwert", max_length=64)

    class Meta:
        verbose_name = "Teil eines Kettenglieds"
        verbose_name_plural = "Teile von Kettengliedern"
        ordering = ("link", "table")
        constraints = (
            models.UniqueConstraint(
                fields=("link", "table"),
                name="historypart_once_per_table",
                violation_error_message="Ein Kettenglied umfasst jede Tabelle höchstens einmal.",
            ),
            models.UniqueConstraint(
                fields=("table", "after"),
                name="historypart_follows_once",
                violation_error_message="Diesen Abschnitt des Verlaufs umfasst schon ein anderes Kettenglied.",
            ),
            models.CheckConstraint(
                condition=Q(upto__gt=F("after")),
                name="historypart_goes_forward",
                violation_error_message="Ein Teil umfasst wenigstens einen Schlüssel.",
            ),
        )
        triggers = triggers.append_only("historypart", KEPT)

    def __str__(self) -> str:
        return f"{self.table}, {self.after + 1} bis {self.upto}"


class PersonalProof(models.Model):
    """Stands in the chain for the personal columns of one recorded row: SHA-256 over a random salt and their values.

    Anonymising empties the columns and forgets the salt. The commitment stays, so the chain still holds, and without the
    salt nobody can find the name by trying names.
    """

    table = models.CharField("Tabelle", max_length=63)
    row = models.BigIntegerField("Schlüssel")
    salt = models.BinaryField("Zufallswert", null=True)
    commitment = models.CharField("Prüfwert", max_length=64)

    class Meta:
        verbose_name = "Nachweis persönlicher Angaben"
        verbose_name_plural = "Nachweise persönlicher Angaben"
        ordering = ("table", "row")
        constraints = (
            models.UniqueConstraint(
                fields=("table", "row"),
                name="personalproof_once",
                violation_error_message="Zu diesem Eintrag gibt es schon einen Nachweis.",
            ),
        )
        triggers = (
            triggers.trigger(
                "personalproof_only_forgets",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                IF TG_OP = 'DELETE' OR NEW.salt IS NOT NULL
                   OR to_jsonb(OLD) - 'salt' IS DISTINCT FROM to_jsonb(NEW) - 'salt' THEN
                    {triggers.refuse("personalproof_only_forgets", triggers.text(KEPT))}
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
            triggers.never_emptied("personalproof", KEPT),
        )

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
