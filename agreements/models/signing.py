"""Who is meant to sign, and who has signed."""

from django.db import models
from django.db.models import F, Q

from agreements.models import frozen
from agreements.models.agreement import AgreementVersion, OfVersion, Party, moment, person
from aqb import triggers
from aqb.history import recorded


@recorded()
class Signatory(models.Model):
    """Who is meant to sign for a party; the name stands under the line of the issued paper. One or two per side."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatories", verbose_name="Fassung")
    party = models.CharField("Seite", max_length=10, choices=Party)
    position = models.PositiveSmallIntegerField("Stelle", default=1)
    name = models.CharField("Name", max_length=300)
    office = models.CharField("Amt", max_length=300)

    objects = OfVersion.as_manager()

    class Meta:
        verbose_name = "vorgesehene Unterschrift"
        verbose_name_plural = "vorgesehene Unterschriften"
        ordering = ("version", "-party", "position")
        constraints = (
            models.CheckConstraint(
                condition=Q(position__in=[1, 2], party__in=["land", "district"]),
                name="signatory_one_or_two_per_side",
                violation_error_message="Für jede Seite unterzeichnen eine oder zwei Personen.",
            ),
            models.UniqueConstraint(
                fields=("version", "party", "position"),
                name="signatory_unique",
                violation_error_message="Diese Stelle ist für diese Seite schon besetzt.",
            ),
        )
        triggers = (
            frozen.with_version("signatory", "die vorgesehene Unterschrift"),
            triggers.never_emptied("signatory"),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.office}"


@recorded()
class Signature(models.Model):
    """Unterzeichnung: a person has signed for a party, at a place, on a day. Recorded while the version is issued.

    It counts once a second person has confirmed it against the evidence. `field_name` names the signature in an
    electronically signed file; it is empty for a signature on paper. `date_as_written` keeps how an imported contract
    wrote the date ("8.8.23"); empty means the usual form.
    """

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatures", verbose_name="Fassung")
    party = models.CharField("Seite", max_length=10, choices=Party)
    position = models.PositiveSmallIntegerField("Stelle", default=1)
    name = models.CharField("Name", max_length=300, help_text="wie gedruckt, mit Titel")
    office = models.CharField("Amt", max_length=300, help_text="Amt am Tag der Unterschrift")
    place = models.CharField("Ort", max_length=120)
    signed_on = models.DateField("Datum der Unterschrift")
    date_as_written = models.CharField("Datum wie geschrieben", max_length=40, blank=True, editable=False)
    evidence = models.ForeignKey(
        "agreements.Document", models.PROTECT, null=True, blank=True, related_name="signatures", verbose_name="Beleg"
    )
    field_name = models.CharField("Unterschrift in der Datei", max_length=200, blank=True, editable=False)
    recorded_at = models.DateTimeField("erfasst am", editable=False)
    recorded_by = person("erfasst von")
    confirmed_at = moment("bestätigt am")
    confirmed_by = person("bestätigt von")

    objects = OfVersion.as_manager()

    class Meta:
        verbose_name = "Unterzeichnung"
        verbose_name_plural = "Unterzeichnungen"
        ordering = ("version", "-party", "position")
        constraints = (
            models.CheckConstraint(
                condition=Q(position__in=[1, 2], party__in=["land", "district"]),
                name="signature_one_or_two_per_side",
                violation_error_message="Für jede Seite unterzeichnen eine oder zwei Personen.",
            ),
            models.UniqueConstraint(
                fields=("version", "party", "position"),
                name="signature_unique",
                violation_error_message="Diese Unterschrift ist schon erfasst.",
            ),
            models.UniqueConstraint(
                fields=("evidence", "field_name"),
                condition=~Q(field_name=""),
                name="signature_of_file_matched_once",
                violation_error_message="Diese Unterschrift aus der Datei ist schon zugeordnet.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=F("recorded_by"))),
                name="signature_confirmed_by_second_person",
                violation_error_message="Vier-Augen-Prinzip: Wer eine Unterschrift erfasst hat, bestätigt sie nicht.",
            ),
        )
        triggers = (
            frozen.ONLY_WHILE_ISSUED,
            frozen.EVIDENCE_OF_VERSION,
            frozen.CONFIRMED_NOT_BY_UPLOADER,
            frozen.CONFIRMED_IS_UNCHANGED,
            triggers.never_emptied("signature"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.get_party_display()})"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_electronic(self) -> bool:
        """Made in the file itself, not on paper."""
        return bool(self.field_name)
