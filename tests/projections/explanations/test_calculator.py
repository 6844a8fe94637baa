"""The calculator that checks the formulae is right itself."""

from decimal import Decimal

import pytest

from tests.projections.explanations.formula_calculator import calculate


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(1 - 0) / (3 - 0)", "0.3333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666667"),
        ("(0 - (-10)) / (10 - (-10))", "0.5"),
        ("(2 * 0.4 + 3 * 0.2) / (2 + 3)", "0.28"),
        ("1 if (-1) <= 40 else 0", "1"),
        ("1 if 3 >= 40 else 0", "0"),
        ("50 + abs(-50) * 0.2", "60"),
        ("min(max(-4, 0), 90) / 90", "0"),
        ("0.1 + 0.00000000000000000000000000000000000002", "0.10000000000000000000000000000000000002"),
    ],
)
def test_sums_are_exact_and_quotients_keep_28_digits(text, number):
    assert calculate(text) == Decimal(number)
