"""Back office of what proves signatures: evidence, and scans of several contracts. Read only."""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from agreements.admin.kept import Kept
from agreements.models import Evidence, ScanBatch
from aqb.back_office import Reason
from aqb.templatetags.aqb import file_size, moment

OF_DOCUMENT = ("document__agreement__budget_year", "document__agreement__district", "document__version")


def page_in_words(page: dict[str, Any]) -> str:
    """What the code on a scanned page says."""
    if not page["number"]:
        return "kein lesbarer Code"
    return f"{page['number']}, Seite {page['page']}" if page["page"] else str(page["number"])


@admin.register(Evidence)
class EvidenceAdmin(Kept):
    fixed = Reason(
        "Belege bleiben, wie sie eingegangen sind",
        ("Hochladen, erfassen, bestätigen und zurückweisen lassen sich Belege in der Fassung.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = "Belege werden nicht gelöscht. Ein falscher Beleg wird in der Fassung zurückgewiesen."
    related = (*OF_DOCUMENT, "document__created_by", "rejected_by", "batch")
    list_display = ("document", "form", "district", "budget_year", "uploaded_by", "uploaded_at", "rejected_at")
    list_filter = (
        "form", ("rejected_at", admin.EmptyFieldListFilter), ("batch", admin.EmptyFieldListFilter),
        "document__party", "document__agreement__budget_year",
    )  # fmt: skip
    search_fields = (
        "document__title", "document__number", "document__sha256", "document__agreement__district__name",
        "rejected_reason",
    )  # fmt: skip
    ordering = ("-document__created_at", "-pk")
    fields = (
        "document", "form", "batch", ("uploaded_by", "uploaded_at"), "findings_in_words",
        ("rejected_by", "rejected_at"), "rejected_reason",
    )  # fmt: skip
    readonly_fields = ("uploaded_by", "uploaded_at", "findings_in_words")

    @admin.display(description="Gebietskörperschaft", ordering="document__agreement__district__sort_name")
    def district(self, row: Evidence) -> str:
        return str(row.document.agreement.district)

    @admin.display(description="Jahrgang", ordering="document__agreement__budget_year__year")
    def budget_year(self, row: Evidence) -> str:
        return row.document.agreement.budget_year.title

    @admin.display(description="hochgeladen von", ordering="document__created_by__name")
    def uploaded_by(self, row: Evidence) -> str | None:
        return str(row.document.created_by) if row.document.created_by else None

    @admin.display(description="hochgeladen am", ordering="document__created_at")
    def uploaded_at(self, row: Evidence) -> str:
        return moment(row.document.created_at)

    @admin.display(description="Befund beim Hochladen")
    def findings_in_words(self, row: Evidence) -> str:
        signatures = row.findings.get("report", {}).get("signatures", [])
        signed = [f"{one['signer']}: {one['trust_text']}" for one in signatures]
        return " · ".join([page_in_words(page) for page in row.findings.get("pages", [])] + signed)

    def work_url(self, row: Evidence) -> str:
        agreement = row.document.agreement
        return reverse(
            "evidence_detail", args=[agreement.budget_year.year, agreement.district.ags, row.version.number, row.pk]
        )


@admin.register(ScanBatch)
class ScanBatchAdmin(Kept):
    fixed = Reason(
        "Sammelscans bleiben, wie sie hochgeladen wurden",
        ("Hochladen, zuordnen und verwerfen lassen sie sich in der Arbeitsoberfläche.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = "Sammelscans werden nicht gelöscht, damit sich jede Zuordnung nachprüfen lässt."
    related = ("created_by", "closed_by")
    list_display = ("name", "page_count", "created_by", "created_at", "outcome", "closed_by", "closed_at")
    list_filter = ("outcome",)
    search_fields = ("name", "sha256", "created_by__name")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = (
        "name", "sha256", ("size_in_words", "media_type"), ("created_by", "created_at"), "pages_in_words",
        ("outcome", "closed_by", "closed_at"),
    )  # fmt: skip
    readonly_fields = ("size_in_words", "pages_in_words")

    @admin.display(description="Seiten")
    def page_count(self, row: ScanBatch) -> int:
        return len(row.pages)

    @admin.display(description="Größe")
    def size_in_words(self, row: ScanBatch) -> str:
        return file_size(row.size)

    @admin.display(description="gelesene Seiten")
    def pages_in_words(self, row: ScanBatch) -> str:
        return " · ".join(f"{at}: {page_in_words(page)}" for at, page in enumerate(row.pages, start=1))

    def work_url(self, row: ScanBatch) -> str:
        return reverse("scan_batch_detail", args=[row.pk])
