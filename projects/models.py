"""What a district pays from its budget: projects, how each version states them, and their money."""

import uuid
from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Lower

from agreements.models import AgreementLine, AgreementVersion
from agreements.models.frozen import with_version
from aqb import triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.money import ZERO, EuroField, not_negative


@recorded()
class TargetGroup(models.Model):
    """Group of people whom a project is for; a row, because the programme's own list is only partly known."""

    key = models.SlugField("Schlüssel", max_length=40, unique=True)
    title = models.CharField("Bezeichnung", max_length=200)
    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    is_active = models.BooleanField("auswählbar", default=True)

    class Meta:
        verbose_name = "Zielgruppe"
        verbose_name_plural = "Zielgruppen"
        ordering = ("position", "key")

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


class OfProject(VisibleTo):
    district_path = "agreement__district"


@recorded()
class Project(models.Model):
    """The identity of a project, stable over versions: grants and reports hang here."""

    uid = models.UUIDField("Kennung", default=uuid.uuid4, unique=True, editable=False)
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

    def __str__(self) -> str:
        return str(self.uid)


# What a complete entry has: field -> (condition under which it is missing, the task for the district).
REQUIRED: dict[str, tuple[Q, str]] = {
    "title": (Q(title=""), "Titel angeben"),
    "category": (Q(category__isnull=True), "Maßnahmenart wählen"),
    "implementation": (Q(implementation=""), "angeben, wer das Projekt durchführt"),
    "provider": (Q(provider__isnull=True), "Träger wählen"),
    "description": (Q(description=""), "Kurzbeschreibung ergänzen"),
    "starts_on": (Q(starts_on__isnull=True), "Beginn der Laufzeit angeben"),
    "ends_on": (Q(ends_on__isnull=True), "Ende der Laufzeit angeben"),
    "target_groups": (
        Q(target_groups__len=0) & Q(category__has_participants=True),
        "mindestens eine Zielgruppe wählen",
    ),
    "legal_circles": (
        Q(legal_circles__len=0) & Q(category__has_participants=True),
        "mindestens einen Rechtskreis wählen",
    ),
    "shares": (Q(amount=0), "mindestens einen Betrag eintragen"),
}


class EntrySet(VisibleTo):
    """Project entries; the sum of an entry and what it lacks are defined here and nowhere else."""

    district_path = "version__agreement__district"

    def with_amount(self) -> Any:
        """Adds `amount`: the sum of the entry's shares in euro."""
        shares = FundingShare.objects.filter(entry=models.OuterRef("pk")).order_by().values("entry")
        return self.annotate(
            amount=Coalesce(models.Subquery(shares.annotate(total=Sum("amount")).values("total")), ZERO)
        )

    def with_missing(self) -> Any:
        """Adds `amount` and `missing`: the names of the fields that a complete entry needs and this one lacks."""
        lacks = [
            Case(When(condition, then=Value(field)), output_field=models.TextField())
            for field, (condition, _) in REQUIRED.items()
        ]
        array = Func(*lacks, function="ARRAY", template="%(function)s[%(expressions)s]", output_field=_names())
        missing = Func(
            array, Value(None, output_field=models.TextField()), function="array_remove", output_field=_names()
        )
        old = Value([], output_field=_names())
        return self.with_amount().annotate(missing=Case(When(amounts_unknown=True, then=old), default=missing))

    def incomplete(self) -> Any:
        return self.with_missing().filter(missing__len__gt=0)

    def complete(self) -> Any:
        return self.with_missing().filter(missing__len=0)

    def total(self) -> Decimal:
        """Sum of all shares of these entries."""
        return FundingShare.objects.filter(entry__in=self.values("pk")).aggregate(
            total=Coalesce(Sum("amount"), ZERO)
        )["total"]


def _names() -> "ArrayField[Any, Any]":
    return ArrayField(models.TextField())


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
                    {triggers.refuse("projectentry_of_agreement", triggers.text(
                        "Ein Projektstand behält sein Projekt und seine Fassung."))}
                END IF;
                IF NOT EXISTS (
                    SELECT 1 FROM projects_project project
                    JOIN agreements_agreementversion version ON version.agreement_id = project.agreement_id
                    WHERE project.id = NEW.project_id AND version.id = NEW.version_id
                ) THEN
                    {triggers.refuse("projectentry_of_agreement", triggers.text(
                        "Das Projekt gehört zu einer anderen Zielvereinbarung."))}
                END IF;
                IF NEW.provider_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM projects_provider provider
                    JOIN agreements_agreement agreement ON agreement.district_id = provider.district_id
                    JOIN agreements_agreementversion version ON version.agreement_id = agreement.id
                    WHERE provider.id = NEW.provider_id AND version.id = NEW.version_id
                ) THEN
                    {triggers.refuse("projectentry_of_agreement", triggers.text(
                        "Der Träger gehört zu einer anderen Gebietskörperschaft."))}
                END IF;
                RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.title


class ShareSet(VisibleTo):
    district_path = "entry__version__agreement__district"


@recorded()
class FundingShare(models.Model):
    """Finanzierungsanteil: money of an entry from one budget line in one cash year."""

    entry = models.ForeignKey(ProjectEntry, models.CASCADE, related_name="shares", verbose_name="Projektstand")
    line = models.ForeignKey(
        "agreements.BudgetLine", models.PROTECT, related_name="shares", verbose_name="Budgetlinie"
    )
    cash_year = models.PositiveSmallIntegerField("Kassenjahr")
    amount = EuroField("Betrag")

    objects = ShareSet.as_manager()

    class Meta:
        verbose_name = "Finanzierungsanteil"
        verbose_name_plural = "Finanzierungsanteile"
        ordering = ("entry", "line__position", "cash_year", "pk")
        constraints = (
            not_negative("fundingshare"),
            models.UniqueConstraint(
                fields=("entry", "line", "cash_year"),
                name="fundingshare_unique",
                violation_error_message="Für diese Budgetlinie und dieses Kassenjahr gibt es schon einen Betrag.",
            ),
        )
        triggers = (
            with_version(
                "fundingshare",
                "der Betrag",
                "SELECT version_id FROM projects_projectentry WHERE id = {row}.entry_id",
            ),
            triggers.trigger(
                "fundingshare_within_agreed",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                SELECT agreed.id, agreed.amount, line.title INTO agreed_id, ceiling, pot
                    FROM projects_projectentry entry
                    JOIN agreements_agreementline agreed ON agreed.version_id = entry.version_id
                    JOIN agreements_budgetline line ON line.id = agreed.line_id
                    WHERE entry.id = NEW.entry_id AND agreed.line_id = NEW.line_id
                    FOR NO KEY UPDATE OF agreed;
                SELECT COALESCE(sum(share.amount), 0) INTO total FROM projects_fundingshare share
                    JOIN projects_projectentry entry ON entry.id = share.entry_id
                    WHERE share.line_id = NEW.line_id AND entry.version_id =
                        (SELECT version_id FROM projects_projectentry WHERE id = NEW.entry_id);
                IF agreed_id IS NULL AND NEW.amount > 0 THEN
                    {triggers.refuse("fundingshare_within_agreed", triggers.text(
                        "Für diese Budgetlinie ist in der Fassung kein Ansatz vereinbart."))}
                END IF;
                IF total > ceiling THEN
                    {triggers.refuse(
                        "fundingshare_within_agreed",
                        f"'Die Beträge überschreiten den Ansatz „' || pot || '“ um ' || {triggers.euro('total - ceiling')}"
                        f" || '. Vereinbart sind ' || {triggers.euro('ceiling')} || '.'")}
                END IF;
                RETURN NULL;
                """,
                declare=[("agreed_id", "bigint"), ("ceiling", "numeric"), ("pot", "text"), ("total", "numeric")],
            ),
            triggers.trigger(
                "fundingshare_in_cash_year",
                pgtrigger.Insert | pgtrigger.Update,
                f"""
                IF NOT EXISTS (
                    SELECT 1 FROM agreements_budgetline line
                    JOIN agreements_budgetyear vintage ON vintage.id = line.budget_year_id
                    WHERE line.id = NEW.line_id
                    AND NEW.cash_year BETWEEN vintage.first_cash_year AND vintage.last_cash_year
                ) THEN
                    {triggers.refuse(
                        "fundingshare_in_cash_year",
                        "'Das Jahr ' || NEW.cash_year || ' ist kein Kassenjahr dieses Jahrgangs.'")}
                END IF;
                RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry}: {self.line} {self.cash_year}"


class AgreedLine(AgreementLine):
    """An agreed amount as the projects see it: it cannot sink below what is entered. Carries only that trigger."""

    class Meta:
        proxy = True
        verbose_name = "Ansatz"
        verbose_name_plural = "Ansätze"
        triggers = (
            triggers.trigger(
                "agreementline_covers_shares",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                ceiling := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE NEW.amount END;
                SELECT COALESCE(sum(share.amount), 0) INTO total FROM projects_fundingshare share
                    JOIN projects_projectentry entry ON entry.id = share.entry_id
                    WHERE share.line_id = OLD.line_id AND entry.version_id = OLD.version_id;
                IF total > ceiling THEN
                    {
                    triggers.refuse(
                        "agreementline_covers_shares",
                        f"'In den Projekten sind schon ' || {triggers.euro('total')} || ' erfasst. Der Ansatz kann nicht '"
                        f" || 'auf ' || {triggers.euro('ceiling')} || ' sinken.'",
                    )
                }
                END IF;
                RETURN NULL;
                """,
                declare=[("ceiling", "numeric"), ("total", "numeric")],
            ),
        )
