"""Back office of projects: providers, target groups, how each version states a project, and its money."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse

from agreements.admin.agreement import OF_VERSION, NewestVersion
from agreements.admin.reasons import version_reason
from agreements.models import AgreementVersion, Status
from aqb.back_office import BackOfficeForm, Reason, Rows, Table, acting, become, flag, money
from projects import actions, share_rows
from projects.models import LEGAL_CIRCLES, FundingShare, Project, ProjectEntry, Provider, TargetGroup


@admin.register(TargetGroup)
class TargetGroupAdmin(Table):
    list_display = ("title", "key", "position", "flag_is_active")
    list_filter = ("is_active",)
    search_fields = ("title", "key")
    ordering = ("position", "key")
    fields = ("title", "key", "position", "is_active")
    why_kept = "Zielgruppen werden nicht gelöscht. Bitte nehmen Sie sie aus der Auswahl."
    flag_is_active = flag("is_active", "auswählbar")


@admin.register(Provider)
class ProviderAdmin(Table):
    keep = "provider.keep"
    may_delete = True
    related = ("district",)
    list_display = ("name", "city", "district", "flag_own")
    list_filter = ("own", "district__region", "district")
    search_fields = ("name", "city", "district__name")
    ordering = ("name", "pk")
    fields = ("district", "name", "city", "own")
    flag_own = flag("own", "die Gebietskörperschaft selbst")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("district",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in ("name", "city", "own")}
        provider = obj if change else None
        become(obj, actions.save_provider(district=obj.district, provider=provider, by=acting(request), **fields))


class EntryRows(Rows):
    model = ProjectEntry
    related = (*OF_VERSION, "category", "provider")
    fields = ("version_name", "title", "category", "provider", "money_amount")
    readonly_fields = fields
    show_change_link = True
    money_amount = money("amount", "Betrag")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_amount()

    @admin.display(description="Fassung")
    def version_name(self, entry: ProjectEntry) -> str:
        return str(entry.version.designation)


@admin.register(Project)
class ProjectAdmin(Table):
    fixed = Reason(
        "Ein Projekt selbst wird nicht geändert",
        ("Titel, Laufzeit und Beträge stehen im Projektstand der jeweiligen Fassung. Bitte öffnen Sie diesen.",),
    )
    why_not_added = "Projekte entstehen mit ihrem ersten Projektstand. Bitte legen Sie einen Projektstand an."
    why_kept = "Ein Projekt geht mit seinem letzten Projektstand. Bitte löschen Sie diesen."
    related = ("agreement__budget_year", "agreement__district", "continued_from")
    list_display = ("newest_title", "district", "budget_year", "uid")
    list_filter = ("agreement__budget_year", "agreement__district__region")
    search_fields = ("entries__title", "agreement__district__name", "uid")
    ordering = ("-agreement__budget_year__year", "agreement__district__sort_name", "pk")
    fields = ("agreement", "uid", "continued_from")
    inlines = (EntryRows,)

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = ProjectEntry.objects.filter(project=OuterRef("pk")).order_by("-version__number")
        return super().get_queryset(request).annotate(title=Subquery(newest.values("title")[:1]))

    @admin.display(description="Titel im neuesten Stand", ordering="title")
    def newest_title(self, row: Any) -> Any:
        return row.title

    @admin.display(description="Gebietskörperschaft", ordering="agreement__district__sort_name")
    def district(self, row: Project) -> str:
        return str(row.agreement.district)

    @admin.display(description="Jahrgang", ordering="agreement__budget_year__year")
    def budget_year(self, row: Project) -> str:
        return str(row.agreement.budget_year)


class EntryForm(BackOfficeForm):
    constraint_fields = {"projectentry_dates_in_order": "ends_on"}

    target_groups = forms.MultipleChoiceField(label="Zielgruppen", required=False, widget=forms.CheckboxSelectMultiple)
    legal_circles = forms.MultipleChoiceField(
        label="Rechtskreise",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(circle, circle) for circle in LEGAL_CIRCLES],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("target_groups"):
            field.choices = list(TargetGroup.objects.values_list("key", "title"))  # type: ignore[attr-defined]
        if field := self.fields.get("provider"):
            field.label_from_instance = lambda provider: f"{provider} – {provider.district}"  # type: ignore[attr-defined]
            if self.instance.pk:
                district = self.instance.version.agreement.district_id
                field.queryset = field.queryset.filter(district=district)  # type: ignore[attr-defined]


class ShareRows(Rows):
    """Amounts; saved together with their project, see ProjectEntryAdmin."""

    model = FundingShare
    editable = True
    can_delete = True
    related = ("line__budget_year",)
    fields = ("line", "cash_year", "amount")
    money_amount = money("amount", "Betrag")

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        lines = super().get_field_queryset(db, db_field, request)
        return lines.filter(budget_year=self.parent.version.agreement.budget_year_id) if self.parent else lines


class OfChosenVersion(NewestVersion):
    path = "version"


class OfEntrysVersion(NewestVersion):
    path = "entry__version"


ENTRY_FIELDS: Any = (
    ("Projekt", {"fields": ("version", "title", "category", "provider", "implementation")}),
    ("Laufzeit und Plätze", {"fields": (("starts_on", "ends_on"), "places")}),
    ("Inhalt", {"fields": ("description", "target_groups", "legal_circles", ("part_time", "language", "inclusive"))}),
)
CHANGEABLE = (Status.DRAFT, Status.SUBMITTED)
STAMPS = ("Stand", {"fields": ("flag_amounts_unknown", ("changed_by", "changed_at"))})


@admin.register(ProjectEntry)
class ProjectEntryAdmin(Table):
    form = EntryForm
    keep = "project.keep"
    may_delete = True
    why_kept = "Die Fassung lässt sich nicht mehr ändern; deshalb bleibt auch dieses Projekt in ihr."
    related = (*OF_VERSION, "category", "provider", "project")
    list_display = (
        "title", "district", "budget_year", "money_amount", "category_key", "provider", "version_name", "starts_on", "ends_on",
    )  # fmt: skip
    list_filter = (
        "version__agreement__budget_year", OfChosenVersion, "version__status", "category", "implementation",
        "version__agreement__district__region",
    )  # fmt: skip
    search_fields = ("title", "description", "provider__name", "version__agreement__district__name")
    ordering = (
        "-version__agreement__budget_year__year",
        "version__agreement__district__sort_name",
        "version",
        "position",
        "pk",
    )
    sums = ("amount",)
    work_list = ("project_list", "Projekte in der Arbeitsoberfläche")
    readonly_fields = ("flag_amounts_unknown", "changed_by", "changed_at")
    inlines = (ShareRows,)
    fieldsets = ENTRY_FIELDS
    flag_part_time = flag("part_time", "in Teilzeit möglich")
    flag_language = flag("language", "mit Sprachförderung")
    flag_inclusive = flag("inclusive", "inklusiv angelegt")
    flag_amounts_unknown = flag("amounts_unknown", "Beträge nicht bekannt")
    money_amount = money("amount", "Betrag")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_amount()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        return (*found, STAMPS) if obj else found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("version", *self.readonly_fields) if obj else self.readonly_fields

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        rows = super().get_field_queryset(db, db_field, request)
        return rows.filter(status__in=CHANGEABLE) if db_field.name == "version" else rows

    def read_only(self, request: HttpRequest, row: Any = None) -> Reason | None:
        return super().read_only(request, row) or version_reason(request, row.version if row else None)

    @admin.display(description="Zielgruppen")
    def words_target_groups(self, row: ProjectEntry) -> str:
        titles = dict(TargetGroup.objects.values_list("key", "title"))
        return "; ".join(titles.get(key, key) for key in row.target_groups)

    @admin.display(description="Gebietskörperschaft", ordering="version__agreement__district__sort_name")
    def district(self, row: ProjectEntry) -> str:
        return str(row.version.agreement.district)

    @admin.display(description="Jahrgang", ordering="version__agreement__budget_year__year")
    def budget_year(self, row: ProjectEntry) -> str:
        return str(row.version.agreement.budget_year)

    @admin.display(description="Fassung", ordering="version__number")
    def version_name(self, row: ProjectEntry) -> str:
        return str(row.version.designation)

    @admin.display(description="Maßnahmenart", ordering="category__position")
    def category_key(self, row: ProjectEntry) -> str | None:
        return row.category.key if row.category else None

    def work_url(self, row: ProjectEntry) -> str:
        return reverse("project_detail", args=[row.pk])

    def held(self, request: HttpRequest, key: int) -> Any:
        return AgreementVersion.objects.filter(entries=key)

    def save_model(self, request: HttpRequest, obj: ProjectEntry, form: Any, change: bool) -> None:
        """Nothing yet: the project and its amounts are saved at once, see save_related."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in actions.FIELDS}
        entry = form.instance
        saved = actions.save_project(
            version=entry.version,
            entry=entry if change else None,
            fields=fields,
            shares=share_rows.typed(formsets) | share_rows.unseen(formsets),
            by=acting(request),
        )
        become(entry, saved)

    def delete_model(self, request: HttpRequest, obj: ProjectEntry) -> None:
        actions.remove_project(entry=obj, by=acting(request))


@admin.register(FundingShare)
class FundingShareAdmin(Table):
    fixed = Reason(
        "Beträge ändern Sie im Projektstand",
        ("Bitte öffnen Sie den Projektstand; dort stehen alle Beträge beisammen.",),
    )
    why_not_added = fixed.sentences[0]
    why_kept = fixed.sentences[0]
    related = (*(f"entry__{path}" for path in OF_VERSION), "line__budget_year")
    list_display = ("entry", "district", "budget_year", "line_title", "cash_year", "money_amount")
    list_filter = (
        "entry__version__agreement__budget_year", OfEntrysVersion, "entry__version__status", "line__key", "cash_year",
    )  # fmt: skip
    search_fields = ("entry__title", "line__title", "entry__version__agreement__district__name", "=cash_year")
    ordering = ("-cash_year", "entry__version__agreement__district__sort_name", "entry", "pk")
    sums = ("amount",)
    fields = ("entry", "line", "cash_year", "amount")
    money_amount = money("amount", "Betrag")

    @admin.display(description="Gebietskörperschaft", ordering="entry__version__agreement__district__sort_name")
    def district(self, row: FundingShare) -> str:
        return str(row.entry.version.agreement.district)

    @admin.display(description="Jahrgang", ordering="line__budget_year__year")
    def budget_year(self, row: FundingShare) -> str:
        return str(row.line.budget_year)

    @admin.display(description="Budgetlinie", ordering="line__position")
    def line_title(self, row: FundingShare) -> str:
        return row.line.title
