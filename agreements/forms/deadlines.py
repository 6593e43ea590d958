"""The rows of further deadlines in the form of a vintage."""

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout
from django import forms

from agreements.models import Deadline
from aqb.forms import ModelForm, TypedRows
from aqb.layout import Group, Pair

if TYPE_CHECKING:  # generic for mypy only
    _FormSet = forms.BaseModelFormSet[Deadline, "DeadlineForm"]
else:
    _FormSet = forms.BaseModelFormSet


class DeadlineForm(ModelForm):
    """One further day of a vintage."""

    constraint_fields = {"deadline_without_amount": "title", "deadline_named_once": "title"}

    class Meta(ModelForm.Meta):
        model = Deadline
        fields = ("title", "day", "audience")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = int((self.prefix or "0").rsplit("-", 1)[-1]) + 1
        name = f"Frist „{self.instance.title}“" if self.instance.pk else f"{number}. weitere Frist"
        removal = ["DELETE"] if self.instance.pk else []
        self.helper.layout = Layout(
            Group(name, "title", Pair("day", "audience"), *removal, css_id=f"frist-{self.prefix}")
        )


class _Deadlines(TypedRows, _FormSet):
    """The further deadlines of one vintage; a stored one can be taken back by its tick."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Diese Frist beim Speichern entfernen"

    def validate_unique(self) -> None:
        """The database knows, and its sentence stands at the row concerned."""


DeadlineFormSet = forms.modelformset_factory(
    Deadline, form=DeadlineForm, formset=_Deadlines, extra=1, can_delete=True, can_delete_extra=False
)
