"""Shares are rounded half up, and no rounding makes two numbers of a page look the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.text.rounding import Rounding, format_exponent, round_half_up

D = Decimal
ODD_SHARES = ("0", "1", "0.996", "0.9996", "1E-28", "0.9999999999999999999999999999", "1.0004", "-0.004", "0.525", "1E+26")
SHARES = st.decimals(-2, 3, allow_nan=False, allow_infinity=False, places=12) | st.sampled_from([*map(D, ODD_SHARES)])


@pytest.mark.parametrize(("share", "shown"), [("0.525", "0.53"), ("0.125", "0.13"), ("-0.125", "-0.13"), ("0.5", "0.50")])
def test_decimals_are_rounded_half_up(share, shown):
    assert Rounding().decimals(D(share)) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        ("0", "0%"),
        ("1", "100%"),
        ("0.015", "2%"),
        ("0.3333", "33%"),
        ("0.995", "99.5%"),
        ("0.996", "99.6%"),
        ("0.99999", "99.999%"),
        ("0.004", "0.4%"),
        ("-0.001", "-0.1%"),
        ("-0.6", "-60%"),
        ("1.0004", "100.04%"),
        ("1E+26", "1e28%"),
        ("1E-28", "1e-26%"),
        ("123456789012345678", "12345678901234567800%"),
    ],
)
def test_only_0_and_1_read_as_0_and_100_percent(share, shown):
    assert Rounding().percent(D(share)) == shown


@given(SHARES, st.integers(0, 4))
def test_a_share_short_of_an_end_never_reads_as_that_end(share, decimals):
    rounded = Rounding().round(share, decimals)
    assert all((rounded == end) == (share == end) for end in (0, 1))


@given(st.lists(SHARES, max_size=8), st.integers(0, 4), st.integers(0, 4))
def test_different_numbers_of_a_page_look_different(shares, decimals, others):
    """Also where one part of the page has fewer decimals than another."""
    page = Rounding(shares)
    shown = {(share, page.round(share, places)) for share in shares for places in (decimals, others)}
    assert all(a == b for a, seen in shown for b, also_seen in shown if seen == also_seen)


@given(st.lists(SHARES, min_size=2, max_size=8), st.integers(0, 4))
def test_rounding_keeps_the_order(shares, decimals):
    page = Rounding(shares)
    rounded = [page.round(share, decimals) for share in sorted(shares)]
    assert rounded == sorted(rounded)


def test_a_number_gets_no_more_decimals_than_tell_it_from_the_others():
    page = Rounding([D("0.71"), D("0.7104"), D("0.3333333333333333333333333333")])
    assert [page.brief(D(share), 2) for share in ("0.71", "0.7104", "0.3333333333333333333333333333")] == [
        "0.71",
        "0.7104",
        "0.33",
    ]


def test_numbers_that_agree_to_20_digits_are_one():
    page = Rounding([D("0.3333333333333333333333333333"), D("0.3333333333333333333333333334")])
    assert page.decimals(D("0.3333333333333333333333333334")) == "0.33"


@given(SHARES, st.integers(0, 6))
def test_half_up_is_at_most_half_a_step_away(share, decimals):
    assert abs(round_half_up(share, decimals) - share) <= D(5).scaleb(-decimals - 1)


@pytest.mark.parametrize(("number", "shown"), [("1E+26", "1e26"), ("2.50E+27", "2.5e27"), ("1E-28", "1e-28")])
def test_an_exponent_shows_the_size(number, shown):
    assert format_exponent(D(number)) == shown
