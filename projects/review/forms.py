"""Giving back: the reason, what the district may change, until when; and opening more later."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.html import format_html

from agreements.forms.versions import BIGGER_TEXT
from agreements.models.remarks import Place
from aqb.forms import DateField, Form
from aqb.screens import NBSP, listed
from projects.review.sheet import Block, Sheet

TOGETHER = "Felder, die rechnerisch daran hängen (Plätze, Kassenjahre), sind mit freigegeben."


class ReturnForm(Form):
    """Why a version goes back, what the district may change and until when it hands it in again."""

    reason = forms.CharField(
        label="Begründung", max_length=4000, widget=BIGGER_TEXT,
        error_messages={"required": "Bitte nennen Sie den Grund. Die Gebietskörperschaft muss wissen, was zu überarbeiten ist."},
    )  # fmt: skip
    unlock = forms.ChoiceField(label="Was darf die Gebietskörperschaft bearbeiten?", widget=forms.RadioSelect)
    resubmit_due = DateField(label="Wieder einzureichen bis", required=False)

    def __init__(
        self, *args: Any, sheet: Sheet, places: Sequence[Place], readers: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        told = f" und in der Nachricht an {listed(readers)}" if readers else ""
        self.fields["reason"].help_text = f"Steht oben auf der Seite der Gebietskörperschaft{told}."
        self.fields["unlock"].choices = list(_choices(sheet, places))  # type: ignore[attr-defined]
        self.helper.layout = Layout("reason", "unlock", "resubmit_due")


def _choices(sheet: Sheet, places: Sequence[Place]) -> Any:
    """The three ways, each with what it means for this version; the narrower ones need something to answer."""
    if places:
        fields = [
            f"{place.project_title or 'Zielvereinbarung'}: {place.field_title or 'als Ganzes'}" for place in places
        ]
        yield "fields", _choice("nur die angemerkten Felder", f"{' · '.join(dict.fromkeys(fields))}. {TOGETHER}")
    remarked = {str(place.project_key) for place in places if place.project_key}
    if blocks := [block for block in sheet.projects if block.uid in remarked]:
        yield "projects", _choice("alle Felder der angemerkten Projekte", _sum(blocks))
    count = len(sheet.projects)
    many = f"{count}{NBSP}Projekt{'' if count == 1 else 'e'}, auch neue anlegen und vorhandene entfernen"
    yield "all", _choice("die ganze Zielvereinbarung", many)


def _choice(what: str, means: str) -> str:
    return format_html('{}<span class="aqb-sub">{}</span>', f"{what} zur Bearbeitung freigeben", means)


def _sum(blocks: Sequence[Block]) -> str:
    fields = sum(block.fields for block in blocks)
    return f"{listed([block.title for block in blocks])}, {fields}{NBSP}Felder"


class UnlockForm(Form):
    """What more the district may change in a version that came back with locks."""

    everything = forms.BooleanField(
        label="Die ganze Zielvereinbarung freigeben: alle Projekte, auch neue anlegen und vorhandene entfernen",
        required=False,
    )
    projects = forms.MultipleChoiceField(
        label="Ganze Projekte freigeben", required=False, widget=forms.CheckboxSelectMultiple
    )
    resubmit_due = DateField(label="Wieder einzureichen bis", required=False)
    says_optional = False

    def __init__(self, *args: Any, projects: Sequence[tuple[str, str]], is_locked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["projects"].choices = list(projects)  # type: ignore[attr-defined]
        if not projects:
            del self.fields["projects"]
        if not is_locked:
            del self.fields["everything"]
        self.helper.layout = Layout(*self.fields)
