"""The grid of allocations: one cell per district and budget line, saved as a whole, with what others changed meanwhile."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict

from agreements.models import BudgetLine
from aqb.forms import EuroFormField, Form
from aqb.models import District
from aqb.money import ZERO, format_euro

SALT = "agreements.allocations"
Cell = tuple[int, int]  # budget line, district
Amounts = dict[Cell, Decimal]


class CellField(EuroFormField):
    """An amount in a cell: whole euro without cents, because the vintage rounds; empty means 0."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return format_euro(value, cents=value != value.to_integral_value())
        return value


class GridForm(Form):
    """Allocations of a vintage. `stored` is what the database holds now, `loaded` what the person saw.

    Only cells that the person changed are saved. A cell that somebody else changed in the meantime is taken over
    when the person left it alone; when both changed it, the person decides.
    """

    loaded_state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, lines: Sequence[BudgetLine], districts: Sequence[District], stored: Amounts, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.districts, self.stored = lines, districts, stored
        self.fields["loaded_state"].initial = _seal(stored)
        for district in districts:
            for line in lines:
                label = f"{district.name}, {line.title}"
                attrs = {"class": "aqb-cell-input", "inputmode": "decimal", "aria-label": f"{label}, in Euro"}
                self.fields[cell_name((line.pk, district.pk))] = CellField(
                    label=label,
                    required=False,
                    initial=stored.get((line.pk, district.pk), ZERO),
                    widget=forms.TextInput(attrs={**attrs, "autocomplete": "off"}),
                )

    def clean(self) -> dict[str, Any]:
        loaded = _open(self.cleaned_data.get("loaded_state", ""))
        if loaded is None:
            self.add_error(None, "Die Seite ist nicht vollständig angekommen. Bitte laden Sie sie neu.")
            return self.cleaned_data
        self.changes: Amounts = {}
        self.taken_over: Amounts = {}
        for district in self.districts:
            for line in self.lines:
                self._compare((line.pk, district.pk), loaded)
        return self.cleaned_data

    def _compare(self, cell: Cell, loaded: Amounts) -> None:
        name = cell_name(cell)
        if name not in self.cleaned_data:
            return  # its own error stands at the cell
        written = self.cleaned_data[name] or ZERO
        seen, now = loaded.get(cell, ZERO), self.stored.get(cell, ZERO)
        if written in (seen, now):
            if seen != now:
                self.taken_over[cell] = now
            return
        if seen != now:
            self.add_error(
                name,
                f"Inzwischen hat jemand anders {format_euro(now)} € eingetragen (vorher {format_euro(seen)} €). "
                "Ihre Angabe steht noch im Feld: Speichern Sie noch einmal, wenn sie gelten soll.",
            )
            return
        self.changes[cell] = written

    def accept_current(self) -> None:
        """After a conflict the page shows the state of now: saving once more is a decision."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["loaded_state"] = _seal(self.stored)
        for cell, amount in getattr(self, "taken_over", {}).items():
            data[cell_name(cell)] = CellField().prepare_value(amount)
        self.data = data


def cell_name(cell: Cell) -> str:
    """The name of a cell's input."""
    return f"cell_{cell[0]}_{cell[1]}"


def _seal(amounts: Amounts) -> str:
    return signing.dumps([[*cell, str(amount)] for cell, amount in sorted(amounts.items())], salt=SALT, compress=True)


def _open(sealed: str) -> Amounts | None:
    try:
        return {(line, district): Decimal(amount) for line, district, amount in signing.loads(sealed, salt=SALT)}
    except signing.BadSignature:
        return None
