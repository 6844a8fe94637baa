"""Exact decimals: parsing, formatting and arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.decimals import (
    DECIMAL_PATTERN,
    clamp,
    divide,
    format_decimal,
    format_decimal_or_null,
    parse_decimal,
    parse_integer,
    weighted_mean,
)

D = Decimal
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)
WEIGHTS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=0, max_value=1000)


@pytest.mark.parametrize(
    ("stated", "number"),
    [("0.10", "0.1"), ("-7", "-7"), ("1e3", "1000"), (2.5, "2.5"), ("0e999999999", "0"), ("-0", "0"), ("1E-28", "1E-28")],
)
def test_a_number_is_parsed_exactly(stated, number):
    assert parse_decimal(stated) == D(number)


@pytest.mark.parametrize(
    "stated",
    [
        *("NaN", "sNaN", "Infinity", "-Infinity", "forty", "", "1e999999999", "1e29", "1e-29", "1" * 29, True, None),
        *("0_5", "_1_", "1_00_0", "٣", "１", " 1", "1 ", "1\n", "+1", "1.", ".", "-", "1e", "e1", "1e9999999999999999999"),  # noqa: RUF001
    ],
)
def test_an_invalid_number_is_refused(stated):
    with pytest.raises(ValueError, match=r"digits|decimal|between"):
        parse_decimal(stated)


@given(st.from_regex(DECIMAL_PATTERN, fullmatch=True))
def test_every_number_of_the_grammar_is_parsed_exactly_unless_it_is_too_large(text):
    try:
        assert parse_decimal(text) == D(text)
    except ValueError as error:
        assert "digits" in str(error) or "between" in str(error)  # noqa: PT017


@pytest.mark.parametrize("text", ["1_0", "٣", " 1", "+1", "1.0", "1e1", "", "1\n"])
def test_an_integer_has_plain_digits_alone(text):
    with pytest.raises(ValueError, match="whole number"):
        parse_integer(text)


def test_28_digits_are_kept():
    assert format_decimal(parse_decimal("1234567890.123456789012345678")) == "1234567890.123456789012345678"


@pytest.mark.parametrize(
    ("number", "text"), [("0.50", "0.5"), ("1E+3", "1000"), ("-0.00", "0"), ("100", "100"), ("-1.20E-3", "-0.0012")]
)
def test_a_number_is_formatted_without_exponent_and_trailing_zeros(number, text):
    assert format_decimal(D(number)) == text


def test_null_stays_null():
    assert format_decimal_or_null(None) is None
    assert format_decimal_or_null(D(0)) == "0"


def test_a_quotient_keeps_28_significant_digits():
    assert divide(D(2), D(3)) == D("0.6666666666666666666666666667")


def test_a_quotient_rounds_half_to_even():
    whole = 10**27
    assert divide(D(2 * whole + 1), D(2)) == D(whole)
    assert divide(D(2 * whole + 3), D(2)) == D(whole + 2)


@pytest.mark.parametrize(("raw", "value"), [("-0.6", "0"), ("0", "0"), ("0.4", "0.4"), ("1", "1"), ("1.4", "1")])
def test_a_clamped_number_lies_between_0_and_1(raw, value):
    assert clamp(D(raw)) == D(value)


def test_weights_2_and_3_with_progress_40_and_20_make_28():
    assert weighted_mean([(D(2), D("0.40")), (D(3), D("0.20"))]) == D("0.28")


def test_a_mean_of_means_of_tiny_weights_stays_exact():
    mean = D(1)
    for _ in range(100):
        mean = weighted_mean([(D("1e28"), D(0)), (D("1e-28"), mean)])
    assert round(mean.scaleb(5600), 20) == 1
    assert weighted_mean([(D("1e28"), D(1)), (D("1e-28"), mean)]) == 1


def test_without_weight_there_is_no_mean():
    assert weighted_mean([]) is None
    assert weighted_mean([(D(0), D(1)), (D(0), D("0.5"))]) is None


@given(st.lists(st.tuples(WEIGHTS, AMOUNTS), min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_parts_never_matters(parts, random):
    shuffled = random.sample(parts, len(parts))
    assert weighted_mean(shuffled) == weighted_mean(parts)


@given(AMOUNTS)
def test_a_formatted_number_parses_to_the_same_number(number):
    assert parse_decimal(format_decimal(number)) == number
