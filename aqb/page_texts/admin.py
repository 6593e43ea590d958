"""Back office of what the public reads and reports."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from aqb import access
from aqb.back_office import BackOfficeForm, Reason, Table, acting, become
from aqb.barriers.actions import due
from aqb.models import BarrierReport, PageText
from aqb.page_texts import actions, texts
from aqb.screens import german_date


class PageTextForm(BackOfficeForm):
    """What the small Markdown does not know is named beside the text."""

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"]).replace("\r\n", "\n")
        if reasons := texts.problems(body):
            raise forms.ValidationError(reasons)
        return body


@admin.register(PageText)
class PageTextAdmin(Table):
    form = PageTextForm
    keep = "page_text.keep"
    related = ("changed_by",)
    list_display = ("title", "key", "changed_at", "changed_by")
    search_fields = ("title", "body")
    ordering = ("key",)
    readonly_fields = ("key", "changed_at", "changed_by")
    fields = ("key", "title", "body", ("changed_at", "changed_by"))
    why_kept = "Seitentexte werden nicht gelöscht: Die Seiten gibt es immer, und der Verlauf bezieht sich darauf."
    work_list = ("page_text_list", "Alle Seitentexte, auch die Mustertexte, mit Vorschau")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Which pages there are is fixed; the list shows those that nobody has worded yet, too."""
        access.require(request.user, self.keep)
        return redirect("page_text_list")

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        return [(reverse("page_text_edit", args=[row.key]), "Mit Vorschau bearbeiten")]

    def save_model(self, request: HttpRequest, obj: PageText, form: Any, change: bool) -> None:
        become(obj, actions.change_text(key=obj.key, title=obj.title, body=obj.body, by=acting(request)))


@admin.register(BarrierReport)
class BarrierReportAdmin(Table):
    keep = "barrier.answer"
    may_add = False
    fixed = Reason(
        "Gemeldete Barrieren werden hier nicht geändert",
        ("Eine Meldung bleibt, wie sie kam. Die Antwort tragen Sie auf der Seite „Gemeldete Barrieren“ ein.",),
    )
    why_not_added = "Barrieren meldet jede und jeder mit dem Formular „Barriere melden“."
    why_kept = (
        "Meldungen werden nicht gelöscht. Die Adresse der meldenden Person verschwindet ein Jahr nach der Antwort."
    )
    related = ("answered_by",)
    list_display = ("__str__", "page", "reported_at", "due", "answered_at", "answered_by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    search_fields = ("page", "text", "answer")
    date_hierarchy = "reported_at"
    ordering = ("-reported_at", "-pk")
    fields = ("page", "text", "answer_to", ("reported_at", "due"), "answer", ("answered_at", "answered_by"))
    readonly_fields = ("due",)
    work_list = ("barrier_list", "Gemeldete Barrieren in der Arbeitsoberfläche")

    @admin.display(description="zu beantworten bis")
    def due(self, row: BarrierReport) -> str:
        return german_date(due(row))

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        return [(reverse("barrier_detail", args=[row.pk]), "Meldung ansehen und beantworten")]
