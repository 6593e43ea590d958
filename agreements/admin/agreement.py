"""Back office of agreements and their versions."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse

from agreements.actions import drafting, steps
from agreements.admin.reasons import version_reason
from agreements.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Party,
    Signatory,
    Signature,
    Status,
    StatusChange,
)
from aqb.back_office import Reason, Rows, Table, acting, become, money
from aqb.refusals import validation_refusals

OF_VERSION = ("version__agreement__budget_year", "version__agreement__district")


class VersionRows(Rows):
    model = AgreementVersion
    related = ("agreement__budget_year", "agreement__district", "base")
    fields = ("designation", "status", "status_changed_at", "money_agreed", "document_number")
    readonly_fields = fields
    show_change_link = True
    money_agreed = money("agreed", "vereinbart")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_totals()

    @admin.display(description="Bezeichnung")
    def designation(self, version: AgreementVersion) -> str:
        return version.designation


@admin.register(Agreement)
class AgreementAdmin(Table):
    keep = "vintage.keep"
    may_add = False
    why_not_added = "Zielvereinbarungen entstehen, wenn der Jahrgang eröffnet wird. Bitte öffnen Sie den Jahrgang."
    why_kept = "Zielvereinbarungen werden nicht gelöscht. Bitte ziehen Sie ihre offene Fassung zurück."
    related = ("budget_year", "district")
    list_display = ("district", "budget_year", "reference", "current_status", "money_agreed", "money_entered")
    list_filter = ("budget_year", "district__region", "district__kind")
    search_fields = ("district__name", "district__ags", "reference", "=budget_year__year")
    sums = ("agreed", "entered")
    work_list = ("agreement_list", "Zielvereinbarungen in der Arbeitsoberfläche")
    fields = ("budget_year", "district", "reference")
    readonly_fields = ("budget_year", "district")
    inlines = (VersionRows,)
    money_agreed = money("agreed", "vereinbart")
    money_entered = money("entered", "erfasst")

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = AgreementVersion.objects.with_totals().filter(agreement=OuterRef("pk")).order_by("-number")
        return super().get_queryset(request).annotate(
            status=Subquery(newest.values("status")[:1]),
            agreed=Subquery(newest.values("agreed")[:1]),
            entered=Subquery(newest.values("entered")[:1]),
        )  # fmt: skip

    @admin.display(description="Stand der neuesten Fassung", ordering="status")
    def current_status(self, row: Any) -> str | None:
        return Status(row.status).label if row.status else None

    def work_url(self, row: Agreement) -> str:
        return reverse("agreement_detail", args=[row.budget_year.year, row.district.ags])


class LineRows(Rows):
    model = AgreementLine
    editable = True
    related = ("line__budget_year",)
    fields = ("line", "amount", "money_allocated", "money_entered", "money_remaining")
    readonly_fields = ("money_allocated", "money_entered", "money_remaining")
    money_amount = money("amount", "Betrag")
    money_allocated = money("allocated", "zugewiesen")
    money_entered = money("entered", "erfasst")
    money_remaining = money("remaining", "frei")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_totals()

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        lines = super().get_field_queryset(db, db_field, request)
        return lines.filter(budget_year=self.parent.agreement.budget_year_id) if self.parent else lines

    def save_rows(self, request: HttpRequest, parent: AgreementVersion, changed: list[Any], removed: list[Any]) -> None:
        amounts = {row.line_id: row.amount for row in changed}
        drafting.set_lines(version=parent, amounts=amounts, by=acting(request))


class SignatoryRows(Rows):
    model = Signatory
    editable = True
    can_delete = True
    fields = ("party", "position", "name", "office")
    verbose_name_plural = "Wer unterzeichnen soll"

    def save_rows(self, request: HttpRequest, parent: AgreementVersion, changed: list[Any], removed: list[Any]) -> None:
        """The action sets all names of a side at once."""
        gone = {row.pk for row in [*changed, *removed]}
        people = {
            (row.party, row.position): (row.name, row.office) for row in parent.signatories.all() if row.pk not in gone
        }
        people |= {(row.party, row.position): (row.name, row.office) for row in changed}
        for party in Party:
            named = [person for (side, _), person in sorted(people.items()) if side == party]
            drafting.choose_signatories(version=parent, party=party, people=named, by=acting(request))


class SignatureRows(Rows):
    model = Signature
    related = ("confirmed_by",)
    fields = ("party", "name", "office", "place", "signed_on", "confirmed_by")
    readonly_fields = ("confirmed_by",)  # the model does not let forms set it


class StatusChangeRows(Rows):
    model = StatusChange
    related = ("by",)
    fields = ("at", "from_status", "to_status", "by", "reason")
    verbose_name_plural = "Weg der Fassung"


# Who did what and when; only what has happened is shown.
STAMPS: tuple[str | tuple[str, ...], ...] = (
    ("created_by", "created_at"), ("prepared_by", "prepared_at"), ("submitted_by", "submitted_at"),
    ("returned_by", "returned_at"), "return_reason", ("approved_by", "approved_at"), ("issued_by", "issued_at"),
    "signed_at", ("published_by", "published_at"), ("withdrawn_by", "withdrawn_at"), ("terminated_by", "terminated_at"),
    "ended_reason",
)  # fmt: skip


class NewestVersion(admin.SimpleListFilter):
    """Sums over all versions would count money twice."""

    title = "Fassung"
    parameter_name = "fassung"
    path = "pk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("neueste", "nur die neueste"), ("in-kraft", "nur die in Kraft")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = {"neueste": AgreementVersion.objects.current, "in-kraft": AgreementVersion.objects.in_force}
        wanted = chosen.get(self.value() or "")
        return queryset.filter(**{f"{self.path}__in": wanted().values("pk")}) if wanted else queryset


class NewestOfVersion(NewestVersion):
    path = "version"


@admin.register(AgreementVersion)
class AgreementVersionAdmin(Table):
    keep = "lines.keep"
    may_add = False
    why_not_added = "Fassungen entstehen beim Eröffnen des Jahrgangs oder als Änderung in der Zielvereinbarung."
    why_kept = "Fassungen werden nicht gelöscht, damit ihre Nummern ohne Lücke bleiben. Bitte ziehen Sie sie zurück."
    related = (
        "agreement__budget_year", "agreement__district", "base__agreement__budget_year", "base__agreement__district",
        "wording__budget_year", "ministry",
    )  # fmt: skip
    list_display = (
        "district", "budget_year", "number", "status", "money_agreed", "money_entered", "money_remaining",
        "document_number", "designation", "status_changed_at",
    )  # fmt: skip
    list_filter = ("status", NewestVersion, "agreement__budget_year", "agreement__district__region", "taken_over")
    search_fields = (
        "agreement__district__name", "agreement__district__ags", "document_number", "agreement__reference",
        "=agreement__budget_year__year",
    )  # fmt: skip
    ordering = ("-agreement__budget_year__year", "agreement__district__sort_name", "number", "pk")
    sums = ("agreed", "entered", "remaining")
    work_list = ("agreement_list", "Zielvereinbarungen in der Arbeitsoberfläche")
    inlines = (LineRows, SignatoryRows, SignatureRows, StatusChangeRows)
    changeable = ("wording", "ministry", "reason")
    fieldsets = (
        (
            "Fassung",
            {"fields": ("agreement", ("number", "base"), ("status", "status_changed_at"), "document_number", "fingerprint")},
        ),
        ("Inhalt", {"fields": changeable}),
    )  # fmt: skip
    money_agreed = money("agreed", "vereinbart")
    money_entered = money("entered", "erfasst")
    money_remaining = money("remaining", "frei")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_totals()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        happened = [row for row in STAMPS if obj and getattr(obj, row if isinstance(row, str) else row[-1])]
        return [*super().get_fieldsets(request, obj), ("Wer was getan hat", {"fields": happened})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        return tuple(name for name in names if name not in self.changeable)

    def read_only(self, request: HttpRequest, row: Any = None) -> Reason | None:
        return super().read_only(request, row) or version_reason(request, row)

    @admin.display(description="Gebietskörperschaft", ordering="agreement__district__sort_name")
    def district(self, version: AgreementVersion) -> str:
        return str(version.agreement.district)

    @admin.display(description="Jahrgang", ordering="agreement__budget_year__year")
    def budget_year(self, version: AgreementVersion) -> str:
        return version.agreement.budget_year.title

    @admin.display(description="Bezeichnung", ordering="number")
    def designation(self, version: AgreementVersion) -> str:
        return version.designation

    @admin.display(description="Prüfsumme (SHA-256) der Ausfertigung")
    def fingerprint(self, version: AgreementVersion) -> str:
        issued = version.documents.issued().first()
        return " ".join(issued.sha256[i : i + 4] for i in range(0, 64, 4)) if issued else "–"

    def work_url(self, row: AgreementVersion) -> str:
        agreement = row.agreement
        return reverse("version_detail", args=[agreement.budget_year.year, agreement.district.ags, row.number])

    def save_model(self, request: HttpRequest, obj: AgreementVersion, form: Any, change: bool) -> None:
        if "wording" in form.changed_data:
            drafting.choose_wording(version=obj, wording=form.cleaned_data["wording"], by=acting(request))
        version = steps.locked(obj)
        if {"ministry", "reason"} & set(form.changed_data):
            version.ministry, version.reason = form.cleaned_data["ministry"], form.cleaned_data["reason"]
            with validation_refusals(version):
                version.full_clean()
                version.save()
            steps.mark_prepared(version, acting(request))
        become(obj, version)
