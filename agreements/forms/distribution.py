"""What a person decides about a distribution: base, weights, limits, rounding."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.distribution.formula import in_percent
from agreements.models import BudgetLine, DistributionScenario
from agreements.proposals import Choice, Ground
from aqb.forms import EuroFormField, Form
from aqb.money import ZERO, format_euro

PERCENT = re.compile(r"(\d{1,4})(?:,(\d{1,2}))?\s*%?", re.ASCII)


class PercentField(forms.Field):
    """A share in percent as people write it: `90`, `97,5`, `110 %`. The value is a Decimal."""

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, Decimal) or value in self.empty_values:
            return value or None if not isinstance(value, Decimal) else value
        found = PERCENT.fullmatch(str(value).strip())
        if found is None:
            raise ValidationError(
                f"„{str(value)[:20]}“ ist kein Prozentwert. Bitte schreiben Sie zum Beispiel 90 oder 97,5.",
                code="invalid",
            )
        return Decimal(f"{found[1]}.{found[2] or 0}")

    def prepare_value(self, value: Any) -> Any:
        return in_percent(value).removesuffix("\u00a0%") if isinstance(value, Decimal) else value

    def in_words(self, value: Any) -> str:
        """Where two states are told apart."""
        return in_percent(value) if isinstance(value, Decimal) else str(value)


class FormulaForm(Form):
    """The rules of a distribution, for one line on its ground. The weight of each indicator is a field of its own."""

    def __init__(self, *args: Any, ground: Ground, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground = ground
        self.fields["base"] = EuroFormField(label="Sockelbetrag je Gebietskörperschaft", required=False)
        self.weights = {f"weight:{one.title}": one for one in ground.indicators}
        for position, (name, one) in enumerate(self.weights.items()):
            label = f"{one.title}, Gewicht in Prozent"
            attrs = {"class": "aqb-cell-input aqb-pct", "inputmode": "decimal", "aria-label": label}
            self.fields[name] = PercentField(
                label=f"Gewicht von {one.title}",
                required=False,
                widget=forms.TextInput(attrs={**attrs, "id": f"gewicht-{position}"}),
            )
        self.fields["floor"] = PercentField(label="Untergrenze", required=False, widget=_narrow())
        self.fields["ceiling"] = PercentField(label="Obergrenze", required=False, widget=_narrow())
        self.fields["step"] = EuroFormField(label="gerundet auf volle", required=False)
        for name in ("base", "step"):
            self.fields[name].widget = _narrow()

    def weight_rows(self) -> list[dict[str, Any]]:
        """The indicators as the table shows them."""
        return [{"indicator": one, "field": self[name]} for name, one in self.weights.items()]

    @property
    def sum_of_weights(self) -> Decimal:
        """What the weights add up to, as far as they are numbers."""
        given = self.cleaned_data if self.is_bound else self.initial
        values = [given.get(name) for name in self.weights]
        return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))

    @property
    def sum_in_words(self) -> str:
        return in_percent(self.sum_of_weights)

    def choice(self, comparisons: Mapping[str, Decimal | None]) -> Choice:
        """What the valid form says."""
        typed = self.cleaned_data
        return Choice(
            base=typed["base"] or ZERO, step=typed["step"] or ZERO, floor=typed["floor"], ceiling=typed["ceiling"],
            weights={one.title: typed[name] for name, one in self.weights.items() if typed[name]},
            comparisons=comparisons,
        )  # fmt: skip


def initial_of(choice: Choice) -> dict[str, Any]:
    """The fields that stand for a choice."""
    fixed = {"base": choice.base, "step": choice.step, "floor": choice.floor, "ceiling": choice.ceiling}
    return {**fixed, **{f"weight:{title}": weight for title, weight in choice.weights.items()}}


class CalculatorForm(FormulaForm):
    """The card beside the grid: a line, the rules, and the name under which they are kept."""

    line = forms.ChoiceField(label="Budgetlinie")
    scenario = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="Name des Szenarios", max_length=80, required=False)

    def __init__(self, *args: Any, lines: list[BudgetLine], **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "rechner")
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["line"].choices = [(line.pk, f"{line.title} – {format_euro(line.amount)} €") for line in lines]  # type: ignore[attr-defined]


class ScenarioForm(FormulaForm):
    """A trial with everything that can be decided: also what each district is compared with."""

    subject = "das Szenario"
    name = forms.CharField(label="Name des Szenarios", max_length=80)

    def __init__(self, *args: Any, scenario: DistributionScenario | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_row = scenario
        for district in self.ground.districts:
            attrs = {"class": "aqb-cell-input", "inputmode": "decimal"}
            label = f"{district.name}, Vergleichsbetrag in Euro"
            self.fields[comparison_name(district.ags)] = EuroFormField(
                label=f"Vergleichsbetrag für {district.name}",
                required=False,
                widget=forms.TextInput(attrs={**attrs, "aria-label": label}),
            )

    def comparisons(self) -> dict[str, Decimal | None]:
        """Official key -> amount to compare with, where it is not the year before's; None: no limits."""
        typed = {one.ags: self.cleaned_data[comparison_name(one.ags)] or None for one in self.ground.districts}
        return {ags: amount for ags, amount in typed.items() if amount != (self.ground.previous.get(ags) or None)}


def comparison_name(ags: str) -> str:
    """The name of the input with the amount that a district is compared with."""
    return f"comparison_{ags}"


def _narrow() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "aqb-cell-input", "inputmode": "decimal"})
