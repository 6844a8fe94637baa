"""Rounds shares for people: half up, with enough decimals that different numbers of one page look different."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

from okr_events.domain.decimals import COMPARISON, EXACT, ONE, ZERO, format_decimal

ROUNDING = Context(prec=100_000, rounding=ROUND_HALF_UP)
PERCENT = Decimal(100)
ENDS = (ZERO, ONE)


def round_half_up(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal((0, (1,), -decimals)), context=ROUNDING)


class Rounding:
    """Rounds the numbers of one page. 0 and 1 are on every page, so that nothing else reads as 0 % or 100 %.

    Numbers that agree to 20 significant digits count as one, as in comparisons.
    """

    def __init__(self, page: Iterable[Decimal] = ()) -> None:
        self._marks = sorted({*ENDS, *map(COMPARISON.plus, page)})

    def round(self, number: Decimal, decimals: int) -> Decimal:
        """The number with `decimals`, or with as many more as tell it from every other number of the page."""
        others = list(self._neighbours(number))
        while True:
            rounded = round_half_up(number, decimals)
            if rounded == number or all(rounded != round_half_up(other, decimals) for other in others):
                return rounded
            decimals += 1

    def _neighbours(self, number: Decimal) -> Iterator[Decimal]:
        """The other marks next to the number on both sides: rounding keeps the order, so farther ones need no look."""
        place, own = bisect(self._marks, number), COMPARISON.plus(number)
        yield from (mark for mark in self._marks[max(place - 2, 0) : place + 2] if mark != own or mark in ENDS)

    def decimals(self, number: Decimal, least: int = 2) -> str:
        """The number with at least `least` decimals."""
        return f"{self.round(number, least):f}"

    def brief(self, number: Decimal, most: int) -> str:
        """The number with `most` decimals, or more where they are needed, without trailing zeros."""
        return format_decimal(self.round(number, most))

    def percent(self, share: Decimal) -> str:
        """The share as percent, whole where that suffices."""
        return format_percent(self.round(share, 2))


def format_percent(share: Decimal) -> str:
    """The exact percent."""
    return f"{format_decimal(EXACT.multiply(share, PERCENT))}%"


def format_exponent(number: Decimal, digits: int = 100) -> str:
    """The number with an exponent, such as `2.5e26`, rounded to a number of digits."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)
    return f"{rounded.normalize(EXACT):e}".replace("e+", "e")
