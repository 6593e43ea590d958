"""A formula in German sentences, as they are kept with the allocations that came from it."""

from collections.abc import Iterator, Sequence

from agreements.distribution.formula import Formula, Party, Weighted, in_percent
from aqb.money import euro_words


def formula_in_words(formula: Formula, parties: Sequence[Party]) -> list[str]:
    """The whole rule, sentence by sentence: whoever has the figures can calculate every amount again by hand."""
    return [
        *_base(formula, len(parties)),
        *_indicators(formula, len(parties)),
        *_limits(formula, parties),
        *_rounding(formula),
    ]


def _base(formula: Formula, number: int) -> Iterator[str]:
    yield f"Zu verteilen sind {euro_words(formula.total)} auf {number} Gebietskörperschaften."
    if formula.base:
        yield (
            f"Jede erhält einen Sockelbetrag von {euro_words(formula.base)}, "
            f"das sind zusammen {euro_words(formula.base * number)}."
        )


def _indicators(formula: Formula, number: int) -> Iterator[str]:
    rest = euro_words(formula.total - formula.base * number)
    named = "; ".join(_indicator(one) for one in formula.indicators if one.weight)
    yield (
        f"{'Die übrigen' if formula.base else 'Die'} {rest} richten sich nach dem Anteil an den Werten aller "
        f"Gebietskörperschaften: {named}."
    )


def _indicator(indicator: Weighted) -> str:
    as_of = f" ({indicator.as_of})" if indicator.as_of else ""
    return f"zu {in_percent(indicator.weight)} {indicator.title}{as_of}"


def _limits(formula: Formula, parties: Sequence[Party]) -> Iterator[str]:
    if formula.floor is None and formula.ceiling is None:
        yield "Unter- und Obergrenzen gibt es nicht."
        return
    least = f"mindestens {in_percent(formula.floor)}" if formula.floor is not None else ""
    most = f"höchstens {in_percent(formula.ceiling)}" if formula.ceiling is not None else ""
    yield (
        f"Jede erhält {' und '.join(filter(None, [least, most]))} ihres Vergleichsbetrags. Die Grenzen sind nach innen auf "
        f"volle {euro_words(formula.unit)} gerundet; liegt kein solcher Betrag zwischen ihnen, gilt der nächstliegende."
    )
    yield (
        "Wer an einer Grenze liegt, erhält deren Betrag; alle anderen teilen sich den Rest nach denselben Indikatoren, "
        "bis die Summe stimmt."
    )
    free = [party.name for party in parties if party.previous is None]
    if free:
        yield f"Ohne Vergleichsbetrag und deshalb ohne Grenzen: {', '.join(free)}."


def _rounding(formula: Formula) -> Iterator[str]:
    yield (
        f"Die Beträge sind auf volle {euro_words(formula.unit)} abgerundet; was dadurch fehlt, geht in Schritten von "
        f"{euro_words(formula.unit)} an die größten Reste, bei gleichem Rest nach dem Gemeindeschlüssel."
    )
    if rest := formula.total % formula.unit:
        yield f"Die letzten {euro_words(rest)} erhält, wer dabei als Nächstes an der Reihe wäre."
