"""The contract: one per vintage and district, its versions, and what each version states."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements.models import frozen, states
from agreements.models.lead_times import StatusChangeSet
from agreements.models.totals import AgreementSet, LineSet, VersionSet
from aqb import triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.money import EuroField, not_negative


class Status(models.TextChoices):
    """Where a version stands. Only actions assign it."""

    DRAFT = "draft", "Entwurf"
    SUBMITTED = "submitted", "Eingereicht"
    APPROVED = "approved", "Freigegeben"
    ISSUED = "issued", "Ausgefertigt"
    SIGNED = "signed", "Unterzeichnet"
    PUBLISHED = "published", "Veröffentlicht"
    WITHDRAWN = "withdrawn", "Zurückgezogen"
    TERMINATED = "terminated", "Beendet"


# step -> where it may start, where it leads; the database refuses every other change of status.
TRANSITIONS: dict[str, tuple[frozenset[Status], Status]] = {
    "submit": (frozenset({Status.DRAFT}), Status.SUBMITTED),
    "return": (frozenset({Status.SUBMITTED, Status.APPROVED}), Status.DRAFT),
    "approve": (frozenset({Status.SUBMITTED}), Status.APPROVED),
    "issue": (frozenset({Status.APPROVED}), Status.ISSUED),
    "sign": (frozenset({Status.ISSUED}), Status.SIGNED),
    "publish": (frozenset({Status.SIGNED}), Status.PUBLISHED),
    "withdraw": (frozenset({Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.ISSUED}), Status.WITHDRAWN),
    "terminate": (frozenset({Status.SIGNED, Status.PUBLISHED}), Status.TERMINATED),
}
OPEN = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.ISSUED)
IN_FORCE = (Status.SIGNED, Status.PUBLISHED)


class Party(models.TextChoices):
    LAND = "land", "Land Hessen"
    DISTRICT = "district", "Gebietskörperschaft"


def person(verbose_name: str) -> Any:
    """Who did something: set by actions only, kept for good."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=verbose_name,
    )  # fmt: skip


def moment(verbose_name: str) -> Any:
    return models.DateTimeField(verbose_name, null=True, blank=True, editable=False)


@recorded()
class Agreement(models.Model):
    """Zielvereinbarung: the contract of one vintage with one district. What it says stands in its versions."""

    budget_year = models.ForeignKey(
        "agreements.BudgetYear", models.PROTECT, related_name="agreements", verbose_name="Budgetjahrgang"
    )
    district = models.ForeignKey(
        "aqb.District", models.PROTECT, related_name="agreements", verbose_name="Gebietskörperschaft"
    )
    reference = models.CharField("Aktenzeichen", max_length=60, blank=True)

    objects = AgreementSet.as_manager()

    class Meta:
        verbose_name = "Zielvereinbarung"
        verbose_name_plural = "Zielvereinbarungen"
        ordering = ("-budget_year__year", "district__sort_name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("budget_year", "district"),
                name="agreement_unique",
                violation_error_message="Für diesen Jahrgang gibt es mit dieser Gebietskörperschaft schon eine "
                "Zielvereinbarung.",
            ),
        )
        triggers = (
            triggers.keeps(
                "agreement",
                ("budget_year_id", "district_id"),
                "Eine Zielvereinbarung behält ihren Jahrgang und ihre Gebietskörperschaft.",
            ),
        )

    def __str__(self) -> str:
        return f"Zielvereinbarung {self.budget_year.year} · {self.district}"


@recorded()
class AgreementVersion(models.Model):
    """Fassung: 0 is the agreement, 1.. are amendments or the copies that follow a withdrawn version.

    `base` is the version in force that it changes (empty for the agreement itself). `snapshot` holds everything
    printed, frozen at issue; from then on nothing of the version changes but the dates of the following steps.
    `taken_over` marks an old contract that was imported already signed. `prepared_by` is the last person who
    changed lines, wording or entries in the ministry's name; with `submitted_by` it decides about four eyes.
    `unlocked` says what the district may change after a return (see `agreements.unlocking`): None is everything.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions", verbose_name="Zielvereinbarung")
    number = models.PositiveSmallIntegerField("Fassung", default=0)
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name="geänderte Fassung"
    )
    wording = models.ForeignKey(
        "agreements.Wording", models.PROTECT, related_name="versions", verbose_name="Vertragstext"
    )
    ministry = models.ForeignKey(
        "aqb.Ministry", models.PROTECT, null=True, blank=True, related_name="versions", verbose_name="Ressort",
        help_text="leer: das am Tag der Ausfertigung zuständige",
    )  # fmt: skip
    reason = models.TextField("Anlass der Änderung", blank=True)
    taken_over = models.BooleanField("übernommener Altvertrag", default=False, editable=False)
    status = models.CharField("Stand", max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    status_changed_at = models.DateTimeField("im Stand seit", editable=False)
    created_at = models.DateTimeField("angelegt am", editable=False)
    created_by = person("angelegt von")
    prepared_at = moment("vorbereitet am")
    prepared_by = person("vorbereitet von")
    submitted_at = moment("eingereicht am")
    submitted_by = person("eingereicht von")
    returned_at = moment("zurückgegeben am")
    returned_by = person("zurückgegeben von")
    return_reason = models.TextField("Grund der Rückgabe", blank=True, editable=False)
    unlocked = models.JSONField("zur Bearbeitung freigegeben", null=True, blank=True, editable=False)
    resubmit_due = models.DateField("wieder einzureichen bis", null=True, blank=True, editable=False)
    approved_at = moment("freigegeben am")
    approved_by = person("freigegeben von")
    issued_at = moment("ausgefertigt am")
    issued_by = person("ausgefertigt von")
    signed_at = moment("unterzeichnet am")
    published_at = moment("veröffentlicht am")
    published_by = person("veröffentlicht von")
    withdrawn_at = moment("zurückgezogen am")
    withdrawn_by = person("zurückgezogen von")
    terminated_at = moment("beendet am")
    terminated_by = person("beendet von")
    ended_reason = models.TextField("Grund des Endes", blank=True, editable=False)
    document_number = models.CharField("Dokumentnummer", max_length=30, blank=True, editable=False)
    snapshot = models.JSONField("gedruckter Stand", null=True, blank=True, editable=False)

    objects = VersionSet.as_manager()

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        ordering = ("agreement", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "number"),
                name="agreementversion_number_unique",
                violation_error_message="Diese Fassung gibt es schon.",
            ),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=Q(status__in=OPEN),
                name="agreementversion_one_open",
                violation_error_message="Zu dieser Zielvereinbarung ist schon eine Fassung in Arbeit.",
            ),
            models.UniqueConstraint(
                fields=("document_number",),
                condition=~Q(document_number=""),
                name="agreementversion_document_number_unique",
                violation_error_message="Diese Dokumentnummer ist schon vergeben.",
            ),
            *states.STATUS_CONSTRAINTS,
        )
        triggers = (*states.STATUS_TRIGGERS, frozen.ISSUED_IS_FROZEN)

    def __str__(self) -> str:
        return f"{self.agreement} · {self.designation}"

    @property
    def designation(self) -> str:
        """What people call it; the paper's own name is in the snapshot."""
        if self.base_id is None:
            return "Zielvereinbarung" if self.number == 0 else f"Zielvereinbarung (Fassung {self.number})"
        return f"Änderungsvereinbarung (Fassung {self.number})"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_frozen(self) -> bool:
        """Issued or later: nothing of it changes any more."""
        return self.issued_at is not None

    @property
    def is_returned(self) -> bool:
        """A draft that came back from the ministry."""
        return self.status == Status.DRAFT and self.returned_at is not None

    @property
    def submission_due(self) -> date | None:
        """Until when the district hands it in: the day that a return has named, else the vintage's.

        For an amendment the vintage has none: it comes when it comes.
        """
        if self.resubmit_due or self.base_id is not None:
            return self.resubmit_due
        return self.agreement.budget_year.submission_due


@recorded()
class AgreementLine(models.Model):
    """Ansatz: agreed amount of a budget line in a version."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="lines", verbose_name="Fassung")
    line = models.ForeignKey(
        "agreements.BudgetLine", models.PROTECT, related_name="agreement_lines", verbose_name="Budgetlinie"
    )
    amount = EuroField("Betrag")

    objects = LineSet.as_manager()

    class Meta:
        verbose_name = "Ansatz"
        verbose_name_plural = "Ansätze"
        ordering = ("version", "line__position", "pk")
        constraints = (
            not_negative("agreementline"),
            models.UniqueConstraint(
                fields=("version", "line"),
                name="agreementline_unique",
                violation_error_message="Diese Budgetlinie hat in der Fassung schon einen Ansatz.",
            ),
        )
        triggers = (
            frozen.with_version("agreementline", "der Ansatz"),
            frozen.LINE_OF_VINTAGE,
            frozen.LINE_WITHIN_ALLOCATION,
            triggers.keeps("agreementline", ("version_id", "line_id"), "Ein Ansatz behält Fassung und Budgetlinie."),
            triggers.never_emptied("agreementline"),
        )

    def __str__(self) -> str:
        return f"{self.line.title}: {self.version}"


class OfVersion(VisibleTo):
    district_path = "version__agreement__district"


@recorded()
class StatusChange(models.Model):
    """One step in the life of a version: from where to where, by whom, when, why. Never changed, never deleted."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="status_changes", verbose_name="Fassung")
    from_status = models.CharField("von", max_length=20, choices=Status, blank=True)
    to_status = models.CharField("nach", max_length=20, choices=Status)
    reason = models.TextField("Grund", blank=True)
    at = models.DateTimeField("am")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="von Person"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="in Vertretung von",
    )

    objects = StatusChangeSet.as_manager()

    class Meta:
        verbose_name = "Statuswechsel"
        verbose_name_plural = "Statuswechsel"
        ordering = ("version", "at", "pk")
        triggers = triggers.append_only("statuschange", "Der Verlauf wird weder geändert noch gelöscht.")

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"
