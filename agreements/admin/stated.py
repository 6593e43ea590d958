"""Back office of what versions state: agreed amounts, who is to sign, who has signed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agreements.actions import drafting, signing
from agreements.admin.agreement import OF_VERSION, NewestOfVersion
from agreements.admin.reasons import version_reason
from agreements.models import AgreementLine, AgreementVersion, Signatory, Signature, Status
from aqb import access
from aqb.back_office import Reason, Table, acting, become, money

VERSION_SEARCH = (
    "version__agreement__district__name", "version__agreement__district__ags", "version__document_number",
    "=version__agreement__budget_year__year",
)  # fmt: skip


class OfVersion(Table):
    """A table whose rows belong to a version and are listed by it."""

    related: tuple[str, ...] = OF_VERSION
    may_add = False

    def read_only(self, request: HttpRequest, row: Any = None) -> Reason | None:
        return super().read_only(request, row) or version_reason(request, row.version if row else None)

    def held(self, request: HttpRequest, key: int) -> Any:
        return AgreementVersion.objects.filter(pk__in=super().held(request, key).values("version"))

    @admin.display(description="Gebietskörperschaft", ordering="version__agreement__district__sort_name")
    def district(self, row: Any) -> str:
        return str(row.version.agreement.district)

    @admin.display(description="Jahrgang", ordering="version__agreement__budget_year__year")
    def budget_year(self, row: Any) -> str:
        return str(row.version.agreement.budget_year)

    @admin.display(description="Fassung", ordering="version__number")
    def version_name(self, row: Any) -> str:
        return str(row.version.designation)


@admin.register(AgreementLine)
class AgreementLineAdmin(OfVersion):
    keep = "lines.keep"
    why_not_added = "Ansätze legen Sie in der Fassung fest. Bitte öffnen Sie die Fassung."
    why_kept = "Ansätze werden nicht gelöscht. Bitte setzen Sie den Betrag auf 0,00 €."
    related = (*OF_VERSION, "line__budget_year")
    list_display = (
        "district", "budget_year", "line_title", "money_amount", "money_entered", "money_remaining", "money_allocated",
        "version_name",
    )  # fmt: skip
    list_filter = ("version__agreement__budget_year", NewestOfVersion, "version__status", "line__key")
    search_fields = (*VERSION_SEARCH, "line__title")
    ordering = ("-version__agreement__budget_year__year", "version__agreement__district__sort_name", "version", "pk")
    sums = ("amount", "allocated", "entered", "remaining")
    fields = ("version", "line", "amount", "money_allocated", "money_entered", "money_remaining")
    readonly_fields = ("version", "line", "money_allocated", "money_entered", "money_remaining")
    money_amount = money("amount", "Ansatz")
    money_allocated = money("allocated", "zugewiesen")
    money_entered = money("entered", "erfasst")
    money_remaining = money("remaining", "frei")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_totals()

    @admin.display(description="Budgetlinie", ordering="line__position")
    def line_title(self, row: AgreementLine) -> str:
        return row.line.title

    def save_model(self, request: HttpRequest, obj: AgreementLine, form: Any, change: bool) -> None:
        drafting.set_lines(version=obj.version, amounts={obj.line_id: obj.amount}, by=acting(request))
        become(obj, AgreementLine.objects.select_related(*self.related).get(pk=obj.pk))


@admin.register(Signatory)
class SignatoryAdmin(OfVersion):
    fixed = Reason(
        "Wer unterzeichnen soll, legen Sie in der Fassung fest",
        ("Bitte öffnen Sie die Fassung; dort stehen die Namen beider Seiten beisammen.",),
    )
    why_not_added = fixed.sentences[0]
    list_display = ("name", "office", "party", "position", "district", "budget_year", "version_name")
    list_filter = ("party", "version__agreement__budget_year", NewestOfVersion)
    search_fields = ("name", "office", *VERSION_SEARCH)
    ordering = ("-version__agreement__budget_year__year", "version__agreement__district__sort_name", "version", "pk")
    fields = ("version", "party", "position", "name", "office")


@admin.register(Signature)
class SignatureAdmin(OfVersion):
    fixed = Reason(
        "Unterzeichnungen werden nicht geändert",
        (
            "Ist etwas falsch erfasst, löschen Sie die Unterzeichnung, solange noch nicht alle unterzeichnet haben.",
            "Danach erfassen Sie sie in der Fassung neu.",
        ),
    )
    why_not_added = "Unterschriften erfassen und bestätigen Sie in der Fassung, an ihrem Beleg."
    why_kept = "Alle Seiten haben unterzeichnet; die Unterzeichnungen stehen auf der Reinschrift und bleiben."
    related = (*OF_VERSION, "evidence", "recorded_by", "confirmed_by")
    list_display = (
        "name", "office", "party", "place", "signed_on", "district", "budget_year", "recorded_by", "confirmed_by",
    )  # fmt: skip
    list_filter = (
        "party",
        ("confirmed_at", admin.EmptyFieldListFilter),
        "version__agreement__budget_year",
        "version__status",
    )
    search_fields = ("name", "office", "place", *VERSION_SEARCH)
    date_hierarchy = "signed_on"
    ordering = ("-signed_on", "-pk")
    fields = (
        "version", ("party", "position"), ("name", "office"), ("place", "signed_on", "date_as_written"),
        ("evidence", "field_name"),
        ("recorded_by", "recorded_at"), ("confirmed_by", "confirmed_at"),
    )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = access.why_not(request.user, "version.sign") is None
        return allowed and (obj is None or obj.version.status == Status.ISSUED)

    def delete_model(self, request: HttpRequest, obj: Signature) -> None:
        signing.remove_signature(signature=obj, by=acting(request))
