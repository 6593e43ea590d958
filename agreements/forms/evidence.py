"""Forms of evidence and signatures: bring a signed file, record who signed, confirm it as second person."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from agreements.models import Signature
from aqb.forms import Form, ModelForm
from aqb.layout import Pair

LARGEST = 25 * 1024 * 1024  # bytes; said here before the file is read, and by the action in any case
Places = Sequence[tuple[str, str]]  # ("district-1", "für den Landkreis …")


class UploadForm(Form):
    """The scan of the signed paper, or the file that was signed electronically."""

    party = forms.ChoiceField(
        label="Wessen Unterschrift zeigt der Scan?",
        help_text="Bei einer elektronisch unterzeichneten Datei spielt das keine Rolle: Sie nennt selbst, wer unterzeichnet hat.",
        widget=forms.RadioSelect,
        error_messages={"required": "Bitte wählen Sie, wessen Unterschrift der Scan zeigt."},
    )
    file = forms.FileField(
        label="Datei",
        help_text="Scan als PDF, JPG oder PNG, oder die elektronisch unterzeichnete PDF-Datei; höchstens 25 MB",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": "Die Datei fehlt. Bitte wählen Sie den Scan oder die unterzeichnete Datei aus.",
            "max_length": "Der Dateiname hat %(length)d Zeichen. Bitte kürzen Sie ihn auf höchstens %(max)d.",
        },
        max_length=200,
    )

    def __init__(self, *args: Any, parties: Places = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parties:
            self.fields["party"].choices = list(parties)  # type: ignore[attr-defined]  # a choice
        else:
            del self.fields["party"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("Die Datei ist größer als 25 MB. Bitte scannen Sie mit geringerer Auflösung.")
        return file


class RecordForm(ModelForm):
    """Who has signed: name, office, place and day, and for which place. `made` is the signature in an electronic file.

    The place is always sent along, so that a form that comes twice never fills the next place, too.
    """

    stands_for = forms.ChoiceField(
        label="Für wen gilt diese Unterschrift?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Bitte wählen Sie, für wen diese Person unterzeichnet hat.",
            "invalid_choice": "Diese Unterschrift ist schon erfasst; es wurde nichts noch einmal gespeichert.",
        },
    )

    class Meta(ModelForm.Meta):
        model = Signature
        fields = ("name", "office", "place", "signed_on")

    def __init__(self, *args: Any, places: Places, made: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made = made
        self.fields["stands_for"].choices = list(places)  # type: ignore[attr-defined]  # a choice
        if made is None:  # on paper the place is given, in a file a person matches
            self.fields["stands_for"].widget = forms.HiddenInput()
        for name, hint in (("name", "Wie gedruckt, mit Titel"), ("office", "Amt am Tag der Unterschrift")):
            self.fields[name].help_text = hint
        self.helper.layout = Layout("stands_for", Pair("name", "office"), Pair("place", "signed_on"))

    def clean(self) -> dict[str, Any]:
        """The chosen place stands in the instance before the constraints are checked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if chosen := cleaned.get("stands_for"):
            party, position = chosen.split("-")
            self.instance.party, self.instance.position = party, int(position)
        return cleaned


class ConfirmForm(Form):
    """The second person says what they have compared."""

    compared = forms.BooleanField(
        error_messages={
            "required": "Bitte bestätigen Sie, dass Sie verglichen haben; sonst zählt die Unterschrift nicht."
        }
    )

    def __init__(self, *args: Any, label: str, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compared"].label, self.fields["compared"].help_text = label, hint
