"""Rows inside the form of another row, and what they have in common with it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst

from aqb import access
from aqb.forms import ModelForm, TypedRows
from aqb.models import User

if TYPE_CHECKING:  # generic for mypy only
    _FormSet = forms.BaseInlineFormSet[Any, Any, Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _FormSet = forms.BaseInlineFormSet
    _TabularInline = admin.TabularInline


class BackOfficeForm(ModelForm):
    """Checks every constraint of the model; what the action refused at the last try stands above the form."""

    refusals: ClassVar[Sequence[str]] = ()

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.refusals:
            raise ValidationError(list(self.refusals))
        return cleaned


def become(row: models.Model, saved: models.Model) -> None:
    """Let the form's own row be the one that the action has saved: what follows hangs on its key."""
    row.__dict__.update(saved.__dict__)


def acting(request: HttpRequest) -> User:
    """Who acts; everybody who has come this far is signed in."""
    return cast("User", request.user)


WRITTEN = ("money_", "flag_", "words_")  # how the columns are named that lists.py makes, or that say a field in words


class Shown:
    """How fields look, in tables and in their rows alike."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Plain controls: adding and changing another table's row happens on its own page, not in a second window."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """What a choice offers, with everything that its names are made of."""
        keeper = self.admin_site._registry.get(db_field.remote_field.model)  # type: ignore[attr-defined]
        return keeper.get_queryset(request) if keeper else None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Amounts, yes and no of a read-only form are written as everywhere else."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if self.has_change_permission(request, obj) or (obj is None and self._may_add(request)):  # type: ignore[attr-defined]
            return fieldsets
        return [(name, {**options, "fields": self._as_read(options["fields"])}) for name, options in fieldsets]

    def _as_read(self, fields: Iterable[Any]) -> list[Any]:
        return [self._as_read(field) if isinstance(field, list | tuple) else self._written(field) for field in fields]

    def _written(self, field: str) -> str:
        """The column that writes the field in our words, where there is one."""
        return next((name for kind in WRITTEN if hasattr(self, name := f"{kind}{field}")), field)


class RowFormSet(TypedRows, _FormSet):
    """Every control in a row says which column and row it is; the heading of a column is no label."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = "neue Zeile" if index is None else f"Zeile {index + 1}"
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}, {row}")


class Rows(Shown, _TabularInline):
    """Rows inside the form of the row that they belong to. Read-only unless `editable`; then `save_rows` saves them."""

    form = BackOfficeForm
    formset = RowFormSet
    extra = 0
    lines_of_text = 2  # height of a text field
    editable: bool = False
    may_add: bool = True
    can_delete = False
    related: tuple[str, ...] = ()
    parent: Any = None  # the row whose form is shown; None while it is new

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def save_rows(self, request: HttpRequest, parent: Any, changed: list[Any], removed: list[Any]) -> None:
        """Save what was typed through an action; defined where rows are editable, unless the table saves row and rows at once."""
        raise NotImplementedError

    def _parent_changes(self, request: HttpRequest, parent: Any) -> bool:
        keeper = self.admin_site._registry[self.parent_model]
        if parent is None or parent.pk is None:
            return keeper.has_add_permission(request)
        return keeper.has_change_permission(request, parent)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.why_not(request.user, "back_office.enter") is None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and self.may_add and self._parent_changes(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and self._parent_changes(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and self.editable and self._parent_changes(request, obj)

    def _may_add(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Columns of our own words are never typed into."""
        written = (name for name in dir(type(self)) if name.startswith(WRITTEN))
        return (*dict.fromkeys((*super().get_readonly_fields(request, obj), *written)),)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.parent = obj
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.inline = self
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The choices are read once for all rows."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "– bitte wählen –"
            field.choices = list(cast("Iterable[Any]", field.choices))
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = self.lines_of_text
        return field
