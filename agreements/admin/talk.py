"""Back office of remarks, strategies and dialogues."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse

from agreements.actions import talk
from agreements.admin.agreement import OF_VERSION
from agreements.models import RegionalStrategy, Remark, RemarkReply, Status, SteeringDialogue
from aqb.back_office import Reason, Rows, Table, acting, become, flag
from aqb.templatetags.aqb import moment


class ReplyRows(Rows):
    model = RemarkReply
    related = ("author",)
    fields = ("side", "author", "written_at", "text", "flag_reopens")
    readonly_fields = fields
    flag_reopens = flag("reopens", "öffnet wieder")


@admin.register(Remark)
class RemarkAdmin(Table):
    keep = "remark.write"
    why_kept = "Anmerkungen werden nicht gelöscht. Bitte markieren Sie sie als erledigt."
    related = (*OF_VERSION, "author", "done_by")
    list_display = (
        "short_text", "district", "budget_year", "project_title", "author", "created_at", "last_reply", "done_at",
    )  # fmt: skip
    list_filter = (("done_at", admin.EmptyFieldListFilter), "version__agreement__budget_year", "version__status")
    search_fields = (
        "text", "replies__text", "project_title", "author__name", "version__agreement__district__name",
    )  # fmt: skip
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    actions = ("close",)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return (ReplyRows,) if obj else ()

    def get_queryset(self, request: HttpRequest) -> Any:
        last = RemarkReply.objects.filter(remark=OuterRef("pk")).order_by("-written_at", "-pk")
        return super().get_queryset(request).annotate(last_reply_at=Subquery(last.values("written_at")[:1]))

    @admin.display(description="letzter Beitrag", ordering="last_reply_at")
    def last_reply(self, row: Any) -> str:
        return moment(row.last_reply_at)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            note = (
                "Hier stehen die Fassungen, die bei der Gebietskörperschaft liegen; sie sieht die Anmerkung sofort. Zu einem "
                "Projekt oder Feld, oder solange die Fassung bei Ihnen liegt, schreiben Sie in der Arbeitsoberfläche."
            )
            return ((None, {"fields": ("version", "text"), "description": note}),)
        about = ("version", ("project_title", "field_title"), "text", ("author", "created_at"), ("done_by", "done_at"))
        return (("Anmerkung", {"fields": about}),)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        rows = super().get_field_queryset(db, db_field, request)
        return rows.filter(status=Status.DRAFT) if db_field.name == "version" else rows

    def frozen(self, row: Remark) -> Reason | None:
        return Reason(
            "Anmerkungen bleiben, wie sie geschrieben sind",
            ("Als erledigt markieren können Sie sie in der Liste oder in der Fassung.",),
            self.work_url(row),
            "Fassung in der Arbeitsoberfläche öffnen",
        )

    def work_url(self, row: Remark) -> str:
        agreement = row.version.agreement
        return reverse("version_detail", args=[agreement.budget_year.year, agreement.district.ags, row.version.number])

    @admin.display(description="Anmerkung", ordering="text")
    def short_text(self, row: Remark) -> str:
        return row.text if len(row.text) <= 60 else f"{row.text[:60]} …"

    @admin.display(description="Gebietskörperschaft", ordering="version__agreement__district__sort_name")
    def district(self, row: Remark) -> str:
        return str(row.version.agreement.district)

    @admin.display(description="Jahrgang", ordering="version__agreement__budget_year__year")
    def budget_year(self, row: Remark) -> str:
        return row.version.agreement.budget_year.title

    @admin.action(description="Ausgewählte Anmerkungen als erledigt markieren", permissions=["change"])
    def close(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: talk.close_remark(remark=row, by=acting(request)), "Erledigt")

    def save_model(self, request: HttpRequest, obj: Remark, form: Any, change: bool) -> None:
        become(obj, talk.write_remark(version=obj.version, text=obj.text, by=acting(request)))


@admin.register(RegionalStrategy)
class RegionalStrategyAdmin(Table):
    keep = "strategy.keep"
    related = ("district", "confirmed_by")
    list_display = ("title", "district", "valid_from", "valid_to", "confirmed_at", "confirmed_by")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter), "district__region")
    search_fields = ("title", "district__name")
    ordering = ("district__sort_name", "-valid_from", "pk")
    fields = ("district", "title", ("valid_from", "valid_to"), "document", ("confirmed_by", "confirmed_at"))
    actions = ("confirm",)
    why_kept = "Strategien werden nicht gelöscht. Bitte tragen Sie ein, bis wann sie gültig ist."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        stamps = ("document", "confirmed_by", "confirmed_at")
        return ("district", *stamps) if obj else stamps

    @admin.action(description="Ausgewählte Strategien bestätigen", permissions=["change"])
    def confirm(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: talk.confirm_strategy(strategy=row, by=acting(request)), "Bestätigt")

    def save_model(self, request: HttpRequest, obj: RegionalStrategy, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in ("title", "valid_from", "valid_to")}
        strategy = obj if change else None
        become(obj, talk.save_strategy(district=obj.district, strategy=strategy, by=acting(request), **fields))


@admin.register(SteeringDialogue)
class SteeringDialogueAdmin(Table):
    keep = "dialogue.keep"
    may_delete = True
    related = ("agreement__budget_year", "agreement__district")
    list_display = ("agreement", "held_on", "participants")
    list_filter = ("agreement__budget_year",)
    search_fields = ("agreement__district__name", "participants", "progress", "minutes")
    date_hierarchy = "held_on"
    ordering = ("-held_on", "-pk")
    fields = ("agreement", "held_on", "participants", "progress", "minutes")
