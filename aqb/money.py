"""Euro amounts: how they are read, stored, written, rounded and split. All are Decimal with two places, never float."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MAX_DIGITS = 14
LARGEST = Decimal("999999999999.99")

_GERMAN_AMOUNT = re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<cents>\d{1,2}))?", re.ASCII)
_UNIT = re.compile(r"^€|(?:€|euro?)$", re.IGNORECASE)
_MINUS = "-\u2212\u2013"


def parse_euro(text: str) -> Decimal:
    """The amount in euro that a person wrote, such as `1.234,50`, `1234,5` or `1.234` (dots group thousands).

    Raises ValueError with a German sentence that names the rule and what was written.
    """
    written = text.strip()
    plain = _UNIT.sub("", re.sub(r"\s", "", written), count=1)
    if plain[:1] in tuple(_MINUS) and _GERMAN_AMOUNT.fullmatch(plain[1:]):
        raise ValueError(f"Der Betrag „{written}“ ist negativ. Bitte geben Sie 0 oder einen höheren Betrag an.")
    if match := re.fullmatch(r"[\d.]+,(\d{3,})", plain):
        raise ValueError(
            f"Der Betrag „{written}“ hat {len(match[1])} Stellen nach dem Komma. Möglich sind höchstens zwei, "
            "zum Beispiel 1.234,50."
        )
    match = _GERMAN_AMOUNT.fullmatch(plain)
    if not match:
        raise ValueError(
            f"„{written}“ ist kein Betrag. Bitte schreiben Sie Euro und Cent mit Komma, zum Beispiel 1.234,50."
        )
    amount = Decimal(f"{match['whole'].replace('.', '')}.{match['cents'] or '0'}").quantize(CENT)
    if amount > LARGEST:
        raise ValueError(f"Der Betrag „{written}“ ist zu groß. Möglich sind höchstens 999.999.999.999,99 Euro.")
    return amount


def format_euro(amount: Decimal, *, cents: bool = True) -> str:
    """`1.356.400,00` from Decimal("1356400"); a negative amount gets the true minus sign. Without unit."""
    rounded = round_half_up(amount)
    text = f"{abs(rounded):,.2f}".translate(str.maketrans(",.", ".,"))
    return ("\u2212" if rounded < 0 else "") + (text if cents else text[:-3])


def euro_words(amount: Decimal) -> str:
    """The amount as a contract prints it: `1.356.400 Euro`, with cents only where there are any."""
    return f"{format_euro(amount, cents=amount != amount.to_integral_value())} Euro"


def round_half_up(amount: Decimal, step: Decimal = CENT) -> Decimal:
    """The nearest multiple of `step`, halves away from zero: the one rounding of the application."""
    return ((amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step).quantize(CENT)


def apportion(total: Decimal, weights: Sequence[Decimal], step: Decimal = CENT) -> list[Decimal]:
    """Split `total` by `weights` into multiples of `step` that add up to it exactly (largest remainder).

    What `total` holds beyond a multiple of `step` goes to the first share that has a weight. Raises ValueError when a
    weight is negative or all are zero.
    """
    if not weights or min(weights) < 0 or sum(weights) <= 0:
        raise ValueError("Die Gewichte müssen mindestens einen Wert über 0 und keinen darunter enthalten.")
    units, rest = divmod(total, step)
    whole = sum(map(Fraction, weights))  # fractions are exact where Decimal would round the 29th digit
    quotas = [Fraction(units) * Fraction(weight) / whole for weight in weights]
    parts = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda i: (parts[i] - quotas[i], i))
    for i in by_remainder[: int(units) - sum(parts)]:
        parts[i] += 1
    shares = [(part * step).quantize(CENT) for part in parts]
    shares[next(i for i, weight in enumerate(weights) if weight)] += rest
    return shares


class EuroField(models.DecimalField):
    """An amount in euro: `numeric(14,2)`, never negative. The database check stands beside it as a constraint."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": MAX_DIGITS, "decimal_places": 2}
        kwargs.setdefault("validators", [MinValueValidator(ZERO, "Der Betrag darf nicht negativ sein.")])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_digits", "decimal_places", "validators"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        from aqb.forms import EuroFormField  # forms build on models, so only when asked

        kwargs.pop("form_class", None)
        return models.Field.formfield(self, form_class=EuroFormField, **kwargs)


def not_negative(model: str, field: str = "amount") -> models.CheckConstraint:
    """The constraint that every amount carries, named `<model>_<field>_not_negative`."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__gte": 0}),
        name=f"{model}_{field}_not_negative",
        violation_error_message="Der Betrag darf nicht negativ sein.",
    )
