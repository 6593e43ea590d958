"""What a reader of the history may ask for; it stands in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms

from agreements.filters import ALL, FilterForm
from agreements.models import Agreement
from aqb.models import User
from reporting.timeline import KINDS, Filters, labels_of
from reporting.timeline.reading import NOBODY

NO_DATE = "„%(value)s“ ist kein Datum. Bitte schreiben Sie es wie 31.03.2027."


class Day(forms.DateField):
    """A day in one short field, as it is written in German."""

    def __init__(self, label: str) -> None:
        written = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"})
        super().__init__(
            label=label, help_text="TT.MM.JJJJ", required=False, input_formats=["%d.%m.%Y", "%d.%m.%y"], widget=written
        )

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            shown = {"value": str(value)[:20]}
            raise forms.ValidationError(NO_DATE, code="invalid", params=shown) from error


class HistoryForm(FilterForm):
    """Search, person, days and kinds of change; over everything also the agreement."""

    q = forms.CharField(label="Suche", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    person = forms.TypedChoiceField(label="Wer", required=False, coerce=int, empty_value=None)
    since = Day("Von")
    until = Day("Bis")
    kind = forms.MultipleChoiceField(label="Was", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Iterable[User], kinds: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(person.pk, person.name or f"Anonymisierte Person {person.pk}") for person in people]
        nobody = (NOBODY, "keine Person (Befehl, Datenbank)")
        self.fields["person"].choices = [("", ALL), *named, nobody]  # type: ignore[attr-defined]
        offered = [(key, label) for key, label in KINDS.items() if key in kinds]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "Dieser Tag liegt vor dem ersten. Bitte tauschen Sie die beiden.")
        return cleaned

    def filters(self) -> Filters:
        """What the form asks for; everything while it is wrong, so that the page can say so."""
        if not self.is_valid():
            return Filters()
        asked = self.cleaned_data
        labels = labels_of(set(asked["kind"])) if asked["kind"] else frozenset()
        words = tuple(asked["q"].split())
        return Filters(asked["person"], labels, asked["since"], asked["until"], words)


class WholeHistoryForm(HistoryForm):
    """The same over everything: one agreement may be picked out."""

    agreement = forms.ModelChoiceField(
        label="Zielvereinbarung", required=False, queryset=Agreement.objects.none(), empty_label=ALL
    )
    field_order = ("q", "person", "agreement", "since", "until", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Agreement.objects.select_related("budget_year", "district")
        self.fields["agreement"].queryset = rows  # type: ignore[attr-defined]
        self.fields["agreement"].label_from_instance = _short  # type: ignore[attr-defined]

    def picked(self) -> Agreement | None:
        """The agreement that was picked out."""
        return self.cleaned_data["agreement"] if self.is_valid() else None


def _short(agreement: Agreement) -> str:
    return f"{agreement.budget_year.year} · {agreement.district}"
