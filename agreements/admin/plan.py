"""Back office of the money plan: vintages with their lines, allocations, kinds of measure."""

from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse

from agreements.actions import deadlines, plan
from agreements.models import Allocation, BudgetLine, BudgetYear, Deadline, MeasureCategory
from aqb import access
from aqb.back_office import Rows, Table, acting, become, flag, money
from aqb.screens import NBSP

DUES = ("application_due", ("submission_due", "approval_due"), ("issue_due", "signing_due"), "publication_due")


class LineRows(Rows):
    model = BudgetLine
    editable = True
    fields = ("position", "key", "title", "amount", "earmark")
    money_amount = money("amount", "Betrag")

    def save_rows(self, request: HttpRequest, parent: BudgetYear, changed: list[Any], removed: list[Any]) -> None:
        for row in changed:
            fields = {name: getattr(row, name) for name in self.fields}
            plan.save_line(budget_year=parent, line=row if row.pk else None, by=acting(request), **fields)


class DeadlineRows(Rows):
    model = Deadline
    editable = True
    can_delete = True
    fields = ("day", "title", "audience")

    def save_rows(self, request: HttpRequest, parent: BudgetYear, changed: list[Any], removed: list[Any]) -> None:
        for row in changed:
            fields = {name: getattr(row, name) for name in self.fields}
            known = row if row.pk else None
            deadlines.save_deadline(budget_year=parent, deadline=known, by=acting(request), **fields)
        for row in removed:
            deadlines.remove_deadline(deadline=row, by=acting(request))


@admin.register(BudgetYear)
class BudgetYearAdmin(Table):
    keep = "vintage.keep"
    related = ("opened_by", "copied_from")
    list_display = ("name", "cash_years", "money_budget", "money_allocated", "submission_due", "opened_at")
    search_fields = ("year",)
    ordering = ("-year",)
    sums = ("budget", "allocated")
    work_list = ("budget_year_list", "Jahrgänge in der Arbeitsoberfläche")
    inlines = (LineRows, DeadlineRows)
    readonly_fields = ("opened_at", "opened_by", "copied_from")
    why_kept = "Ein Jahrgang wird nicht gelöscht: Zielvereinbarungen und Verlauf beziehen sich darauf."
    fieldsets = (
        ("Jahrgang", {"fields": ("year", ("first_cash_year", "last_cash_year"), "rounding", "strategy_required")}),
        ("Fristen", {"fields": DUES}),
        ("Herkunft", {"fields": (("opened_at", "opened_by"), "copied_from")}),
    )
    flag_strategy_required = flag("strategy_required", "Strategie erforderlich")
    money_budget = money("budget", "Budget")
    money_allocated = money("allocated", "zugewiesen")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_totals()

    @admin.display(description="Jahrgang", ordering="year")
    def name(self, year: BudgetYear) -> str:
        return year.title

    @admin.display(description="Kassenjahre", ordering="first_cash_year")
    def cash_years(self, year: BudgetYear) -> str:
        return f"{year.first_cash_year}–{year.last_cash_year}"

    def work_url(self, row: BudgetYear) -> str:
        return reverse("budget_year_detail", args=[row.year])

    def save_model(self, request: HttpRequest, obj: BudgetYear, form: Any, change: bool) -> None:
        if change:
            become(obj, plan.change_budget_year(budget_year=obj, by=acting(request), **form.cleaned_data))
        else:
            become(obj, plan.create_budget_year(by=acting(request), **form.cleaned_data))


@admin.register(BudgetLine)
class BudgetLineAdmin(Table):
    keep = "vintage.keep"
    may_delete = True
    related = ("budget_year",)
    list_display = ("title", "budget_year", "key", "money_amount", "money_allocated", "money_unallocated", "position")
    list_filter = ("budget_year", "key")
    search_fields = ("title", "key", "earmark", "=budget_year__year")
    sums = ("amount", "allocated", "unallocated")
    fields = ("budget_year", "title", "key", "amount", "position", "earmark")
    why_kept = "Der Jahrgang ist schon eröffnet; seine Budgetlinien stehen in den Zielvereinbarungen und bleiben."
    money_amount = money("amount", "Betrag")
    money_allocated = money("allocated", "zugewiesen")
    money_unallocated = money("unallocated", "noch zu verteilen")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_totals()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("budget_year",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.budget_year.opened_at is None)

    def held(self, request: HttpRequest, key: int) -> Any:
        """The vintage, whose form shows its lines too."""
        return BudgetYear.objects.filter(lines=key)

    def save_model(self, request: HttpRequest, obj: BudgetLine, form: Any, change: bool) -> None:
        fields = {name: value for name, value in form.cleaned_data.items() if name != "budget_year"}
        line = obj if change else None
        become(obj, plan.save_line(budget_year=obj.budget_year, line=line, by=acting(request), **fields))


@admin.register(Allocation)
class AllocationAdmin(Table):
    keep = "vintage.keep"
    related = ("line__budget_year", "district")
    list_display = ("district", "budget_year", "line_title", "money_amount", "money_previous", "change_in_percent")
    list_filter = ("line__budget_year", "line__key", "district__region")
    search_fields = ("district__name", "district__ags", "line__title", "note")
    ordering = ("-line__budget_year__year", "line__position", "district__sort_name", "pk")
    sums = ("amount", "previous")
    work_list = ("budget_year_list", "Zuweisungstabelle bearbeiten")
    fields = ("line", "district", "amount", "note")
    why_kept = "Eine Zuweisung wird nicht gelöscht. Bitte setzen Sie den Betrag auf 0,00 €."
    money_amount = money("amount", "Betrag")
    money_previous = money("previous", "Vorjahr")

    def get_queryset(self, request: HttpRequest) -> Any:
        before = Allocation.objects.filter(
            district=OuterRef("district"),
            line__key=OuterRef("line__key"),
            line__budget_year__year=OuterRef("last_year"),
        )
        rows = super().get_queryset(request).annotate(last_year=F("line__budget_year__year") - 1)
        return rows.annotate(previous=Subquery(before.values("amount")[:1]))

    def held(self, request: HttpRequest, key: int) -> Any:
        """As the action does: all lines of the vintage."""
        return BudgetLine.objects.filter(budget_year__in=BudgetYear.objects.filter(lines__allocations=key).values("pk"))

    @admin.display(description="Jahrgang", ordering="line__budget_year__year")
    def budget_year(self, row: Allocation) -> str:
        return row.line.budget_year.title

    @admin.display(description="Budgetlinie", ordering="line__position")
    def line_title(self, row: Allocation) -> str:
        return row.line.title

    @admin.display(description="Änderung")
    def change_in_percent(self, row: Any) -> str | None:
        if not row.previous:
            return None
        percent = (row.amount - row.previous) * 100 / row.previous
        return f"{percent:+.1f}{NBSP}%".replace(".", ",").replace("-", "\u2212")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("line", "district") if obj else ()

    def work_url(self, row: Allocation) -> str:
        return reverse("allocation_grid", args=[row.line.budget_year.year])

    def save_model(self, request: HttpRequest, obj: Allocation, form: Any, change: bool) -> None:
        key = (obj.line_id, obj.district_id)
        plan.save_allocations(budget_year=obj.line.budget_year, amounts={key: obj.amount}, by=acting(request))
        stored = Allocation.objects.get(line=obj.line, district=obj.district)
        if stored.note != form.cleaned_data["note"]:
            access.require(request.user, "vintage.keep")
            stored.note = form.cleaned_data["note"]
            stored.full_clean()
            stored.save()
        become(obj, stored)


@admin.register(MeasureCategory)
class MeasureCategoryAdmin(Table):
    list_display = ("title", "key", "position", "flag_has_participants", "valid_from", "valid_to")
    list_filter = ("has_participants",)
    search_fields = ("title", "key")
    ordering = ("position", "key", "-valid_from")
    fields = ("title", "key", "position", "has_participants", "valid_from", "valid_to")
    why_kept = "Maßnahmenarten werden nicht gelöscht. Bitte tragen Sie ein, bis wann sie gültig ist."
    flag_has_participants = flag("has_participants", "mit Teilnehmenden")
