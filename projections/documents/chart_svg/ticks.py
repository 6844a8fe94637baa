"""Round numbers for the ticks of an axis."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from okr_events.domain.decimals import EXACT, ONE, ZERO, format_decimal
from projections.text.rounding import format_exponent

STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
MAX_STEPS = Decimal(5)
MAX_LENGTH = 9


def axis_ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Multiples of 1, 2 or 5 times a power of ten, the first at or below `low`, the last at or above `high`."""
    low, high = _widen(low, high)
    step = _step(EXACT.divide(EXACT.subtract(high, low), MAX_STEPS))
    first = EXACT.divide(low, step).to_integral_value(ROUND_FLOOR)
    last = EXACT.divide(high, step).to_integral_value(ROUND_CEILING)
    return [EXACT.multiply(step, Decimal(count)) for count in range(int(first), int(last) + 1)]


def format_tick(tick: Decimal) -> str:
    """The number, with an exponent where it has many digits, such as `2e26`."""
    plain = format_decimal(tick)
    return plain if len(plain) <= MAX_LENGTH else format_exponent(tick)


def _widen(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """A range that is not empty: a single number is shown against zero."""
    if low < high:
        return low, high
    return (min(low, ZERO), max(high, ZERO)) if low else (ZERO, ONE)


def _step(least: Decimal) -> Decimal:
    power = Decimal((0, (1,), least.adjusted()))
    return next(step for multiple in STEPS if (step := EXACT.multiply(multiple, power)) >= least)
