"""One table's list and form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst

from aqb import access, conflicts
from aqb.access import Refused
from aqb.back_office.history import changes_of
from aqb.back_office.lists import SummedList
from aqb.back_office.rows import BackOfficeForm, Shown
from aqb.refusals import database_refusals

if TYPE_CHECKING:  # generic for mypy only
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


@dataclass(frozen=True)
class Reason:
    """Why a row is read-only (`title` without full stop), and what to do instead; `url` leads there."""

    title: str
    sentences: tuple[str, ...]
    url: str = ""
    link: str = ""


class Table(Shown, _ModelAdmin):
    """A table of the back office.

    `keep` is the verb of `aqb.access` that changing asks for, `read` the one that looking asks for. `fixed` says why
    the whole table is read-only, `frozen()` why a row is. `related` names what a row's own name is made of.
    """

    form = BackOfficeForm
    keep: str = "reference.keep"
    read: str = "back_office.enter"
    fixed: Reason | None = None
    may_add: bool = True
    may_delete: bool = False
    why_not_added: str = "Hier wird nichts angelegt."
    why_kept: str = "Dieser Eintrag wird nicht gelöscht: Andere Einträge und der Verlauf beziehen sich darauf."
    related: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()  # amounts with a column `money_<name>` and a sum below it
    list_per_page = 50
    list_max_show_all = 500
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counts in the filters would cost a query for each choice
    change_list_template = "admin/change_list.html"
    change_form_template = "admin/change_form.html"
    work_list: tuple[str, str] = ("", "")  # name of the URL and words of the list's page in the application itself

    # ---- who may ----

    def frozen(self, row: Any) -> Reason | None:
        """Why the row's state forbids changing it."""
        return None

    def read_only(self, request: HttpRequest, row: Any = None) -> Reason | None:
        """Why the person cannot change the row (or any row of the table), or None."""
        if self.fixed:
            return self.fixed
        if refusal := access.why_not(request.user, self.keep):
            return Reason("Diese Seite können Sie lesen, aber nicht ändern", (refusal,))
        return self.frozen(row) if row is not None else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.why_not(request.user, self.read) is None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.read_only(request) is None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request) and self.read_only(request, obj) is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self.has_change_permission(request, obj)

    def _may_add(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    # ---- lists ----

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SummedList]:
        return SummedList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {"title": capfirst(self.opts.verbose_name_plural), **self._place(), **(extra_context or {})}
        name, words = self.work_list
        context["work_list"] = {"url": reverse(name), "words": words} if name else None
        return super().changelist_view(request, context)

    def get_action_choices(
        self, request: HttpRequest, default_choices: Any = None, action_location: Any = ActionLocation.CHANGE_LIST
    ) -> Any:
        return super().get_action_choices(request, default_choices or [("", "– bitte wählen –")], action_location)

    def each(self, request: HttpRequest, rows: Any, action: Callable[[Any], object], done: str) -> None:
        """Run an action for each chosen row; what is refused is said, the others go on."""
        count = 0
        for row in rows:
            try:
                action(row)
                count += 1
            except Refused as refused:
                messages.error(request, f"{row}: {' '.join(refused.reasons)}")
        if count:
            messages.success(request, f"{done}: {count}.")

    # ---- forms ----

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A refusal undoes everything and shows the form again, with what was typed and with the sentences."""
        if request.method == "POST":
            if lost := conflicts.gone(request):
                return lost
            if object_id is not None and str(object_id).isdecimal():
                conflicts.hold(request, self.held(request, int(object_id)))  # before the form reads what is stored
            self._refuse_forged(request, object_id)
        try:
            with database_refusals():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            if refused.status == 403:
                raise
            request.refusals = refused.reasons  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def held(self, request: HttpRequest, key: int) -> Any:
        """The rows whose lock the action takes first: the row itself, where no row above it is named."""
        return self.model._default_manager.filter(pk=key)

    def _refuse_forged(self, request: HttpRequest, object_id: Any) -> None:
        """A form that the person was never shown as changeable is refused with the reason that stood there."""
        if object_id is None:
            if not self.has_add_permission(request):
                reason = self.read_only(request) if self.may_add else None
                raise Refused(*(reason.sentences if reason else [self.why_not_added]), status=403)
            return
        row = self.get_object(request, object_id)
        if row is not None and (reason := self.read_only(request, row)):
            forbidden = access.why_not(request.user, self.read) or access.why_not(request.user, self.keep)
            raise Refused(f"{reason.title}.", *reason.sentences, status=403 if forbidden else 409)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        form.subject = f"diesen Eintrag ({self.opts.verbose_name})"
        form.away = self._address("changelist")
        return form

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        row = context["original"]
        context |= self._place()
        context["subtitle"] = None
        if row is not None:
            context["title"] = str(row)
            context["readonly_reason"] = self.read_only(request, row)
            context["row_links"] = self.row_links(request, row)
        return super().render_change_form(request, context, **kwargs)

    def work_url(self, row: Any) -> str:
        """Where the row is worked with in the application itself; empty where nowhere."""
        return ""

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """Where the row leads to: addresses and words, above its form."""
        url = self.work_url(row)
        return [(url, "In der Arbeitsoberfläche öffnen")] if url else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        if changed or formset.deleted_objects:
            formset.inline.save_rows(request, form.instance, changed, formset.deleted_objects)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        if row is not None and not self.has_delete_permission(request, row):
            raise Refused(self.why_kept, status=403)
        try:
            with database_refusals():
                return super().delete_view(request, object_id, {**self._place(), **(extra_context or {})})
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason)
            return HttpResponseRedirect(self._address("change", object_id))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What belongs to the row alone goes with it; whether the row may go has been asked."""
        deleted, counts, _, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected

    # ---- history ----

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What the database has recorded of the row; the admin's own log would know only of the admin."""
        row = self.get_object(request, object_id)
        changes = changes_of(row) if row is not None else []
        context = {**self._place(), "title": f"Verlauf: {row}", "changes": changes, **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the database keeps the history."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the database keeps the history."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the database keeps the history."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return ""

    def _place(self) -> dict[str, Any]:
        from aqb.back_office.site import group_of  # the site knows the tables

        name, anchor = group_of(self.opts.label)
        return {"group": {"name": name, "url": f"{reverse('admin:index')}#{anchor}"}}

    def _address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)
