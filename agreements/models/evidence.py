"""Proofs of signatures: scans of signed paper, electronically signed files, and scans of several contracts at once."""

from typing import cast

import pgtrigger
from django.db import models
from django.db.models import Q

from agreements.models.agreement import AgreementVersion, person
from agreements.models.document import Document
from aqb import triggers
from aqb.access import VisibleTo
from aqb.history import recorded
from aqb.stored import StoredFile, has_fingerprint

CLOSED_ONCE = "Ein Sammelscan wird nur einmal abgeschlossen und nie gelöscht."
OF_ISSUE = "Ein Beleg gehört zu einer ausgefertigten, noch nicht von allen unterzeichneten Fassung und zu einer Seite."
SUPPORTS = "Ein Beleg, auf den sich eine Unterschrift stützt, wird nicht zurückgewiesen; gelöscht wird er nie."


class EvidenceSet(VisibleTo):
    district_path = "document__agreement__district"

    def standing(self) -> "EvidenceSet":
        """Not rejected."""
        return self.filter(rejected_at__isnull=True)


@recorded()
class ScanBatch(StoredFile):
    """Sammelscan: one upload with the signed pages of several contracts, kept whole whatever becomes of its pages.

    `pages` holds for each page what its code says: `{"number": "ZV-2026-06438-0", "page": 2}`, both empty when no
    code could be read. Nothing is attached until a person of the ministry assigns or discards the batch.
    """

    class Outcome(models.TextChoices):
        ASSIGNED = "assigned", "zugeordnet"
        DISCARDED = "discarded", "verworfen"

    name = models.CharField("Dateiname", max_length=200)
    pages = models.JSONField("gelesene Seiten")
    outcome = models.CharField("Ergebnis", max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField("abgeschlossen am", null=True, blank=True, editable=False)
    closed_by = person("abgeschlossen von")

    class Meta:
        verbose_name = "Sammelscan"
        verbose_name_plural = "Sammelscans"
        ordering = ("-created_at", "-pk")
        constraints = (
            has_fingerprint("scanbatch"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | Q(outcome__in=["assigned", "discarded"], closed_at__isnull=False, closed_by__isnull=False),
                name="scanbatch_closed_by_person",
                violation_error_message="Zum Abschluss eines Sammelscans gehören Ergebnis, Person und Zeitpunkt.",
            ),
            models.UniqueConstraint(
                fields=("sha256",),
                condition=Q(outcome=""),
                name="scanbatch_open_once",
                violation_error_message="Diese Datei liegt schon als offener Sammelscan vor.",
            ),
        )
        triggers = (
            triggers.keeps(
                "scanbatch",
                ("file", "sha256", "size", "media_type", "name", "pages", "created_at", "created_by_id"),
                "Ein Sammelscan bleibt, wie er hochgeladen wurde.",
            ),
            triggers.trigger(
                "scanbatch_closed_once",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                IF TG_OP = 'DELETE' OR OLD.outcome <> '' THEN
                    {triggers.refuse("scanbatch_closed_once", triggers.text(CLOSED_ONCE))}
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
            triggers.never_emptied("scanbatch"),
        )

    def __str__(self) -> str:
        return self.name


@recorded()
class Evidence(models.Model):
    """Beleg: a stored file as proof of signatures under exactly one issued version.

    A scan belongs to one party (`document.party`); an electronically signed file may carry signatures of several, then
    its party is empty. `findings` is what the application read in the file when it came in: for a scan the codes of
    its pages (`{"pages": [{"number": …, "page": …}, …]}`), for an electronic file the validation report
    (`{"report": …}`, see `aqb.inspection.signatures`). A rejected one stays and proves nothing.
    """

    class Form(models.TextChoices):
        PAPER = "paper", "auf Papier unterzeichnet"
        ELECTRONIC = "electronic", "elektronisch unterzeichnet"

    document = models.OneToOneField(Document, models.PROTECT, related_name="proof", verbose_name="Dokument")
    form = models.CharField("Form", max_length=10, choices=Form)
    findings = models.JSONField("Befund beim Hochladen", default=dict, blank=True)
    batch = models.ForeignKey(
        ScanBatch, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name="Sammelscan"
    )
    rejected_at = models.DateTimeField("zurückgewiesen am", null=True, blank=True, editable=False)
    rejected_by = person("zurückgewiesen von")
    rejected_reason = models.TextField("Grund der Zurückweisung", blank=True, editable=False)

    objects = EvidenceSet.as_manager()

    class Meta:
        verbose_name = "Beleg"
        verbose_name_plural = "Belege"
        ordering = ("-document__created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(rejected_at__isnull=True, rejected_by__isnull=True, rejected_reason="")
                | (Q(rejected_at__isnull=False, rejected_by__isnull=False) & ~Q(rejected_reason="")),
                name="evidence_rejected_with_reason",
                violation_error_message="Zum Zurückweisen eines Belegs gehören Person, Zeitpunkt und Grund.",
            ),
            models.CheckConstraint(
                condition=Q(form__in=["paper", "electronic"]),
                name="evidence_form_known",
                violation_error_message="Ein Beleg ist ein Scan oder eine elektronisch unterzeichnete Datei.",
            ),
        )
        triggers = (
            triggers.keeps(
                "evidence", ("document_id", "form", "findings", "batch_id"), "Ein Beleg bleibt, wie er eingegangen ist."
            ),
            triggers.trigger(
                "evidence_of_issue",
                pgtrigger.Insert,
                f"""
                IF NOT EXISTS (
                    SELECT 1 FROM agreements_document document
                    JOIN agreements_agreementversion version ON version.id = document.version_id
                    WHERE document.id = NEW.document_id AND document.kind = 'evidence' AND version.status = 'issued'
                        AND (document.party IN ('land', 'district') OR (document.party = '' AND NEW.form = 'electronic'))
                    FOR SHARE OF version
                ) THEN
                    {triggers.refuse("evidence_of_issue", triggers.text(OF_ISSUE))}
                END IF;
                RETURN NULL;
                """,
            ),
            triggers.trigger(
                "evidence_rejected_once",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                PERFORM 1 FROM agreements_agreementversion version
                    JOIN agreements_document document ON document.version_id = version.id
                    WHERE document.id = OLD.document_id FOR NO KEY UPDATE OF version;
                IF TG_OP = 'DELETE' OR OLD.rejected_at IS NOT NULL
                   OR EXISTS (SELECT 1 FROM agreements_signature WHERE evidence_id = OLD.document_id) THEN
                    {triggers.refuse("evidence_rejected_once", triggers.text(SUPPORTS))}
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
            triggers.never_emptied("evidence"),
        )

    def __str__(self) -> str:
        return self.document.title

    @property
    def version(self) -> AgreementVersion:
        """The issue that it belongs to; the database takes no evidence without one."""
        return cast("AgreementVersion", self.document.version)

    @property
    def is_rejected(self) -> bool:
        return self.rejected_at is not None
