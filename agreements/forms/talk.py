"""Form of the regional strategy."""

from django import forms

from agreements.models import RegionalStrategy
from aqb.forms import ModelForm


class StrategyForm(ModelForm):
    """A strategy with its validity; who enters it also states that it is agreed in the region."""

    agreed = forms.BooleanField(
        label="Die Strategie ist aktuell und mit den Akteuren vor Ort abgestimmt",
        error_messages={"required": "Bitte bestätigen Sie das; sonst zählt die Strategie nicht."},
    )
    constraint_fields = {"regionalstrategy_validity_in_order": "valid_to"}

    class Meta(ModelForm.Meta):
        model = RegionalStrategy
        fields = ("title", "valid_from", "valid_to")
        help_texts = {"title": "zum Beispiel Ausbildungs- und Arbeitsmarktstrategie 2025–2028"}
