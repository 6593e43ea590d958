"""Projects, and how each version states them."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from agreements.models import AgreementVersion
from agreements.models.frozen import with_version
from aqb import full_text, triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from projects.models import facets
from projects.models.provider import Provider
from projects.models.reads import REQUIRED, EntrySet


class OfProject(VisibleTo):
    district_path = "agreement__district"


@recorded()
class Project(models.Model):
    """The identity of a project, stable over versions: grants and reports hang here."""

    uid = models.UUIDField("Kennung", default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="projects", verbose_name="Zielvereinbarung"
    )
    continued_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name="fortgesetzt aus"
    )

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = "Projekt"
        verbose_name_plural = "Projekte"
        ordering = ("agreement", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("uid",), name="project_uid_unique", violation_error_message="Diese Kennung gibt es schon."
            ),
            models.UniqueConstraint(
                fields=("agreement", "continued_from"),
                name="project_continued_once",
                violation_error_message="Dieses Projekt ist in dieser Zielvereinbarung schon fortgesetzt.",
            ),
        )
        triggers = (
            triggers.keeps(
                "project", ("agreement_id", "uid"), "Ein Projekt behält seine Zielvereinbarung und Kennung."
            ),
            triggers.trigger(
                "project_continues_own",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                IF NEW.continued_from_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM projects_project earlier
                    JOIN agreements_agreement before ON before.id = earlier.agreement_id
                    JOIN agreements_budgetyear before_year ON before_year.id = before.budget_year_id
                    JOIN agreements_agreement agreement ON agreement.id = NEW.agreement_id
                    JOIN agreements_budgetyear vintage ON vintage.id = agreement.budget_year_id
                    WHERE earlier.id = NEW.continued_from_id AND before.district_id = agreement.district_id
                    AND before_year.year < vintage.year
                ) THEN
                    {
                    triggers.refuse(
                        "project_continues_own",
                        triggers.text(
                            "Fortsetzen lassen sich nur Projekte derselben Gebietskörperschaft aus einem früheren Jahrgang."
                        ),
                    )
                }
                END IF;
                RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return str(self.uid)


LEGAL_CIRCLES = ("SGB II", "SGB III", "SGB VIII", "SGB XII", "AsylbLG")


@recorded()
class ProjectEntry(models.Model):
    """Projektstand: the project as one version states it.

    May be saved incomplete while the version is a draft; what is missing stands in `REQUIRED`. `amounts_unknown`
    marks projects of an imported contract, which prints no amounts.
    """

    class Implementation(models.TextChoices):
        OWN = "own", "die Gebietskörperschaft selbst"
        FORWARDED = "forwarded", "ein Träger, an den die Mittel weitergeleitet werden"
        CONTRACTED = "contracted", "ein Träger, der nach Vergaberecht beauftragt wird"

    project = models.ForeignKey(Project, models.PROTECT, related_name="entries", verbose_name="Projekt")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="entries", verbose_name="Fassung")
    category = models.ForeignKey(
        "agreements.MeasureCategory", models.PROTECT, null=True, blank=True, related_name="entries",
        verbose_name="Maßnahmenart",
    )  # fmt: skip
    title = models.CharField("Titel des Projekts", max_length=300)
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="Träger"
    )
    implementation = models.CharField("Durchführung", max_length=20, choices=Implementation, blank=True)
    description = models.TextField("Kurzbeschreibung", blank=True, max_length=4000)
    starts_on = models.DateField("Beginn", null=True, blank=True)
    ends_on = models.DateField("Ende", null=True, blank=True)
    places = models.PositiveIntegerField(
        "Plätze", null=True, blank=True, validators=[MaxValueValidator(100_000, "Höchstens 100.000 Plätze.")]
    )
    target_groups = ArrayField(models.CharField(max_length=40), verbose_name="Zielgruppen", default=list, blank=True)
    legal_circles = ArrayField(
        models.CharField(max_length=10, choices=[(circle, circle) for circle in LEGAL_CIRCLES]),
        verbose_name="Rechtskreise",
        default=list,
        blank=True,
    )
    part_time = models.BooleanField("in Teilzeit möglich", default=False)
    language = models.BooleanField("mit Sprachförderung", default=False)
    inclusive = models.BooleanField("inklusiv angelegt", default=False)
    amounts_unknown = models.BooleanField("Beträge nicht bekannt", default=False, editable=False)
    position = models.PositiveIntegerField("Reihenfolge", default=1)
    changed_at = models.DateTimeField("zuletzt geändert am", editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name="zuletzt geändert von",
    )  # fmt: skip

    objects = EntrySet.as_manager()

    class Meta:
        verbose_name = "Projektstand"
        verbose_name_plural = "Projektstände"
        ordering = ("version", "category__position", "position", "pk")
        indexes = (full_text.index("projectentry_words", "title", "description"),)
        constraints = (
            models.UniqueConstraint(
                fields=("project", "version"),
                name="projectentry_unique",
                violation_error_message="Dieses Projekt steht schon in dieser Fassung.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="projectentry_dates_in_order",
                violation_error_message="Das Ende muss nach dem Beginn liegen.",
            ),
            models.CheckConstraint(
                condition=Q(legal_circles__contained_by=list(LEGAL_CIRCLES)),
                name="projectentry_legal_circles_known",
                violation_error_message="Bitte wählen Sie nur die angebotenen Rechtskreise.",
            ),
            models.CheckConstraint(
                condition=Q(implementation__in=["", "own", "forwarded", "contracted"]),
                name="projectentry_implementation_known",
                violation_error_message="Bitte wählen Sie, wer das Projekt durchführt.",
            ),
        )
        triggers = (
            with_version("projectentry", "das Projekt"),
            triggers.trigger(
                "projectentry_of_agreement",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                IF TG_OP = 'UPDATE' AND (NEW.version_id <> OLD.version_id OR NEW.project_id <> OLD.project_id) THEN
                    {
                    triggers.refuse(
                        "projectentry_of_agreement",
                        triggers.text("Ein Projektstand behält sein Projekt und seine Fassung."),
                    )
                }
                END IF;
                IF NOT EXISTS (
                    SELECT 1 FROM projects_project project
                    JOIN agreements_agreementversion version ON version.agreement_id = project.agreement_id
                    WHERE project.id = NEW.project_id AND version.id = NEW.version_id
                ) THEN
                    {
                    triggers.refuse(
                        "projectentry_of_agreement",
                        triggers.text("Das Projekt gehört zu einer anderen Zielvereinbarung."),
                    )
                }
                END IF;
                IF NEW.provider_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM projects_provider provider
                    JOIN agreements_agreement agreement ON agreement.district_id = provider.district_id
                    JOIN agreements_agreementversion version ON version.agreement_id = agreement.id
                    WHERE provider.id = NEW.provider_id AND version.id = NEW.version_id
                ) THEN
                    {
                    triggers.refuse(
                        "projectentry_of_agreement",
                        triggers.text("Der Träger gehört zu einer anderen Gebietskörperschaft."),
                    )
                }
                END IF;
                RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def remarkable() -> dict[str, str]:
        """What of a project can be remarked on: name of the field -> what people call it."""
        return {facet.name: facet.title for facet in facets.FACETS} | {facets.MONEY: "Betrag"}

    @staticmethod
    def required_tasks() -> dict[str, str]:
        """Field -> what a district does to complete it."""
        return {name: task for name, (_, task) in REQUIRED.items()}
