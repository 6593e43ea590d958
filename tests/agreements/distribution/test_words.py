"""A formula is kept in words and as data: both must be enough to calculate it again."""

from decimal import Decimal

import pytest

from agreements.distribution import Formula, Party, Weighted, calculation_of, formula_in_words, thaw

RULE = Formula(
    Decimal("24700050.00"), Decimal("150000.00"), Decimal("100.00"), Decimal(90), Decimal("110.50"),
    (
        Weighted("Arbeitslose unter 25 Jahren", "Jahresmittel 2026", "Personen", Decimal(60)),
        Weighted("Leistungsberechtigte SGB II", "", "Personen", Decimal(40)),
        Weighted("Ungenutzt", "", "", Decimal(0)),
    ),
)  # fmt: skip
PARTIES = [
    Party("06411", "Darmstadt", Decimal("700000.00"), (Decimal(300), Decimal("1200.5"), Decimal(0))),
    Party("06415", "Hanau", None, (Decimal(200), Decimal(900), Decimal(0))),
]


def test_words_hold_every_rule_of_the_formula() -> None:
    said = " ".join(formula_in_words(RULE, PARTIES)).replace("\u00a0", " ")
    for part in (
        "24.700.050 Euro auf 2 Gebietskörperschaften", "Sockelbetrag von 150.000 Euro, das sind zusammen 300.000 Euro",
        "Die übrigen 24.400.050 Euro", "zu 60 % Arbeitslose unter 25 Jahren (Jahresmittel 2026); zu 40 %",
        "mindestens 90 % und höchstens 110,5 %", "ohne Grenzen: Hanau.", "volle 100 Euro", "Gemeindeschlüssel",
        "Die letzten 50 Euro",
    ):  # fmt: skip
        assert part in said, part
    assert "Ungenutzt" not in said


def test_words_say_where_nothing_limits() -> None:
    plain = Formula(Decimal(1000), Decimal(0), Decimal(0), None, None, RULE.indicators)
    said = formula_in_words(plain, PARTIES)
    assert "Unter- und Obergrenzen gibt es nicht." in said
    assert any(sentence.startswith("Die 1.000 Euro richten sich") for sentence in said)
    assert any("volle 0,01 Euro" in sentence for sentence in said)


def test_only_one_side_may_be_limited() -> None:
    rule = Formula(Decimal(1000), Decimal(0), Decimal(0), None, Decimal(110), RULE.indicators)
    assert any("Jede erhält höchstens 110\u00a0% ihres" in sentence for sentence in formula_in_words(rule, PARTIES))


def test_frozen_calculation_is_the_same_again() -> None:
    frozen = calculation_of(RULE, PARTIES)
    assert thaw(frozen) == (RULE, PARTIES)
    assert calculation_of(*thaw(frozen)) == frozen


def test_figures_are_frozen_with_all_their_digits() -> None:
    (frozen,) = calculation_of(
        RULE, [Party("06411", "Darmstadt", None, (Decimal("1E+3"), Decimal("0.5"), Decimal(0)))]
    )["districts"]
    assert frozen["values"] == ["1000", "0.5", "0"]


def test_unknown_rules_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="Regeln 2"):
        thaw(calculation_of(RULE, PARTIES) | {"rules": 2})
