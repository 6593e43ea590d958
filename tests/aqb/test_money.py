"""Reading, writing, rounding and splitting of euro amounts."""

from decimal import Decimal

import pytest
from django import forms
from hypothesis import example, given
from hypothesis import strategies as st

from agreements.models import Allocation
from aqb.money import CENT, LARGEST, ZERO, apportion, euro_words, format_euro, parse_euro, round_half_up
from aqb.templatetags.aqb import euro

amounts = st.decimals(min_value=ZERO, max_value=LARGEST, places=2)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.234,50", "1234.50"),
        ("1234,5", "1234.50"),
        ("1.234", "1234.00"),
        ("1234", "1234.00"),
        ("0", "0.00"),
        ("0,05", "0.05"),
        ("007", "7.00"),
        (" 1.356.400,00 ", "1356400.00"),
        ("1.356.400 €", "1356400.00"),
        ("€ 12,30", "12.30"),
        ("12,30 EUR", "12.30"),
        ("12,30 Euro", "12.30"),
        ("1 356 400,00", "1356400.00"),
        ("1\u00a0356\u202f400,00\u00a0€", "1356400.00"),
        ("999.999.999.999,99", "999999999999.99"),
    ],
)
def test_amount_as_people_write_it_is_read(written: str, meant: str) -> None:
    assert str(parse_euro(written)) == meant


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1.234,505", ["3 Stellen nach dem Komma", "1.234,50"]),
        ("1,2345", ["4 Stellen"]),
        ("-5", ["negativ"]),
        ("\u22125,00", ["negativ"]),
        ("\u20135", ["negativ"]),
        ("1e9", ["kein Betrag"]),
        ("12,3,4", ["kein Betrag"]),
        ("12.34", ["kein Betrag"]),
        ("1.2345", ["kein Betrag"]),
        ("1,234.50", ["kein Betrag"]),
        ("123456789012345", ["zu groß", "999.999.999.999,99"]),
        ("1.000.000.000.000", ["zu groß"]),
        ("12€34", ["kein Betrag"]),
        ("12EUR34", ["kein Betrag"]),
        ("€€5", ["kein Betrag"]),
        (",50", ["kein Betrag"]),
        ("5,", ["kein Betrag"]),
        ("zwölf", ["kein Betrag"]),
        ("", ["kein Betrag"]),
        ("€", ["kein Betrag"]),
        ("NaN", ["kein Betrag"]),
        ("Infinity", ["kein Betrag"]),
        ("1٢3", ["kein Betrag"]),
        ("0x10", ["kein Betrag"]),
        ("1_000", ["kein Betrag"]),
        ("+5", ["kein Betrag"]),
    ],
)
def test_what_is_no_amount_is_refused_in_a_sentence(written: str, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        parse_euro(written)
    for word in words:
        assert word in str(caught.value)


@given(amounts)
def test_amount_written_and_read_again_stays(amount: Decimal) -> None:
    assert parse_euro(format_euro(amount)) == amount
    assert parse_euro(euro(amount)) == amount
    assert parse_euro(euro_words(amount)) == amount


@given(st.text(max_size=30))
@example("1.234,505")
@example("٣,٥")
def test_any_text_is_an_amount_in_bounds_or_a_sentence(text: str) -> None:
    try:
        amount = parse_euro(text)
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
    else:
        assert ZERO <= amount <= LARGEST
        assert amount.as_tuple().exponent == -2


@given(amounts)
def test_amount_through_a_form_and_back_stays(amount: Decimal) -> None:
    class Form(forms.ModelForm):
        class Meta:
            model = Allocation
            fields = ("amount",)

    field = Form().fields["amount"]
    assert field.clean(field.prepare_value(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0,00"), ("1356400", "1.356.400,00"), ("1234.5", "1.234,50"), ("-0.01", "\u22120,01"), ("0.005", "0,01")],
)
def test_amount_is_written_with_dots_and_comma(amount: str, text: str) -> None:
    assert format_euro(Decimal(amount)) == text


def test_nothing_is_written_without_a_minus() -> None:
    assert format_euro(Decimal("-0.001")) == "0,00"


@pytest.mark.parametrize(
    ("amount", "text"), [("1356400.00", "1.356.400 Euro"), ("1356400.50", "1.356.400,50 Euro"), ("0", "0 Euro")]
)
def test_contract_prints_cents_only_where_there_are_any(amount: str, text: str) -> None:
    assert euro_words(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "step", "rounded"),
    [
        ("2.345", "0.01", "2.35"),
        ("2.355", "0.01", "2.36"),
        ("-2.345", "0.01", "-2.35"),
        ("149.99", "100", "100.00"),
        ("150.00", "100", "200.00"),
        ("250.00", "100", "300.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(amount: str, step: str, rounded: str) -> None:
    assert round_half_up(Decimal(amount), Decimal(step)) == Decimal(rounded)


@given(amounts, st.sampled_from([CENT, Decimal(1), Decimal(100), Decimal("0.05")]))
def test_rounding_moves_by_half_a_step_at_most(amount: Decimal, step: Decimal) -> None:
    rounded = round_half_up(amount, step)
    assert rounded % step == 0
    assert abs(rounded - amount) * 2 <= step
    assert round_half_up(rounded, step) == rounded


weights = st.lists(st.decimals(min_value=0, max_value=LARGEST, places=2), min_size=1, max_size=40).filter(any)
steps = st.sampled_from([CENT, Decimal(1), Decimal(100)])


@given(amounts, weights, steps)
@example(LARGEST, [LARGEST, LARGEST, CENT], CENT)
@example(Decimal("100.50"), [ZERO, Decimal(1)], Decimal(1))
@example(Decimal("0.01"), [Decimal(1)] * 3, CENT)
@example(Decimal("999999999999.97"), [Decimal("999999999999.99"), Decimal("999999999999.98"), CENT], CENT)
def test_shares_add_up_to_the_total_and_follow_their_weights(
    total: Decimal, weights: list[Decimal], step: Decimal
) -> None:
    shares = apportion(total, weights, step)
    rest = total % step
    receiver = next(index for index, weight in enumerate(weights) if weight)
    assert sum(shares) == total
    for index, (share, weight) in enumerate(zip(shares, weights, strict=True)):
        beyond = rest if index == receiver else ZERO
        assert (share - beyond) % step == 0
        assert share >= 0
        assert weight or not share, "who has no weight gets nothing"
        exact = (total - rest) / step * weight / sum(weights)
        assert abs((share - beyond) / step - exact) < Decimal("1.000001")


@given(amounts, weights)
def test_larger_weight_never_gets_less(total: Decimal, weights: list[Decimal]) -> None:
    shares = apportion(total, weights)
    ordered = [share for _, share in sorted(zip(weights, shares, strict=True))]
    assert ordered == sorted(shares)


def test_split_of_a_known_line() -> None:
    assert apportion(Decimal("100.00"), [Decimal(1)] * 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert apportion(Decimal("1000.00"), [Decimal(2), Decimal(1)], Decimal(100)) == [Decimal(700), Decimal(300)]


@pytest.mark.parametrize("weights", [[], [ZERO], [ZERO, ZERO], [Decimal(1), Decimal(-1)], [Decimal(3), Decimal(-1)]])
def test_split_without_usable_weights_is_refused(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="Gewichte"):
        apportion(Decimal("100.00"), weights)
