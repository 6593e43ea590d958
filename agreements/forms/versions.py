"""Forms of a version: reasons, agreed amounts, who is meant to sign, remarks."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from agreements.models import AgreementVersion, Party, Remark, Signatory, Wording
from aqb.forms import EuroFormField, Form, ModelForm
from aqb.layout import Group, Pair
from aqb.money import format_euro

BIGGER_TEXT = forms.Textarea(attrs={"rows": 5})


class StepForm(Form):
    """A step that asks for nothing: only the confirmation."""


class ReasonForm(Form):
    """A step that needs a reason."""

    reason = forms.CharField(
        label="Grund", max_length=4000, widget=BIGGER_TEXT, error_messages={"required": "Bitte nennen Sie den Grund."}
    )

    def __init__(self, *args: Any, hint: str = "", label: str = "Grund", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text, self.fields["reason"].label = hint, label


class LinesForm(Form):
    """The agreed amount of each budget line, and the wording where there is a choice."""

    compares = True
    subject, named = "die Ansätze", "Ansätze"

    def __init__(self, *args: Any, version: AgreementVersion, lines: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"line_{line.line_id}"] = EuroFormField(
                label=line.line.title,
                initial=line.amount,
                help_text=f"zugewiesen {format_euro(line.allocated)} €, von Projekten belegt {format_euro(line.entered)} €",
                error_messages={"required": "Bitte geben Sie einen Betrag an; 0 heißt kein Ansatz."},
            )

    def recorded(self) -> list[Any]:
        return self.lines

    @property
    def amounts(self) -> dict[int, Decimal]:
        """Budget line's key -> agreed amount, after validation."""
        return {line.line_id: self.cleaned_data[f"line_{line.line_id}"] for line in self.lines}


class WordingChoiceForm(Form):
    """Which released wording a draft uses."""

    compares = True
    subject, named = "die Wahl des Vertragstextes", "Vertragstext"

    wording = forms.ModelChoiceField(Wording.objects.none(), label="Vertragstext", empty_label=None)

    def __init__(self, *args: Any, wordings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wording"].queryset = wordings  # type: ignore[attr-defined]  # a model choice


class PartyForm(Form):
    """Who is meant to sign for one party: one or two people."""

    compares = True
    subject, named = "die Unterzeichnenden", "Unterzeichnende"

    name_1 = forms.CharField(label="Name", max_length=300, required=False, help_text="mit Titel, wie gedruckt")
    office_1 = forms.CharField(label="Amt", max_length=300, required=False, help_text="zum Beispiel Landrätin")
    name_2 = forms.CharField(label="Name der zweiten Person", max_length=300, required=False)
    office_2 = forms.CharField(label="Amt der zweiten Person", max_length=300, required=False)
    says_optional = False

    def __init__(self, *args: Any, party: Party, people: Iterable[Signatory], **kwargs: Any) -> None:
        initial: dict[str, str] = {}
        self.people_named = list(people)
        for person in self.people_named:
            initial |= {f"name_{person.position}": person.name, f"office_{person.position}": person.office}
        super().__init__(*args, prefix=party.value, initial=initial, **kwargs)
        self.party = party
        self.part = f"Für {'das Land Hessen' if party == Party.LAND else 'die Gebietskörperschaft'}"
        self.helper.layout = Layout(
            Group(
                self.part,
                Pair("name_1", "office_1"),
                Pair("name_2", "office_2"),
            )
        )

    def recorded(self) -> list[Any]:
        return self.people_named

    def clean(self) -> dict[str, Any]:
        for number in (1, 2):
            name, office = f"name_{number}", f"office_{number}"
            if self.cleaned_data.get(name) and not self.cleaned_data.get(office):
                self.add_error(office, "Bitte geben Sie auch das Amt an; es steht unter dem Namen.")
            if self.cleaned_data.get(office) and not self.cleaned_data.get(name):
                self.add_error(name, "Bitte geben Sie auch den Namen an.")
        return self.cleaned_data

    @property
    def people(self) -> list[tuple[str, str]]:
        """(name, office) of those who are named, after validation."""
        pairs = ((self.cleaned_data[f"name_{number}"], self.cleaned_data[f"office_{number}"]) for number in (1, 2))
        return [pair for pair in pairs if pair[0]]


class RemarkForm(ModelForm):
    """A remark on the agreement, on a project, or on one field of it."""

    about = forms.ChoiceField(label="Worum geht es?")
    field = forms.ChoiceField(
        label="Feld", required=False, help_text="Die Anmerkung steht dann neben diesem Feld der Projekterfassung."
    )

    class Meta(ModelForm.Meta):
        model = Remark
        fields = ("field", "text")
        widgets = {"text": BIGGER_TEXT}

    def __init__(self, *args: Any, entries: Iterable[Any], fields: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.project.uid): entry for entry in entries}
        projects = [(uid, f"Projekt „{entry.title}“") for uid, entry in self.entries.items()]
        self.fields["about"].choices = [("agreement", "die Zielvereinbarung als Ganzes"), *projects]  # type: ignore[attr-defined]
        self.fields["field"].choices = [("", "das ganze Projekt"), *fields]  # type: ignore[attr-defined]
        self.fields["text"].label = "Frage oder Bitte"
        self.order_fields(("about", "field", "text"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("field") and cleaned.get("about") == "agreement":
            self.add_error("field", "Ein Feld gehört zu einem Projekt. Bitte wählen Sie das Projekt oder kein Feld.")
        return cleaned

    @property
    def place(self) -> dict[str, Any]:
        """What the remark is about, as the action takes it."""
        entry = self.entries.get(self.cleaned_data["about"])
        if entry is None:
            return {}
        field = self.cleaned_data["field"]
        about = {"project_key": entry.project.uid, "project_title": entry.title, "field": field}
        return about | {"field_title": entry.remarkable().get(field, "")}


class ThreadForm(Form):
    """Something more in a thread; `seen` is how far it had come on the page."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def go_on_from(self, seen: str) -> None:
        """The page now shows what somebody else has said: whoever sends again does so knowingly."""
        sent: Any = self.data  # what a browser sends can only be changed as a copy
        self.data = sent.copy()
        self.data["seen"] = seen  # type: ignore[index]  # the copy takes it


class FurtherForm(ThreadForm):
    """The ministry asks further; for a closed remark it is the reason to open it again."""

    text = forms.CharField(
        label="Weitere Frage",
        max_length=4000,
        widget=BIGGER_TEXT,
        error_messages={"required": "Bitte schreiben Sie Ihre Frage."},
    )

    def __init__(self, *args: Any, reopens: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reopens:
            self.fields["text"].label = "Grund, die Anmerkung wieder zu öffnen"
            self.fields["text"].error_messages["required"] = "Bitte nennen Sie den Grund."


class AnswerForm(ThreadForm):
    """The district's answer to a remark; `back` is the page on which it stood."""

    back = forms.CharField(required=False, widget=forms.HiddenInput)
    answer = forms.CharField(
        label="Ihre Antwort",
        max_length=4000,
        widget=BIGGER_TEXT,
        error_messages={"required": "Bitte schreiben Sie eine Antwort."},
    )
