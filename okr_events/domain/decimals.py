"""Exact decimal arithmetic: sums and products are exact, quotients keep 28 significant digits, half even."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

DECIMAL_PATTERN = r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
"""The one grammar of decimals. `Decimal` itself reads more: digits of other scripts, underscores, blanks, `NaN`."""
INTEGER_PATTERN = r"-?[0-9]+"
MAX_DIGITS = 28
MAX_EXPONENT = 28
SIZE_RULE = f"must lie between 10^-{MAX_EXPONENT} and 10^{MAX_EXPONENT}"
EXACT = Context(prec=100_000, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
COMPARISON = Context(prec=20, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
DIVISION = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
ZERO = Decimal(0)
ONE = Decimal(1)


def parse_decimal(raw: str | float | Decimal) -> Decimal:
    """The number as an exact decimal of at most 28 significant digits, 0 or between 10^-28 and 10^28 in size.

    Raises `ValueError` for anything else. The message continues a sentence that names the field.
    """
    text = str(raw)
    if not re.fullmatch(DECIMAL_PATTERN, text):
        raise ValueError("must be a decimal number such as 12, -0.5 or 1e3")
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits
        raise ValueError(SIZE_RULE) from None
    if len(number.as_tuple().digits) > MAX_DIGITS:
        raise ValueError(f"must have at most {MAX_DIGITS} digits")
    exponent = number.as_tuple().exponent
    if number and not (-MAX_EXPONENT <= number.adjusted() <= MAX_EXPONENT and -MAX_EXPONENT <= int(exponent) <= MAX_EXPONENT):
        raise ValueError(SIZE_RULE)
    return number or ZERO


def parse_integer(text: str) -> int:
    """The integer in plain ASCII digits, with a minus sign below 0. Raises `ValueError`, whose message continues a sentence."""
    if not re.fullmatch(INTEGER_PATTERN, text):
        raise ValueError("must be a whole number in plain digits")
    return int(text)


def format_decimal(number: Decimal) -> str:
    """The number without an exponent or trailing zeros: `0.50` is `0.5`, `1E+3` is `1000`."""
    return format(number.normalize(EXACT), "f") if number else "0"


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """`numerator / denominator` to 28 significant digits, half even. The denominator must not be 0."""
    return DIVISION.divide(numerator, denominator)


def reaches_share(number: Decimal, part: Decimal, whole: Decimal) -> bool:
    """Whether `number >= part * whole` to 20 significant digits, so that rounded quotients of equal numbers stay equal."""
    return COMPARISON.plus(number) >= COMPARISON.multiply(part, whole)


def clamp(raw: Decimal) -> Decimal:
    """The number limited to [0, 1]."""
    return ZERO if raw < ZERO else min(raw, ONE)


def weighted_mean(weighted: list[tuple[Decimal, Decimal]]) -> Decimal | None:
    """`sum(weight * number) / sum(weight)`; null without pairs or when all weights are 0.

    Exact up to the final division, so the order of the pairs does not matter.
    """
    numerator = denominator = ZERO
    for weight, number in weighted:
        numerator = EXACT.fma(weight, number, numerator)
        denominator = EXACT.add(denominator, weight)
    return divide(numerator, denominator) if denominator else None


def format_decimal_or_null(number: Decimal | None) -> str | None:
    return None if number is None else format_decimal(number)
