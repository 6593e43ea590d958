"""Who carries out projects, and for whom they are."""

from django.db import models
from django.db.models.functions import Lower

from aqb import full_text, triggers
from aqb.access import VisibleTo
from aqb.history import recorded


@recorded()
class TargetGroup(models.Model):
    """Group of people whom a project is for; a row, because the programme's own list is only partly known."""

    key = models.SlugField("Schlüssel", max_length=40)
    title = models.CharField("Bezeichnung", max_length=200)
    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    is_active = models.BooleanField("auswählbar", default=True)

    class Meta:
        verbose_name = "Zielgruppe"
        verbose_name_plural = "Zielgruppen"
        ordering = ("position", "key")
        constraints = (
            models.UniqueConstraint(
                fields=("key",),
                name="targetgroup_key_unique",
                violation_error_message="Diesen Schlüssel gibt es schon.",
            ),
        )

    def __str__(self) -> str:
        return self.title


class OfDistrict(VisibleTo):
    district_path = "district"


@recorded()
class Provider(models.Model):
    """Träger: the body that carries out a project, as a district knows it. `own` marks the district itself."""

    district = models.ForeignKey(
        "aqb.District", models.PROTECT, related_name="providers", verbose_name="Gebietskörperschaft"
    )
    name = models.CharField("Name", max_length=300)
    city = models.CharField("Ort", max_length=120, blank=True)
    own = models.BooleanField("die Gebietskörperschaft selbst", default=False)

    objects = OfDistrict.as_manager()

    class Meta:
        verbose_name = "Träger"
        verbose_name_plural = "Träger"
        ordering = ("name", "pk")
        indexes = (full_text.index("provider_words", "name", "city"),)
        triggers = (triggers.keeps("provider", ("district_id",), "Ein Träger behält seine Gebietskörperschaft."),)
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                "district",
                name="provider_name_unique",
                violation_error_message="Einen Träger mit diesem Namen gibt es in Ihrer Liste schon.",
            ),
        )

    def __str__(self) -> str:
        return self.name
