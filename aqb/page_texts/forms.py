"""What somebody fills in to change the text of a public page."""

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from aqb.forms import ModelForm
from aqb.models import PageText
from aqb.page_texts import texts


class PageTextForm(ModelForm):
    """Title and text; what the text may not hold is named beside it."""

    compares = True  # also where the project's own words count so far, and no row is stored
    subject = "diesen Text"

    class Meta(ModelForm.Meta):
        model = PageText
        fields = ("title", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 24, "class": "aqb-text"})}
        help_texts = {
            "body": "## Überschrift, ### kleine Überschrift, - Listenpunkt, **fett**, [Wort](Adresse). Eine leere Zeile trennt "
            "Absätze.",
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("title", "body")

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"]).replace("\r\n", "\n")
        if reasons := texts.problems(body):
            raise ValidationError(reasons)
        return body
