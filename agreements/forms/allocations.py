"""The grid of allocations: one cell per district and budget line, saved as a whole, with what others changed meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict

from agreements.actions.distribution import Origin
from agreements.models import BudgetLine
from aqb.forms import EuroFormField, Form
from aqb.models import District
from aqb.money import ZERO, format_euro

SALT, ORIGIN_SALT = "agreements.allocations", "agreements.allocations.origin"
INCOMPLETE = "Die Seite ist nicht vollständig angekommen. Bitte laden Sie sie neu."
Cell = tuple[int, int]  # budget line, district
Amounts = dict[Cell, Decimal]


class CellField(EuroFormField):
    """An amount in a cell: whole euro without cents, because the vintage rounds; empty means 0."""

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Decimal) else value


class GridForm(Form):
    """Allocations of a vintage. `stored` is what the database holds now, `loaded` what the person saw.

    Only cells that the person changed are saved. A cell that somebody else changed in the meantime is taken over
    when the person left it alone; when both changed it, the person decides. `origins` are the formulas that a line's
    cells were filled by and that are not saved yet.
    """

    loaded_state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, lines: Sequence[BudgetLine], districts: Sequence[District], stored: Amounts, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.districts, self.stored = lines, districts, stored
        self.changes: Amounts = {}
        self.taken_over: Amounts = {}
        self.origins: dict[int, Origin] = {}
        self.fields["loaded_state"].initial = _seal(stored)
        for line in lines:
            self.fields[origin_name(line.pk)] = forms.CharField(widget=forms.HiddenInput, required=False)
        for line, district in self.cells():
            label = f"{district.name}, {line.title}"
            attrs = {"class": "aqb-cell-input", "inputmode": "decimal", "aria-label": f"{label}, in Euro"}
            self.fields[cell_name((line.pk, district.pk))] = CellField(
                label=label,
                required=False,
                initial=stored.get((line.pk, district.pk), ZERO),
                widget=forms.TextInput(attrs=attrs),
            )

    def cells(self) -> Iterator[tuple[BudgetLine, District]]:
        """Every cell, row by row."""
        return ((line, district) for district in self.districts for line in self.lines)

    @property
    def origin_fields(self) -> list[Any]:
        """The hidden inputs that say which formula each line was filled by."""
        return [self[origin_name(line.pk)] for line in self.lines]

    @property
    def amounts(self) -> Amounts:
        """What the cells say now; a cell that is no amount counts as it is stored."""
        typed = getattr(self, "cleaned_data", {})
        found = {}
        for line, district in self.cells():
            cell = (line.pk, district.pk)
            stored = self.stored.get(cell, ZERO)
            found[cell] = (typed.get(cell_name(cell), stored) or ZERO) if self.is_bound else stored
        return found

    def clean(self) -> dict[str, Any]:
        loaded = _open(self.cleaned_data.get("loaded_state", ""))
        tokens = {line.pk: self.cleaned_data.get(origin_name(line.pk)) for line in self.lines}
        origins = {line: read_origin(token) for line, token in tokens.items() if token}
        if loaded is None or None in origins.values():
            self.add_error(None, INCOMPLETE)
            return self.cleaned_data
        self.origins = {line: origin for line, origin in origins.items() if origin is not None}
        for line, district in self.cells():
            self._compare((line.pk, district.pk), loaded)
        return self.cleaned_data

    def _compare(self, cell: Cell, loaded: Amounts) -> None:
        name = cell_name(cell)
        if name not in self.cleaned_data:
            return  # its own error stands at the cell
        typed = self.cleaned_data[name] or ZERO
        seen, now = loaded.get(cell, ZERO), self.stored.get(cell, ZERO)
        if typed in (seen, now):
            if seen != now:
                self.taken_over[cell] = now
            return
        if seen != now:
            self.add_error(
                name,
                f"Inzwischen hat jemand anders {format_euro(now)} € eingetragen (vorher {format_euro(seen)} €). "
                "Ihre Angabe steht noch im Feld: Speichern Sie noch einmal, wenn sie gelten soll.",
            )
        self.changes[cell] = typed

    def accept_current(self) -> None:
        """After a conflict the page shows the state of now: saving once more is a decision."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["loaded_state"] = _seal(self.stored)
        for cell, amount in self.taken_over.items():
            data[cell_name(cell)] = written(amount)
        self.data = data


def as_loaded(stored: Amounts, lines: Sequence[BudgetLine], districts: Sequence[District]) -> QueryDict:
    """What the page would post unchanged."""
    data = QueryDict(mutable=True)
    data["loaded_state"] = _seal(stored)
    for district in districts:
        for line in lines:
            data[cell_name((line.pk, district.pk))] = written(stored.get((line.pk, district.pk), ZERO))
    return data


def filled(
    data: QueryDict, line: BudgetLine, districts: Sequence[District], amounts: Mapping[str, Decimal], origin: Origin
) -> QueryDict:
    """The same as `data`, with a line's cells filled from a formula (official key -> euro)."""
    full = data.copy()
    for district in districts:
        if district.ags in amounts:
            full[cell_name((line.pk, district.pk))] = written(amounts[district.ags])
    full[origin_name(line.pk)] = signing.dumps([origin.name, origin.calculation], salt=ORIGIN_SALT, compress=True)
    return full


def read_origin(token: str) -> Origin | None:
    """The formula that `filled` has put into the page; None where somebody has changed it."""
    try:
        name, calculation = signing.loads(token, salt=ORIGIN_SALT)
    except signing.BadSignature:
        return None
    return Origin(name, calculation)


def cell_name(cell: Cell) -> str:
    """The name of a cell's input."""
    return f"cell_{cell[0]}_{cell[1]}"


def origin_name(line: int) -> str:
    """The name of the field that says which formula a line was filled by."""
    return f"origin_{line}"


def written(amount: Decimal) -> str:
    """An amount as it stands in a cell."""
    return format_euro(amount, cents=amount != amount.to_integral_value())


def _seal(amounts: Amounts) -> str:
    return signing.dumps([[*cell, str(amount)] for cell, amount in sorted(amounts.items())], salt=SALT, compress=True)


def _open(sealed: str) -> Amounts | None:
    try:
        return {(line, district): Decimal(amount) for line, district, amount in signing.loads(sealed, salt=SALT)}
    except signing.BadSignature:
        return None
