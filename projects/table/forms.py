"""Where a table comes from: a file, or cells that were copied from a spreadsheet."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from aqb.forms import Form

LONGEST_PASTE = 2_000_000  # characters; more comes as a file


class TableForm(Form):
    """A file or pasted cells, never both."""

    says_optional = False  # one of them is needed, which is said above the form

    file = forms.FileField(
        label="Datei",
        required=False,
        help_text="Excel (.xlsx), OpenDocument (.ods) oder CSV; höchstens 10 MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        error_messages={
            "max_length": "Der Dateiname hat %(length)d Zeichen. Bitte kürzen Sie ihn auf höchstens %(max)d."
        },
        max_length=200,
    )
    sheet = forms.CharField(
        label="Blatt",
        required=False,
        max_length=31,
        help_text="Nur nötig, wenn die Datei mehrere Blätter hat und keines „Projekte“ heißt.",
    )
    pasted = forms.CharField(
        label="Oder: Zellen aus der Tabellenkalkulation",
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        help_text="Zellen mit der Zeile der Überschriften markieren, kopieren und hier einfügen.",
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("file", "sheet", "pasted")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        pasted = (cleaned.get("pasted") or "").strip()
        if not self.errors and not cleaned.get("file") and not pasted:
            self.add_error("file", "Bitte wählen Sie eine Datei aus, oder fügen Sie Zellen ein.")
        if cleaned.get("file") and pasted:
            self.add_error("pasted", "Bitte wählen Sie entweder eine Datei aus, oder fügen Sie Zellen ein.")
        return cleaned
