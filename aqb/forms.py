"""The ground of every form: German sentences, dates in three fields, amounts as people write them, layout in KERN.

`ModelForm` checks every constraint of the model. Django skips a constraint that names a field missing from the form,
and the person would get a page without words from the database instead of a sentence.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, router
from django.db.models.utils import get_blank_choice_label
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from aqb.accounts.session import typed
from aqb.conflicts import ComparedForm, ComparedRows
from aqb.money import format_euro, parse_euro

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm  # generic for mypy only

SENTENCES = {
    "max_length": "Der Text hat %(show_value)d Zeichen. Möglich sind höchstens %(limit_value)d.",
    "invalid_image": "Diese Datei ist kein Bild.",
    "empty": "Die Datei ist leer. Bitte wählen Sie eine andere aus.",
    "missing": "Bitte wählen Sie eine Datei aus.",
    "contradiction": "Bitte wählen Sie entweder eine neue Datei oder „entfernen“.",
    "invalid_list": "Bitte wählen Sie aus der Liste aus.",
    "invalid_pk_value": "Die Auswahl „%(pk)s“ steht nicht zur Verfügung.",
}
REQUIRED_TEXT = "Bitte machen Sie hier eine Angabe."
REQUIRED_CHOICE = "Bitte wählen Sie etwas aus."
NOT_OFFERED = "Die Auswahl „%(value)s“ steht nicht zur Verfügung."


# ---- fields ----


class EuroFormField(forms.Field):
    """An amount in euro as people write it: `1.234,50`, `1234,5`, `1.234`. The value is a Decimal with two places."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "aqb-money"})
    longest = 40  # more characters are no amount; the sentence repeats what was written

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, Decimal):
            return value
        if len(str(value)) > self.longest:
            raise ValidationError(f"Der Betrag hat mehr als {self.longest} Zeichen.", code="invalid")
        try:
            return parse_euro(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return format_euro(value) if isinstance(value, Decimal) else value

    @classmethod
    def read(cls, value: Any) -> tuple[Decimal | None, str]:
        """The amount that is written, and why there is none where something else stands."""
        try:
            return cls(required=False).to_python(value), ""
        except ValidationError as error:
            return None, " ".join(error.messages)


class DateWidget(forms.MultiWidget):
    """Day, month and year side by side; posted as `<name>_day`, `<name>_month` and `<name>_year`."""

    labels = ("Tag", "Monat", "Jahr")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in ("day", "month", "year")}, attrs)

    def decompress(self, value: date | None) -> list[str]:
        return [f"{value:%d}", f"{value:%m}", f"{value:%Y}"] if value else ["", "", ""]


class DateField(forms.Field):
    """A day as three numbers; says which of them is missing or why the calendar does not know it."""

    widget = DateWidget
    parts = ("den Tag", "den Monat", "das Jahr")

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        written = [str(part or "").strip() for part in value]
        if not any(written):
            return None
        if missing := [name for name, part in zip(self.parts, written, strict=True) if not part]:
            raise ValidationError(f"Bitte geben Sie auch {' und '.join(missing)} an.", code="incomplete")
        return self._day(*written)

    @staticmethod
    def _day(day: str, month: str, year: str) -> date:
        shown = f"{day[:10]}.{month[:10]}.{year[:10]}"
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (day, month, year)):
            raise ValidationError(
                f"„{shown}“ ist kein Datum. Bitte schreiben Sie Tag, Monat und Jahr als Zahlen, zum Beispiel 31 3 2027.",
                code="invalid",
            )
        if len(year) != 4:
            raise ValidationError(
                f"Bitte schreiben Sie das Jahr mit vier Ziffern, zum Beispiel 2027 (angegeben ist „{year}“).",
                code="invalid",
            )
        try:
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise ValidationError(f"Den {shown} gibt es nicht im Kalender.", code="invalid") from error


# ---- forms ----


def for_model_field(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """The form field of a model field; a day is asked for in three parts."""
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        kwargs |= {"form_class": DateField, "widget": DateWidget}
        return models.Field.formfield(field, **kwargs)
    return field.formfield(**kwargs)


class Helper(FormHelper):
    """Crispy's, without form tag and token, which the page writes itself; with what the form started from."""

    form_tag = False
    disable_csrf = True

    def render_layout(self, form: Any, *args: Any, **kwargs: Any) -> SafeString:
        return form.started + super().render_layout(form, *args, **kwargs)


class Worded(ComparedForm):
    """What our forms have in common: sentences, empty choices in words, and what they started from."""

    says_optional = True  # the label of an optional field ends with "(freiwillig)"
    asked_later: Collection[str] = ()  # fields that a draft may lack, but a later step needs: not optional
    typed_prefix: str | None = (
        ""  # of a row: where it stood when it was typed (aqb.accounts.session.typed); None: nowhere
    )
    typed_key: str = ""  # of a row: the field of its key, which is the stored one's

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = Helper()
        for field in self.fields.values():
            _use_our_sentences(field)
            _name_the_empty_choice(field)
            _write_numbers_as_text(field)
            field.widget.attrs.pop("maxlength", None)  # a browser would cut what is pasted without a word

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What was typed here before the session ended, else the value that the form begins with."""
        if not self.is_bound and self.typed_prefix is not None and field_name != self.typed_key:
            prefix = self.typed_prefix or self.prefix
            written = typed.value_of(field, f"{prefix}-{field_name}" if prefix else field_name)
            if written is not typed.NOTHING:
                return written
        return super().get_initial_for_field(field, field_name)


class TypedRows(ComparedRows):
    """Rows of a model that show again what was typed: stored rows by their key, new ones and vanished ones behind them."""

    @cached_property
    def _typed(self) -> tuple[dict[str, int], list[int]]:
        """Number of each typed row: by the key of its stored row, and those without one."""
        stored, new = typed.rows(str(self.prefix), self.key)
        if self.is_bound or not (stored or new):
            return {}, []
        there = {str(row.pk) for row in self.get_queryset()}
        return stored, sorted([*new, *(number for key, number in stored.items() if key not in there)])

    def total_form_count(self) -> int:
        count = super().total_form_count()
        return count if self.is_bound else max(count, self.initial_form_count() + len(self._typed[1]))

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        stored, new = self._typed
        if stored or new:
            behind = i - self.initial_form_count()
            number = stored.get(str(form.instance.pk)) if behind < 0 else next(iter(new[behind : behind + 1]), None)
            form.typed_prefix = None if number is None else f"{self.prefix}-{number}"
            form.typed_key = self.key
        return form


class Form(Worded, forms.Form):
    """A form without a model."""


class ModelForm(Worded, _ModelForm):
    """A form of a model: `class Meta(ModelForm.Meta)` gives dates their three fields.

    Fields that the person does not fill in (the district, the agreement) must stand in `instance` before validation,
    because the constraints over them are checked too. `constraint_fields` names the field that a constraint's
    sentence belongs to; without it the sentence stands above the form.
    """

    constraint_fields: Mapping[str, str] = {}

    class Meta:
        formfield_callback = for_model_field

    def validate_unique(self) -> None:
        """Unique fields are checked with the values of the instance, in the form or not."""
        try:
            self.instance.validate_unique(exclude=self._failed_fields())
        except ValidationError as error:
            self._update_errors(error)

    def validate_constraints(self) -> None:
        """Every constraint whose fields are sound is checked, also over fields that the form does not show."""
        exclude = self._failed_fields()
        using = router.db_for_write(type(self.instance), instance=self.instance)
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=exclude, using=using)
                except ValidationError as error:
                    field = self.constraint_fields.get(constraint.name, NON_FIELD_ERRORS)
                    self._update_errors(ValidationError({field: error.error_list}))

    def _failed_fields(self) -> set[str]:
        return {name for name in self.errors if name != NON_FIELD_ERRORS}

    def _update_errors(self, errors: ValidationError) -> None:
        """What the model says about a field that is not shown stands above the form instead of breaking it."""
        if hasattr(errors, "error_dict"):
            moved: dict[str, list[ValidationError]] = {}
            for name, found in errors.error_dict.items():
                moved.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(found)
            errors = ValidationError(moved)
        super()._update_errors(errors)  # type: ignore[misc]  # Django's own hook, which the stubs leave out


def _use_our_sentences(field: forms.Field) -> None:
    """Replace Django's default messages; those that a form or model words itself stay."""
    defaults: dict[str, Any] = {}
    for cls in reversed(type(field).__mro__):
        defaults |= getattr(cls, "default_error_messages", {})
    ours = SENTENCES | {"required": REQUIRED_TEXT}
    if isinstance(field, forms.ChoiceField):  # Django's model choices are of this class too
        ours |= {"required": REQUIRED_CHOICE, "invalid_choice": NOT_OFFERED}
    if isinstance(field, forms.FileField):
        ours |= {"required": SENTENCES["missing"], "invalid": SENTENCES["missing"]}
    if isinstance(field, forms.IntegerField):
        ours |= {"invalid": "Bitte geben Sie eine ganze Zahl an, zum Beispiel 24."}
    if isinstance(field, forms.EmailField):
        ours |= {"invalid": "Bitte geben Sie eine vollständige E-Mail-Adresse an, zum Beispiel name@kreis.example."}
    if isinstance(field, DateField):
        ours |= {"required": "Bitte geben Sie ein Datum an."}
    for code, sentence in ours.items():
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = sentence


def _name_the_empty_choice(field: forms.Field) -> None:
    words = "– bitte wählen –" if field.required else "– keine Angabe –"
    if isinstance(field, forms.ModelChoiceField):
        if _says_nothing(field.empty_label):
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField) and not getattr(field, "empty_label", None):  # a filter has it beside
        offered = cast("Iterable[tuple[Any, Any]]", field.choices)
        field.choices = [(value, words if _says_nothing(label) else label) for value, label in offered]


def _says_nothing(label: Any) -> bool:
    """Whether the label of an empty choice is one of Django's own: dashes, or words that are not in German."""
    return str(label) in {"---------", str(get_blank_choice_label())}


def _write_numbers_as_text(field: forms.Field) -> None:
    """Whole numbers in a short text field: the browser's own number field changes by wheel and drops what it dislikes."""
    widget = field.widget
    if type(widget) is forms.NumberInput:
        widget.input_type = "text"
        for spinner in ("min", "max", "step"):
            widget.attrs.pop(spinner, None)
        widget.attrs.setdefault("inputmode", "numeric")
        widget.attrs.setdefault("class", "kern-form-input__input--width-4")
