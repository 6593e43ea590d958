"""The distribution by formula: exact to the cent, within its limits, the same for everybody who calculates it again."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.distribution import Distribution, Formula, Impossible, Party, Weighted, calculation_of, distribute, thaw
from agreements.distribution.limits import bounds
from agreements.distribution.sharing import in_cents

HUNDRED = Decimal(100)


def formula(
    total: Any = "1000.00", *, base: Any = 0, step: Any = "1.00", weights: Any = (100,), **limits: Any
) -> Formula:
    indicators = tuple(Weighted(f"Indikator {at}", "2026", "Personen", Decimal(w)) for at, w in enumerate(weights, 1))
    floor, ceiling = (None if limits.get(name) is None else Decimal(limits[name]) for name in ("floor", "ceiling"))
    return Formula(Decimal(total), Decimal(base), Decimal(step), floor, ceiling, indicators)


def party(key: str, *values: Any, previous: Any = None) -> Party:
    return Party(key, f"Kreis {key}", None if previous is None else Decimal(previous), tuple(map(Decimal, values)))


def amounts(found: Distribution) -> list[Decimal]:
    return list(found.amounts.values())


# ---- examples that a person can follow ----


def test_base_and_weighted_indicators_add_up() -> None:
    rule = formula("1000.00", base=100, weights=(75, 25))
    found = distribute(rule, [party("06411", 1, 3), party("06412", 3, 1)])
    assert amounts(found) == [Decimal(400), Decimal(600)]  # 100 + 800 x (75 % of 1/4 + 25 % of 3/4), and the rest
    assert found.shares[0].parts == (Fraction(150), Fraction(150))
    assert found.pot_before == found.pot == 800


def test_missing_steps_go_to_the_largest_remainders_and_then_by_key() -> None:
    found = distribute(formula("1000.00", step=100), [party("06412", 1), party("06411", 1), party("06413", 1)])
    assert found.amounts == {"06411": Decimal(400), "06412": Decimal(300), "06413": Decimal(300)}


def test_what_is_no_multiple_of_the_step_goes_to_the_next_in_line() -> None:
    found = distribute(formula("1000.07", step=100), [party(key, 1) for key in ("06411", "06412", "06413")])
    assert found.amounts == {"06411": Decimal("400.00"), "06412": Decimal("300.07"), "06413": Decimal("300.00")}


def test_whoever_is_at_a_limit_is_fixed_and_the_others_share_the_rest() -> None:
    found = distribute(
        formula("1000.00", floor=90, ceiling=110),
        [party("06411", 1, previous=400), party("06412", 8, previous=300), party("06413", 1, previous=300)],
    )
    assert found.amounts == {"06411": Decimal(360), "06412": Decimal(330), "06413": Decimal(310)}
    assert [share.limit for share in found.shares] == ["floor", "ceiling", ""]
    assert (found.at_floor, found.at_ceiling) == (1, 1)
    assert found.span == (Decimal(-10), Decimal(10))


def test_district_without_year_before_has_no_limits() -> None:
    found = distribute(formula("1000.00", floor=90, ceiling=110), [party("06411", 1, previous=500), party("06415", 9)])
    assert found.amounts == {"06411": Decimal(450), "06415": Decimal(550)}
    assert found.shares[1].upper is None
    assert found.shares[1].percent is None


def test_limits_are_rounded_inwards_so_that_no_amount_passes_them() -> None:
    rule = formula(step=100, floor=90, ceiling=110)
    assert bounds(rule, party("06411", 1, previous="1025650")) == (Decimal(923100), Decimal(1128200))
    assert bounds(rule, party("06411", 1, previous="140")) == (Decimal(100), Decimal(100))  # none lies between


def test_exact_amount_is_shown_in_cents() -> None:
    assert in_cents(Fraction(2, 3)) == Decimal("0.67")
    assert in_cents(Fraction(1, 200)) == Decimal("0.01")


# ---- what cannot be met is said ----


@pytest.mark.parametrize(
    ("rule", "parties", "words"),
    [
        (formula(base=600), [party("1", 1), party("2", 1)], "Die Sockelbeträge ergeben zusammen 1.200 Euro"),
        (formula(weights=(40, 50)), [party("1", 1, 1)], "Die Gewichte ergeben zusammen 90 %."),
        (formula(weights=(150, -50)), [party("1", 1, 1)], "Ein Gewicht darf nicht negativ sein."),
        (formula(), [party("1", 0), party("2", 0)], "Der Indikator „Indikator 1“ ist überall 0"),
        (formula(), [party("1", -1), party("2", 2)], "enthält einen negativen Wert"),
        (formula("0.00"), [party("1", 1)], "umfasst keinen Betrag"),
        (formula(), [], "keine Gebietskörperschaft"),
        (formula(base=-1), [party("1", 1)], "dürfen nicht negativ sein"),
        (formula(floor=-1), [party("1", 1)], "Untergrenze und Obergrenze dürfen nicht negativ"),
        (formula(floor=110, ceiling=90), [party("1", 1)], "Die Untergrenze (110 %) liegt über der Obergrenze (90 %)."),
        (formula(floor=90), [party("1", 1, previous=2000)], "Die Untergrenzen ergeben zusammen 1.800 Euro"),
        (
            formula(base=400, floor=90), [party("1", 1, previous=700), party("2", 1, previous=100)],
            "Sockelbeträge und Untergrenzen brauchen zusammen 1.030 Euro",
        ),
        (formula(ceiling=110), [party("1", 1, previous=100)], "Die Obergrenzen lassen höchstens 110 Euro zu"),
    ],
)  # fmt: skip
def test_formula_that_cannot_be_met_is_refused(rule: Formula, parties: list[Party], words: str) -> None:
    with pytest.raises(Impossible) as refused:
        distribute(rule, parties)
    assert words in str(refused.value).replace("\u00a0", " ")


def test_same_district_twice_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="twice"):
        distribute(formula(), [party("1", 1), party("1", 1)])


def test_ceiling_that_the_year_before_just_fills_is_met_exactly() -> None:
    found = distribute(formula(floor=100, ceiling=100), [party("1", 5, previous=300), party("2", 1, previous=700)])
    assert amounts(found) == [Decimal(300), Decimal(700)]


def test_bases_may_use_up_the_line() -> None:
    assert amounts(distribute(formula(base=500), [party("1", 5), party("2", 1)])) == [Decimal(500)] * 2


# ---- what holds for whatever figures ----

cents = st.decimals(0, 10**7, places=2, allow_nan=False)


@st.composite
def cases(draw: Any, *, limited: bool = True) -> tuple[Formula, list[Party]]:
    """A formula and whoever shares; not every one can be met."""
    number, indicators = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    first = draw(st.integers(0, 100))
    weights = {1: (100,), 2: (first, 100 - first), 3: (first, 0, 100 - first)}[indicators]
    values = st.lists(st.decimals(0, 10**5, places=1), min_size=indicators, max_size=indicators)
    previous = st.none() | st.decimals(1, 10**6, places=2) if limited else st.none()
    parties = [party(f"{at:05}", *draw(values), previous=draw(previous)) for at in range(number)]
    near = sum((one.previous or Decimal(100000) for one in parties), Decimal(0))
    total = (near * draw(st.integers(80, 120)) / HUNDRED).quantize(Decimal("0.01")) + draw(st.integers(0, 99)) / HUNDRED
    limits = (
        {"floor": draw(st.none() | st.integers(0, 100)), "ceiling": draw(st.none() | st.integers(100, 200))}
        if limited
        else {}
    )
    base = (total / number * draw(st.integers(0, 80)) / HUNDRED).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    step = draw(st.sampled_from(["0", "0.01", "1.00", "100.00", "333.33"]))
    return formula(total, base=base, step=step, weights=weights, **limits), parties


def met(rule: Formula, parties: list[Party]) -> Distribution | None:
    try:
        return distribute(rule, parties)
    except Impossible:
        return None


@settings(max_examples=150, deadline=None)
@given(cases())
def test_parts_add_up_and_keep_their_limits(case: tuple[Formula, list[Party]]) -> None:
    found = met(*case)
    if found is None:
        return
    assert sum(amounts(found)) == found.formula.total
    assert sum(share.exact for share in found.shares) == Fraction(found.formula.total)
    assert sum(share.before for share in found.shares) == Fraction(found.formula.total)
    for share in found.shares:
        assert share.lower <= share.amount
        assert share.upper is None or share.amount <= share.upper
        assert abs(Fraction(share.amount) - share.exact) < Fraction(found.formula.unit)
        assert not share.limit or share.amount == (share.lower if share.limit == "floor" else share.upper)
    assert sum(bool(share.amount % found.formula.unit) for share in found.shares) <= 1  # only who gets the odd rest


@settings(max_examples=75, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_the_input_and_time_do_not_matter(case: tuple[Formula, list[Party]], chance: Any) -> None:
    rule, parties = case
    found = met(rule, parties)
    mixed = list(parties)
    chance.shuffle(mixed)
    assert met(rule, mixed) == found
    assert met(*thaw(calculation_of(rule, mixed))) == found


@settings(max_examples=150, deadline=None)
@given(cases(limited=False), st.data())
def test_who_has_more_of_an_indicator_never_gets_less(case: tuple[Formula, list[Party]], data: Any) -> None:
    rule, parties = case
    before = met(rule, parties)
    at = data.draw(st.integers(0, len(parties) - 1))
    place = data.draw(st.integers(0, len(rule.indicators) - 1))
    values = list(parties[at].values)
    values[place] += data.draw(st.integers(1, 10**4))
    more = [*parties[:at], Party(parties[at].key, parties[at].name, None, tuple(values)), *parties[at + 1 :]]
    if before is None:
        return
    assert distribute(rule, more).amounts[parties[at].key] >= before.amounts[parties[at].key]


def by_rounds(found: Distribution) -> list[Fraction]:
    """The same amounts by the rule as people tell it: fix whoever is at a limit, share the rest again, until it fits.

    In each round only those are fixed whose side weighs more, as otherwise somebody is fixed who is free in the end.
    """
    base, total = Fraction(found.formula.base), Fraction(found.formula.total)
    pot = found.pot_before or Fraction(1)
    quota = [sum(share.parts, Fraction(0)) / pot for share in found.shares]
    fixed: dict[int, Fraction] = {}
    while len(fixed) < len(found.shares):
        free = [at for at in range(len(found.shares)) if at not in fixed]
        part = sum(quota[at] for at in free)
        left = total - sum(fixed.values()) - base * len(free)
        wanted = {at: base + (left * quota[at] / part if part else 0) for at in free}
        kept = {at: _within(found.shares[at], amount) for at, amount in wanted.items()}
        over = sum(kept.values()) - sum(wanted.values())
        limited = {
            at: kept[at]
            for at in free
            if kept[at] != wanted[at] and (over == 0 or (kept[at] > wanted[at]) == (over > 0))
        }
        fixed |= limited or kept
    return [fixed[at] for at in range(len(found.shares))]


def _within(share: Any, amount: Fraction) -> Fraction:
    amount = max(amount, Fraction(share.lower))
    return amount if share.upper is None else min(amount, Fraction(share.upper))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_fixing_and_sharing_again_ends_at_the_same_amounts(case: tuple[Formula, list[Party]]) -> None:
    found = met(*case)
    if found is None or not found.pot_before:
        return
    assert by_rounds(found) == [share.exact for share in found.shares]
