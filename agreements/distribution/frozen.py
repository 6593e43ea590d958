"""A calculation as plain data: everything that is needed to repeat it, without any table of the application."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agreements.distribution.formula import Formula, Party, Weighted

VERSION = 1  # of the rules in this package; other rules get another number and leave these as they are


def calculation_of(formula: Formula, parties: Sequence[Party]) -> dict[str, Any]:
    """The calculation as JSON; amounts and figures are text, so that none is ever a float."""
    return {
        "rules": VERSION,
        "total": str(formula.total),
        "base": str(formula.base),
        "step": str(formula.step),
        "floor": _text(formula.floor),
        "ceiling": _text(formula.ceiling),
        "indicators": [
            {"title": one.title, "as_of": one.as_of, "unit": one.unit, "weight": str(one.weight)}
            for one in formula.indicators
        ],
        "districts": [
            {
                "key": party.key, "name": party.name, "previous": _text(party.previous),
                "values": [f"{value:f}" for value in party.values],
            }
            for party in sorted(parties, key=lambda party: party.key)
        ],
    }  # fmt: skip


def thaw(calculation: Mapping[str, Any]) -> tuple[Formula, list[Party]]:
    """What `calculation_of` has frozen. Raises ValueError for rules that this version does not know."""
    if calculation["rules"] != VERSION:
        raise ValueError(
            f"Diese Berechnung folgt den Regeln {calculation['rules']}; bekannt sind nur die Regeln {VERSION}."
        )
    indicators = tuple(
        Weighted(one["title"], one["as_of"], one["unit"], Decimal(one["weight"])) for one in calculation["indicators"]
    )
    formula = Formula(
        total=Decimal(calculation["total"]), base=Decimal(calculation["base"]), step=Decimal(calculation["step"]),
        floor=_number(calculation["floor"]), ceiling=_number(calculation["ceiling"]), indicators=indicators,
    )  # fmt: skip
    parties = [
        Party(one["key"], one["name"], _number(one["previous"]), tuple(map(Decimal, one["values"])))
        for one in calculation["districts"]
    ]
    return formula, parties


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
