"""Back office of the contract text: kept through the same checks as in the editor, also where a section is locked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse

from agreements.actions import wording as actions
from agreements.models import Wording, WordingSection
from aqb.access import Refused
from aqb.back_office import BackOfficeForm, Reason, Rows, Table, acting, become, flag
from aqb.models import User
from aqb.refusals import validation_refusals
from aqb.templatetags.aqb import moment

AROUND = ("title", "purpose", "land_label", "district_label")


class SectionRows(Rows):
    """Sections with everything, also the lock; their order is changed in the editor."""

    model = WordingSection
    template = "admin/edit_inline/stacked.html"
    editable = True
    can_delete = True
    fields = (("key", "numbered", "locked"), "heading", "text")
    flag_numbered = flag("numbered", "mit Paragraf")
    flag_locked = flag("locked", "gesperrt")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "text":
            field.widget.attrs["rows"] = 12
        return field

    def save_rows(self, request: HttpRequest, parent: Wording, changed: list[Any], removed: list[Any]) -> None:
        for section in removed:
            section.locked = False  # who may change the lock may also remove what it holds
            actions.remove_section(section=section, by=acting(request))
        for section in changed:
            self._save(parent, section, acting(request))
        for section in parent.sections.all():  # a new key may leave a reference without its aim
            if reasons := actions.problems(section):
                raise Refused(*(f"Abschnitt „{section}“: {reason}" for reason in reasons))

    def _save(self, wording: Wording, section: WordingSection, by: User) -> None:
        text = {"heading": section.heading, "text": section.text}
        numbered, locked, key = section.numbered, section.locked, section.key
        if section.pk:
            section.locked = False
            section = actions.save_section(section=section, by=by, **text)
        else:
            section = actions.add_section(wording=wording, key=key, numbered=numbered, by=by, **text)
        section.key, section.numbered, section.locked = key, numbered, locked
        with validation_refusals(section):
            section.full_clean()
            section.save()


class WordingForm(BackOfficeForm):
    """A new text gets the next number; an existing one may be its source."""

    copy_of = forms.ModelChoiceField(
        Wording.objects.select_related("budget_year"), label="Vorlage", required=False,
        help_text="freiwillig: ein Vertragstext derselben Art, dessen Abschnitte übernommen werden",
    )  # fmt: skip

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.instance.pk is None and self.cleaned_data.get("budget_year"):
            same = Wording.objects.filter(
                budget_year=self.cleaned_data["budget_year"], kind=self.cleaned_data.get("kind")
            )
            self.instance.number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
        return cleaned


@admin.register(Wording)
class WordingAdmin(Table):
    form = WordingForm
    keep = "wording.keep"
    may_delete = True
    related = ("budget_year", "changed_by", "released_by")
    list_display = ("__str__", "budget_year", "kind", "number", "status", "changed_by", "changed_at", "released_at")
    list_filter = ("status", "kind", "budget_year")
    search_fields = ("title", "purpose", "=budget_year__year", "sections__heading", "sections__text")
    work_list = ("wording_list", "Vertragstexte in der Arbeitsoberfläche")
    why_kept = "Freigegebene Vertragstexte werden nicht gelöscht."

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("budget_year", "kind", "copy_of")}),)
        return (
            ("Vertragstext", {"fields": (("budget_year", "kind", "number", "status"), *AROUND)}),
            ("Stand", {"fields": (("changed_by", "changed_at"), ("released_by", "released_at"))}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        stamps = ("status", "changed_by", "changed_at", "released_by", "released_at")
        return ("budget_year", "kind", "number", *stamps) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (SectionRows,) if obj else ()

    def frozen(self, row: Wording) -> Reason | None:
        if not row.is_released:
            return None
        by = f" von {row.released_by}" if row.released_by else ""
        return Reason(
            "Dieser Vertragstext ist freigegeben und lässt sich nicht mehr ändern",
            (
                f"Er wurde am {moment(row.released_at)}{by} freigegeben. Auch die Datenbank weist Änderungen ab.",
                "Soll sich etwas ändern, legen Sie bitte einen neuen Vertragstext an und wählen Sie diesen als Vorlage.",
            ),
            reverse("admin:agreements_wording_add"),
            "Vertragstext anlegen",
        )

    def work_url(self, row: Wording) -> str:
        return reverse("wording_detail", args=[row.pk])

    def save_model(self, request: HttpRequest, obj: Wording, form: Any, change: bool) -> None:
        if change:
            around = {name: form.cleaned_data[name] for name in AROUND}
            become(obj, actions.change_wording(wording=obj, by=acting(request), **around))
        else:
            become(obj, actions.create_wording(by=acting(request), **form.cleaned_data))
