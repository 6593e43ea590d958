"""Forms of the contract text: what frames it, its sections, and new drafts."""

from typing import Any

from django import forms

from agreements.models import BudgetYear, Wording, WordingSection
from aqb.forms import Form, ModelForm

TEXT_HINT = "Leerzeile = neuer Absatz, **fett**, „- “ am Anfang = Liste"


class FrameForm(ModelForm):
    """Title, purpose and the headings of the signatures."""

    subject = "diesen Vertragstext"

    class Meta(ModelForm.Meta):
        model = Wording
        fields = ("title", "purpose", "land_label", "district_label")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["land_label"].label = "Über der Unterschrift des Landes"
        self.fields["district_label"].label = "Über der Unterschrift der Gebietskörperschaft"


class SectionForm(ModelForm):
    """Heading and text of a section. The text may be longer than most; the paper shows how long it gets."""

    subject = "diesen Abschnitt"

    class Meta(ModelForm.Meta):
        model = WordingSection
        fields: tuple[str, ...] = ("heading", "text")
        widgets = {
            "heading": forms.Textarea(attrs={"rows": 2}),
            "text": forms.Textarea(attrs={"rows": 14, "class": "aqb-text"}),
        }
        help_texts = {"text": TEXT_HINT, "heading": "mehrere Zeilen werden untereinander gedruckt"}


class NewSectionForm(SectionForm):
    """A new section: also its key and whether it gets a paragraph sign."""

    class Meta(SectionForm.Meta):
        fields = ("key", "numbered", "heading", "text")


class NewWordingForm(Form):
    """A new draft: for which vintage, of which kind, from which text."""

    budget_year = forms.ModelChoiceField(BudgetYear.objects.all(), label="Budgetjahrgang")
    kind = forms.ChoiceField(label="Art", choices=Wording.Kind.choices, widget=forms.RadioSelect)
    copy_of = forms.ModelChoiceField(
        Wording.objects.select_related("budget_year"),
        label="Vorlage",
        required=False,
        empty_label="ohne Vorlage beginnen",
        help_text="Abschnitte und Texte der Vorlage kommen in den Entwurf.",
    )

    def clean(self) -> dict[str, Any]:
        copy_of = self.cleaned_data.get("copy_of")
        if copy_of and copy_of.kind != self.cleaned_data.get("kind"):
            self.add_error("copy_of", "Bitte wählen Sie eine Vorlage derselben Art.")
        return self.cleaned_data
