"""Forms and formsets that know what they started from, and take over what others have changed meanwhile."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aqb.accounts.session import typed
from aqb.conflicts.comparison import Comparison
from aqb.conflicts.start import FIELD, Start, opened

if TYPE_CHECKING:
    _FormSet = forms.BaseModelFormSet[Any, Any]
else:
    _FormSet = object

OVERTAKEN = "Dieses Feld hat inzwischen auch jemand anders geändert. Gespeichert ist dort jetzt: {}."
LOCKED = "Dieses Feld ist inzwischen gesperrt, Ihre Angabe wird nicht gespeichert: {}"
GONE = (
    "Diesen Eintrag hat inzwischen jemand anders gelöscht. Ihre Angaben stehen noch hier: Soll es ihn weiter geben, "
    "legen Sie ihn bitte neu an."
)


class ComparedForm(forms.BaseForm):
    """What every form of ours can: a form of a stored row does it by itself, another one names its `stored_row`, or says
    `compares = True` where it shows several rows or what is none."""

    compares: bool = False
    stored_row: Model | None = None
    not_compared: Collection[str] = ()  # fields that are no part of what is stored
    subject: str = "diese Angaben"  # what somebody else has changed: "Aylin Demir hat diese Angaben inzwischen …"
    named: str = ""  # what the page of a conflict calls it; empty: as the stored row calls itself
    part: str = ""  # before the label of a field, where a page has several forms
    away: str = ""  # where "Später entscheiden" leads; empty: to the overview
    refusal: str = ""  # why nothing can be saved at all, so that no choice is asked for
    formset: "ComparedRows | None" = None  # which carries the start of its rows
    is_gone = False  # a row that somebody else has deleted

    @cached_property
    def comparison(self) -> Comparison:
        return Comparison(self)

    def recorded(self) -> list[Model]:
        """The rows whose history says who has changed what is compared."""
        return [self.comparison.row] if self.comparison.row else []

    @property
    def started(self) -> SafeString:
        """The hidden input with the start; as it came where the form is shown again."""
        if self.formset is not None or not self.comparison.is_about_stored:
            return SafeString()
        name = self.add_prefix(FIELD)
        fresh = "" if self.is_bound else self._typed_start(name) or self.comparison.now().sealed()
        return format_html('<input type="hidden" name="{}" value="{}">', name, self.data.get(name, "") or fresh)

    def _typed_start(self, name: str) -> str:
        """The start of what is shown again because it was not saved: it is compared with what it started from."""
        start = opened(sealed := typed.sent_as(name))
        return sealed if start and set(start.marks) & set(self.comparison.stored) else ""

    @cached_property
    def changed_data(self) -> list[str]:
        """Compared with what is stored, after others' changes are taken over."""
        self.comparison.differences  # noqa: B018 - takes them over
        found: list[str] = [] if self.comparison.is_dropped else super().changed_data
        return found

    def full_clean(self) -> None:
        self.comparison.differences  # noqa: B018 - takes over what others have changed before anything is checked
        super().full_clean()
        if self.is_bound and self.refusal:
            self.add_error(None, self.refusal)
        for name, written in self.comparison.locked_since if self.is_bound else ():
            self.add_error(name, LOCKED.format(written))
        if self.is_gone and not self.comparison.is_dropped:
            self._errors = ErrorDict(renderer=self.renderer)
            self.add_error(None, GONE)
        for one in self.comparison.undecided:
            self.add_error(one.field or None, ValidationError(OVERTAKEN.format(one.theirs), code="overtaken"))


class ComparedRows(_FormSet):
    """A formset that carries the start of all its stored rows, in the form by which Django manages it."""

    @property
    def key(self) -> str:
        """The field that names a stored row."""
        return str(self.model._meta.pk.name)  # type: ignore[union-attr]  # a table of ours has one

    @cached_property
    def start(self) -> Start | None:
        return opened(str(self.data.get(f"{self.prefix}-{FIELD}", "")))

    def now(self, since: Start | None = None, undecided: Collection[str] = ()) -> Start:
        """As `ComparedForm.now`, with every stored row that the page shows."""
        shown = [form for form in self.initial_forms if form.instance.pk]
        rows = {str(form.instance.pk): form.comparison.now().marks for form in shown}
        at = since.at if since else timezone.now()
        return Start(at=at, row=f"{self.prefix}:", rows=rows, undecided=frozenset(undecided))

    @cached_property
    def management_form(self) -> Any:
        form: Any = super().management_form
        form.fields[FIELD] = forms.CharField(required=False, widget=forms.HiddenInput)
        if not self.is_bound:
            sealed = typed.sent_as(f"{self.prefix}-{FIELD}")
            form.initial[FIELD] = sealed if opened(sealed) else self.now().sealed()
        return form

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form: Any = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.formset = self
        form.is_gone = self.is_bound and i < self.initial_form_count() and form.instance.pk is None
        return form
