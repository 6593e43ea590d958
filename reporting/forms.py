"""What somebody fills in to check a document: a file, or the number on its pages."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from aqb.forms import Form
from aqb.inspection import LARGEST_UPLOAD

LARGEST_IN_MB = LARGEST_UPLOAD // 1024**2
NUMBER = re.compile(r"ZV-\d{4}-\d{5}-\d{1,3}", re.ASCII)


class FileForm(Form):
    """A PDF to be checked; it is read and not kept."""

    file = forms.FileField(
        label="PDF-Datei",
        max_length=1000,
        help_text=f"höchstens {LARGEST_IN_MB} MB; die Datei wird nur gelesen, nicht gespeichert",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"max_length": "Der Name der Datei ist zu lang. Bitte kürzen Sie ihn."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_UPLOAD:
            raise ValidationError(
                f"Die Datei ist größer als {LARGEST_IN_MB} MB. So große Dokumente gibt die Anwendung nicht aus."
            )
        return file


class NumberForm(Form):
    """The number of a document, as people copy it: also small, with spaces, or within the address beside the code."""

    nummer = forms.CharField(
        label="Dokumentnummer", max_length=300, help_text="steht unten auf jeder Seite, zum Beispiel ZV-2023-06438-0"
    )

    def clean_nummer(self) -> str:
        written = str(self.cleaned_data["nummer"])
        # Long and short dashes come from word processors.
        plain = re.sub(r"\s", "", re.sub("[\u2010-\u2015\u2212]", "-", written)).upper()
        found = NUMBER.search(plain)
        if found is None:
            raise ValidationError(
                "So sieht keine Dokumentnummer aus. Sie beginnt mit ZV, dann folgen Jahr, Schlüssel des Gebiets und "
                "Fassung, zum Beispiel ZV-2023-06438-0."
            )
        return found[0]
