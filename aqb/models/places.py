"""Districts and ministries: the bodies that conclude agreements."""

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from aqb.history import recorded


def valid_in_order(model: str) -> models.CheckConstraint:
    """The constraint of everything that is valid from a day, and maybe to a day."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        name=f"{model}_validity_in_order",
        violation_error_message="Das Ende der Gültigkeit darf nicht vor ihrem Beginn liegen.",
    )


class Validity(models.QuerySet[Any]):
    """Rows that are valid from a day and maybe to a day."""

    def valid_on(self, day: date) -> Any:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def valid_in(self, year: int) -> Any:
        """Rows that are valid on at least one day of the year."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=date(year, 1, 1)), valid_from__lte=date(year, 12, 31)
        )


class DistrictSet(Validity):
    def complete(self) -> Any:
        """Districts none of whose grammatical forms is missing."""
        return self.exclude(models.Q.create([(form, "") for form in District.FORMS], connector=Q.OR))


@recorded()
class District(models.Model):
    """A county or a city with county status: one of the bodies that agreements are concluded with.

    The grammatical forms are stored, never derived: the paper prints exactly what stands here. A blank form is named
    by the check of the wording. `valid_from` and `valid_to` say when the body exists (Hanau from 2026).
    """

    FORMS = (
        "nominative", "genitive", "dative", "accusative", "locative",
        "short_nominative", "short_genitive", "short_dative", "short_accusative", "pronoun", "possessive",
    )  # fmt: skip

    class Kind(models.TextChoices):
        COUNTY = "county", "Landkreis"
        CITY = "city", "kreisfreie Stadt"

    ags = models.CharField("Gemeindeschlüssel", max_length=5)
    name = models.CharField("Name", max_length=120)
    sort_name = models.CharField("Name ohne Art", max_length=120, help_text="danach wird sortiert: „Offenbach“")
    kind = models.CharField("Art", max_length=10, choices=Kind)
    nominative = models.CharField("Nominativ", max_length=120, blank=True, help_text="der Landkreis Offenbach")
    genitive = models.CharField("Genitiv", max_length=120, blank=True, help_text="des Landkreises Offenbach")
    dative = models.CharField("Dativ", max_length=120, blank=True, help_text="dem Landkreis Offenbach")
    accusative = models.CharField("Akkusativ", max_length=120, blank=True, help_text="den Landkreis Offenbach")
    locative = models.CharField("Ortsform", max_length=120, blank=True, help_text="im Landkreis Offenbach")
    short_nominative = models.CharField("kurzer Nominativ", max_length=60, blank=True, help_text="der Landkreis")
    short_genitive = models.CharField("kurzer Genitiv", max_length=60, blank=True, help_text="des Landkreises")
    short_dative = models.CharField("kurzer Dativ", max_length=60, blank=True, help_text="dem Landkreis")
    short_accusative = models.CharField("kurzer Akkusativ", max_length=60, blank=True, help_text="den Landkreis")
    pronoun = models.CharField("Pronomen", max_length=10, blank=True, help_text="er oder sie")
    possessive = models.CharField(
        "Possessivpronomen", max_length=10, blank=True, help_text="sein oder ihr, ohne Endung"
    )
    self_name = models.CharField("Eigenbezeichnung", max_length=120, blank=True)
    body = models.CharField("handelndes Organ", max_length=160, blank=True)
    region = models.CharField("Regierungsbezirk", max_length=20)
    seat = models.CharField("Sitz", max_length=80)
    valid_from = models.DateField("gültig ab")
    valid_to = models.DateField("gültig bis", null=True, blank=True)

    objects = DistrictSet.as_manager()

    class Meta:
        verbose_name = "Gebietskörperschaft"
        verbose_name_plural = "Gebietskörperschaften"
        ordering = ("sort_name", "ags")
        constraints = (
            models.UniqueConstraint(
                fields=("ags",),
                name="district_ags_unique",
                violation_error_message="Diesen Gemeindeschlüssel gibt es schon.",
            ),
            models.CheckConstraint(
                condition=Q(ags__regex=r"^06\d{3}$"),
                name="district_ags_of_hesse",
                violation_error_message="Der Gemeindeschlüssel hat fünf Ziffern und beginnt in Hessen mit 06.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["county", "city"]),
                name="district_kind_known",
                violation_error_message="Bitte wählen Sie Landkreis oder kreisfreie Stadt.",
            ),
            valid_in_order("district"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def kind_word(self) -> str:
        """The name's first part where it only says the kind: "Landkreis", "Stadt", or nothing."""
        return self.name.removesuffix(self.sort_name).strip()


class MinistrySet(Validity):
    def in_force(self, on: date) -> "Ministry | None":
        """The ministry responsible on that day."""
        return self.valid_on(on).first()


@recorded()
class Ministry(models.Model):
    """The social ministry under one name and one minister: a new row whenever either changes."""

    short_name = models.CharField("Kurzname", max_length=20)
    name = models.CharField("Name", max_length=160)
    nominative = models.CharField("Nominativ", max_length=160)
    genitive = models.CharField("Genitiv", max_length=160)
    dative = models.CharField("Dativ", max_length=160)
    accusative = models.CharField("Akkusativ", max_length=160)
    minister = models.CharField("Leitung", max_length=120)
    minister_office = models.CharField("Amt", max_length=120)
    seat = models.CharField("Sitz", max_length=80)
    valid_from = models.DateField("gültig ab")
    valid_to = models.DateField("gültig bis", null=True, blank=True)
    source = models.CharField("Quelle", max_length=200, blank=True)

    objects = MinistrySet.as_manager()

    class Meta:
        verbose_name = "Ressort"
        verbose_name_plural = "Ressorts"
        ordering = ("-valid_from",)
        constraints = (
            valid_in_order("ministry"),
            ExclusionConstraint(
                name="ministry_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="Für diese Zeit ist schon ein Ressort eingetragen. Bitte passen Sie die "
                "Gültigkeit an.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.minister})"
