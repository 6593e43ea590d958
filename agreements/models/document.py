"""Frozen bytes and who fetched them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from aqb import full_text, triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.stored import StoredFile, has_fingerprint

OTHER_AGREEMENT = "Die Fassung gehört zu einer anderen Zielvereinbarung."


class OfAgreement(VisibleTo):
    district_path = "agreement__district"

    def issued(self) -> "OfAgreement":
        return self.filter(kind=Document.Kind.ISSUED)

    def signed(self) -> "OfAgreement":
        return self.filter(kind=Document.Kind.SIGNED)


@recorded()
class Document(StoredFile):
    """A file of an agreement with its SHA-256. Neither changed nor deleted; the bytes lie in the content store.

    `seal` says whose seal the fair copy carries; an empty one means that it carries none.
    """

    class Seal(models.TextChoices):
        OFFICIAL = "official", "Organisationssiegel"
        TEST = "test", "Testsiegel"

    class Kind(models.TextChoices):
        ISSUED = "issued", "Ausfertigung"
        SIGNED = "signed", "Reinschrift"
        EVIDENCE = "evidence", "Beleg"
        ORIGINAL = "original", "übernommener Originaltext"
        STRATEGY = "strategy", "Strategie"
        ATTACHMENT = "attachment", "Anlage"

    agreement = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="documents", verbose_name="Zielvereinbarung"
    )
    version = models.ForeignKey(
        "agreements.AgreementVersion", models.PROTECT, null=True, blank=True, related_name="documents",
        verbose_name="Fassung",
    )  # fmt: skip
    kind = models.CharField("Art", max_length=20, choices=Kind)
    party = models.CharField("Seite", max_length=10, blank=True)
    number = models.CharField("Nummer", max_length=30, blank=True)
    title = models.CharField("Titel", max_length=200)
    seal = models.CharField("Siegel", max_length=10, choices=Seal, blank=True)

    objects = OfAgreement.as_manager()

    class Meta:
        verbose_name = "Dokument"
        verbose_name_plural = "Dokumente"
        ordering = ("-created_at", "-pk")
        indexes = (full_text.index("document_words", "title"),)
        constraints = (
            models.UniqueConstraint(
                fields=("version", "kind"),
                condition=Q(kind__in=["issued", "signed"]),
                name="document_one_issue_and_fair_copy",
                violation_error_message="Diese Fassung ist schon ausgefertigt oder hat schon eine Reinschrift.",
            ),
            has_fingerprint("document"),
            models.CheckConstraint(
                condition=Q(seal="") | Q(seal__in=["test", "official"], kind="signed"),
                name="document_only_fair_copy_sealed",
                violation_error_message="Ein Siegel trägt nur die Reinschrift.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["issued", "signed", "evidence"]) | Q(version__isnull=False),
                name="document_of_version",
                violation_error_message="Ausfertigung, Reinschrift und Beleg gehören zu genau einer Fassung.",
            ),
        )
        triggers = (
            *triggers.append_only("document", "Dokumente werden weder geändert noch gelöscht."),
            triggers.trigger(
                "document_of_agreement",
                pgtrigger.Insert,
                f"""
                IF NEW.version_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM agreements_agreementversion
                    WHERE id = NEW.version_id AND agreement_id = NEW.agreement_id
                ) THEN
                    {triggers.refuse("document_of_agreement", triggers.text(OTHER_AGREEMENT))}
                END IF;
                RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """Name under which a person saves the file: `ZV-2023-06438-0-signed.pdf`."""
        ending = {"application/pdf": "pdf", "text/plain": "txt"}.get(self.media_type, "bin")
        return f"{self.number or f'dokument-{self.pk}'}-{self.kind}.{ending}"


class DownloadSet(VisibleTo):
    district_path = "document__agreement__district"


class Download(models.Model):
    """Somebody fetched a document: who, which, when. Neither changed nor deleted."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="downloads", verbose_name="Dokument")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="downloads", verbose_name="Person")
    at = models.DateTimeField("am")

    objects = DownloadSet.as_manager()

    class Meta:
        verbose_name = "Abruf"
        verbose_name_plural = "Abrufe"
        ordering = ("-at", "-pk")
        triggers = triggers.append_only("download", "Das Abrufprotokoll wird weder geändert noch gelöscht.")

    def __str__(self) -> str:
        return f"{self.document} · {self.user}"
