"""Back office of what is kept for good: documents, who fetched them, and the way of each version. Read only."""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from agreements.admin.agreement import OF_VERSION
from agreements.models import Document, Download, StatusChange, Submission
from aqb.back_office import Reason, Table
from aqb.templatetags.aqb import file_size, moment


class Kept(Table):
    may_add = False


@admin.register(Document)
class DocumentAdmin(Kept):
    fixed = Reason(
        "Dokumente werden weder geändert noch gelöscht",
        ("Neue Dokumente entstehen beim Ausfertigen, beim Unterzeichnen und beim Hochladen in der Zielvereinbarung.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    related = ("agreement__budget_year", "agreement__district", "created_by")
    list_display = ("title", "kind", "number", "district", "budget_year", "size_in_words", "created_at", "created_by")
    list_filter = ("kind", "seal", "agreement__budget_year", "agreement__district__region")
    search_fields = ("title", "number", "sha256", "agreement__district__name", "=agreement__budget_year__year")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    fields = (
        "agreement", "version", ("kind", "party", "seal"), "number", "title", "sha256", ("size_in_words", "media_type"),
        ("created_by", "created_at"),
    )  # fmt: skip
    readonly_fields = ("size_in_words",)

    @admin.display(description="Gebietskörperschaft", ordering="agreement__district__sort_name")
    def district(self, row: Document) -> str:
        return str(row.agreement.district)

    @admin.display(description="Jahrgang", ordering="agreement__budget_year__year")
    def budget_year(self, row: Document) -> str:
        return row.agreement.budget_year.title

    @admin.display(description="Größe", ordering="size")
    def size_in_words(self, row: Document) -> str:
        return file_size(row.size)

    def work_url(self, row: Document) -> str:
        agreement = row.agreement
        return reverse("agreement_detail", args=[agreement.budget_year.year, agreement.district.ags])


@admin.register(Download)
class DownloadAdmin(Kept):
    read = "downloads.read"
    fixed = Reason(
        "Das Abrufprotokoll wird weder geändert noch gelöscht",
        ("Jeder Abruf eines Dokuments wird von selbst eingetragen.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    related = ("document__agreement__budget_year", "document__agreement__district", "user")
    list_display = ("document", "document_number", "user", "moment")
    list_filter = ("document__kind", "document__agreement__budget_year", "user__role")
    search_fields = ("document__title", "document__number", "user__name", "user__email")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("document", "user", "at")

    @admin.display(description="Nummer", ordering="document__number")
    def document_number(self, row: Download) -> str:
        return row.document.number

    @admin.display(description="am", ordering="at")
    def moment(self, row: Download) -> str:
        return moment(row.at)


@admin.register(Submission)
class SubmissionAdmin(Kept):
    fixed = Reason(
        "Einreichungen werden weder geändert noch gelöscht",
        ("Was eingereicht wurde, wird beim Einreichen von selbst festgehalten. Die Prüfseite vergleicht damit.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    related = (*OF_VERSION, "submitted_by")
    list_display = ("version", "submitted_at", "submitted_by")
    list_filter = ("version__agreement__budget_year",)
    search_fields = ("version__agreement__district__name", "submitted_by__name")
    date_hierarchy = "submitted_at"
    ordering = ("-submitted_at", "-pk")
    fields = ("version", ("submitted_by", "submitted_at"))

    def work_url(self, row: Any) -> str:
        agreement = row.version.agreement
        return reverse("version_detail", args=[agreement.budget_year.year, agreement.district.ags, row.version.number])


@admin.register(StatusChange)
class StatusChangeAdmin(Kept):
    fixed = Reason(
        "Der Verlauf wird weder geändert noch gelöscht", ("Jeder Schritt einer Fassung wird von selbst eingetragen.",)
    )
    why_not_added = fixed.sentences[0]
    why_kept = f"{fixed.title}."
    related = (*OF_VERSION, "by", "on_behalf_of")
    list_display = ("version", "from_status", "to_status", "by", "on_behalf_of", "at", "reason")
    list_filter = ("to_status", "version__agreement__budget_year")
    search_fields = ("version__agreement__district__name", "version__document_number", "by__name", "reason")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("version", ("from_status", "to_status"), ("by", "on_behalf_of", "at"), "reason")

    def work_url(self, row: Any) -> str:
        agreement = row.version.agreement
        return reverse("version_detail", args=[agreement.budget_year.year, agreement.district.ags, row.version.number])
