"""Rounds shares for people: half up, with enough decimals that different numbers of one page look different."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

from okr_events.domain.decimals import COMPARISON, EXACT, ONE, ZERO, format_decimal

ROUNDING = Context(prec=100_000, rounding=ROUND_HALF_UP)
PERCENT = Decimal(100)
ENDS = (ZERO, ONE)
MAX_PLAIN_LENGTH = 15


def round_half_up(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal((0, (1,), -decimals)), context=ROUNDING)


class Rounding:
    """Rounds the numbers of one page. 0 and 1 are on every page, so that nothing else reads as 0 % or 100 %.

    Numbers that agree to 20 significant digits count as one, as in comparisons.
    """

    def __init__(self, page: Iterable[Decimal] = ()) -> None:
        self._marks = sorted({*ENDS, *map(COMPARISON.plus, set(page))})
        self._rounded: dict[tuple[Decimal, int], Decimal] = {}

    def round(self, number: Decimal, decimals: int) -> Decimal:
        """The number with `decimals`, or with as many more as tell it from every other number of the page."""
        key = number, decimals
        if key not in self._rounded:
            self._rounded[key] = self._round(number, decimals)
        return self._rounded[key]

    def _round(self, number: Decimal, decimals: int) -> Decimal:
        while (rounded := round_half_up(number, decimals)) != number and self._is_ambiguous(number, rounded, decimals):
            decimals += 1
        return rounded

    def _is_ambiguous(self, number: Decimal, rounded: Decimal, decimals: int) -> bool:
        return any(rounded == round_half_up(other, decimals) for other in self._neighbours(number))

    def _neighbours(self, number: Decimal) -> Iterator[Decimal]:
        """The other marks next to the number on both sides: rounding keeps the order, so farther ones need no look."""
        place, own = bisect(self._marks, number), COMPARISON.plus(number)
        yield from (mark for mark in self._marks[max(place - 2, 0) : place + 2] if mark != own or mark in ENDS)

    def decimals(self, number: Decimal, least: int = 2) -> str:
        """The number with at least `least` decimals."""
        rounded = self.round(number, least)
        plain = f"{rounded:f}"
        return plain if len(plain) <= MAX_PLAIN_LENGTH else format_short(rounded)

    def brief(self, number: Decimal, most: int) -> str:
        """The number with `most` decimals, or more where they are needed, without trailing zeros."""
        return format_short(self.round(number, most))

    def percent(self, share: Decimal) -> str:
        """The share as percent, whole where that suffices."""
        return format_percent(self.round(share, 2))


def format_percent(share: Decimal) -> str:
    """The exact percent."""
    return f"{format_short(EXACT.multiply(share, PERCENT))}%"


def format_short(number: Decimal) -> str:
    """The exact number; one of many zeros with an exponent, because nobody counts them."""
    plain = format_decimal(number)
    return plain if len(plain) <= MAX_PLAIN_LENGTH else min(plain, format_exponent(number), key=len)


def format_exponent(number: Decimal, digits: int = 100) -> str:
    """The number with an exponent, such as `2.5e26`, rounded to a number of digits."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)
    return f"{rounded.normalize(EXACT):e}".replace("e+", "e")
