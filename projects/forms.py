"""What a district fills in about a project, and about its providers."""

import contextlib
from collections.abc import Collection
from copy import copy
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms

from agreements.models import AgreementVersion, MeasureCategory
from agreements.unlocking import locked_since
from aqb.access import Refused
from aqb.forms import EuroFormField, ModelForm
from aqb.layout import Beside, Group, Pair
from aqb.locked_fields import lock
from aqb.screens import german_date
from projects.actions import FIELDS, OverLine
from projects.amount_table import AmountTable, cell_name, read_amounts
from projects.amounts import in_line, pots, shares_of
from projects.models import LEGAL_CIRCLES, REQUIRED, ProjectEntry, Provider, TargetGroup
from projects.models.facets import facet_of

CHOOSE = "– bitte wählen –"
NEW_PROVIDER = HTML(
    "{% if not form.fields.provider.disabled %}"
    '<div><button class="kern-btn kern-btn--tertiary kern-btn--x-small" type="submit" name="then" value="provider">'
    '<span class="kern-icon kern-icon--add kern-icon--small" aria-hidden="true"></span>'
    '<span class="kern-label">Zwischenspeichern und Träger anlegen</span></button></div>{% endif %}'
)
GROUPS = (
    Group(
        "1. Grunddaten", "title", "category", Div("provider", NEW_PROVIDER, css_class="aqb-stack-s"), "implementation"
    ),
    Group("2. Laufzeit und Plätze", Pair("starts_on", "ends_on"), "places"),
    Group(
        "3. Inhalt",
        "description",
        "target_groups",
        "legal_circles",
        Fieldset("Besonderheiten (freiwillig)", "part_time", "language", "inclusive"),
    ),
)


class ProjectForm(ModelForm):
    """A project as one version states it, with its amounts by budget line and cash year.

    `locked` names the facets that can only be read. A draft may lack anything but the title; what is wrong (a date, an
    amount) is always refused. `uid` marks a new project, so that a form whose answer was lost makes one.
    """

    constraint_fields = {"projectentry_dates_in_order": "ends_on"}
    asked_later = frozenset(REQUIRED)
    subject = "dieses Projekt"

    uid = forms.CharField(required=False, widget=forms.HiddenInput)
    implementation = forms.ChoiceField(label="Wer führt das Projekt durch?", required=False, widget=forms.RadioSelect)
    target_groups = forms.MultipleChoiceField(
        label="Zielgruppen",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Bei Maßnahmen für Fachpersonal nicht erforderlich.",
    )
    legal_circles = forms.MultipleChoiceField(
        label="Rechtskreise der Teilnehmenden",
        required=False,
        choices=[(circle, circle) for circle in LEGAL_CIRCLES],
        widget=forms.CheckboxSelectMultiple,
        help_text="Bei Maßnahmen für Fachpersonal nicht erforderlich.",
    )

    class Meta(ModelForm.Meta):
        model = ProjectEntry
        fields = FIELDS
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "title": "So erscheint das Projekt in der Zielvereinbarung.",
            "starts_on": "zum Beispiel 1 8 2027",
            "ends_on": "zum Beispiel 31 7 2028",
            "places": "Plätze gleichzeitig, nicht Teilnehmende im Jahr; zum Beispiel 24",
            "description": "Zwei bis vier Sätze. Keine Angaben zu einzelnen Personen.",
        }
        error_messages = {
            "title": {"required": "Bitte geben Sie dem Projekt einen Titel. Ohne ihn lässt es sich nicht speichern."},
        }

    def __init__(
        self, data: Any = None, *, version: AgreementVersion, entry: ProjectEntry | None = None,
        locked: Collection[str] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        self.version, self.entry = version, entry
        initial = {
            "uid": "" if entry else str(uuid4()),
            **kwargs.pop("initial", {}),
        }
        # A copy: what was typed must not change what the page says is stored.
        instance = copy(entry) if entry else ProjectEntry(version=version)
        super().__init__(data, instance=instance, initial=initial, **kwargs)

        self._offer_choices()
        self._add_amounts()
        for name in self.fields:
            if facet_of(name) in locked:
                lock(self, name, locked_since(version))
        self.helper.layout = Layout(*GROUPS)

    def _offer_choices(self) -> None:
        """Only what belongs to this vintage and this district can be chosen."""
        agreement = self.version.agreement
        fields: dict[str, Any] = self.fields  # their classes differ
        fields["category"].queryset = MeasureCategory.objects.valid_in(agreement.budget_year.year)
        fields["provider"].queryset = agreement.district.providers.all()
        for name in ("category", "provider"):
            fields[name].empty_label = CHOOSE
        fields["provider"].help_text = "Fehlt der Träger in der Liste, legen Sie ihn an."
        own = agreement.district.short_nominative or "die Gebietskörperschaft"
        kinds = dict(ProjectEntry.Implementation.choices) | {"own": f"{own} selbst"}
        fields["implementation"].choices = list(kinds.items())
        chosen = set(self.entry.target_groups) if self.entry else set()
        groups = TargetGroup.objects.all()
        fields["target_groups"].choices = [(g.key, g.title) for g in groups if g.is_active or g.key in chosen]

    def _add_amounts(self) -> None:
        """One field for each budget line and cash year."""
        self.pots = pots(self.version, self.entry)
        stored = shares_of(self.entry) if self.entry else {}
        for pot in self.pots:
            for year in self.version.agreement.budget_year.cash_years:
                label = f"{pot.line.title}, Kassenjahr {year}, in Euro"
                widget = forms.TextInput(
                    attrs={
                        "class": "aqb-cell-input",
                        "inputmode": "decimal",
                        "autocomplete": "off",
                        "aria-label": label,
                    }
                )
                field = EuroFormField(required=False, label=f"{pot.line.title} {year}", widget=widget)
                self.fields[cell_name(pot.line.pk, year)] = field
                self.initial.setdefault(cell_name(pot.line.pk, year), stored.get((pot.line.pk, year)))

    def clean_description(self) -> str:
        """Browsers send line ends as two characters."""
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("starts_on", "ends_on"):
            day = cleaned.get(name)
            if day is not None and not 2000 <= day.year <= 2100:
                self.add_error(name, f"Bitte prüfen Sie das Jahr: {day.year:04} liegt nicht zwischen 2000 und 2100.")
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(start, date) and isinstance(end, date) and end <= start:
            self.add_error("ends_on", f"Das Ende muss nach dem Beginn ({german_date(start)}) liegen.")
        sums = {pot.line.pk: pot.shortfall(in_line(self.shares, pot.line.pk)) for pot in self.pots}
        # What the action would refuse stands beside everything else that is wrong; it decides under the lock.
        self._name_overdrawn({line: sentence for line, sentence in sums.items() if sentence})
        return cleaned

    def _name_overdrawn(self, sentences: dict[int, str]) -> None:
        """Say it at the line's last amount."""
        for line, sentence in sentences.items():
            self.add_error(self._last_cell(line), sentence)

    @property
    def shares(self) -> dict[tuple[int, int], Any]:
        """The amounts by line and cash year as they stand in the inputs; what cannot be read counts as nothing."""
        return read_amounts(self.pots, self._cash_years, self._text_of).shares

    @property
    def _cash_years(self) -> range:
        return self.version.agreement.budget_year.cash_years

    def _text_of(self, name: str) -> Any:
        return self[name].value()

    def wishes(self) -> dict[str, Any]:
        """The arguments of save_project that come from this form."""
        uid = None
        with contextlib.suppress(ValueError):
            uid = UUID(self.cleaned_data["uid"])
        fields = {name: self.cleaned_data[name] for name in FIELDS}
        return {"fields": fields, "shares": self.shares, "uid": None if self.entry else uid}

    def refuse(self, refusal: Refused) -> None:
        """Show what the action refuses beside the fields that it is about. What the role forbids is a page."""
        if refusal.status == 403:
            raise refusal
        if isinstance(refusal, OverLine):
            self._name_overdrawn(refusal.sentences)
            return
        for reason in refusal.reasons:
            self.add_error(None, reason)

    def _last_cell(self, line: int) -> str:
        """The field of the line's last amount: where a person would take something away."""
        typed = [year for (pot, year), amount in self.shares.items() if pot == line and amount]
        return cell_name(line, max(typed))

    def name_missing(self, missing: list[str]) -> None:
        """Say beside each field of a fresh page what a complete project still needs."""
        self.full_clean()
        self.cleaned_data: dict[str, Any] = {}  # nothing was sent, and add_error() wants to take something out
        for name in missing:
            sentence = f"Bitte noch {REQUIRED[name][1]}."
            self.add_error(name if name in self.fields else self._first_cell(), sentence)

    def _first_cell(self) -> str | None:
        first = self.version.agreement.budget_year.first_cash_year
        return cell_name(self.pots[0].line.pk, first) if self.pots else None

    def show_remarks(self, remarks: list[Beside]) -> list[Beside]:
        """Put each remark beside its field; returns those that are about the project or its money as a whole."""
        shown = {name for name in FIELDS if name in self.fields}
        self.remarks: dict[str, list[Beside]] = {}
        for beside in remarks:
            if beside.remark.field in shown:
                self.remarks.setdefault(beside.remark.field, []).append(beside)
        return [beside for beside in remarks if beside.remark.field not in shown]

    @property
    def amount_table(self) -> AmountTable:
        """The amounts as a table with its sums."""
        return AmountTable.as_written(self.pots, self._cash_years, self._text_of, self)


class ProviderForm(ModelForm):
    """A provider of one district; the district stands in `instance`."""

    constraint_fields = {"provider_name_unique": "name"}
    subject = "diesen Träger"

    class Meta(ModelForm.Meta):
        model = Provider
        fields = ("name", "city", "own")
        help_texts = {
            "name": "vollständig, mit Rechtsform",
            "own": "Ankreuzen, wenn die Gebietskörperschaft Projekte selbst durchführt.",
        }
