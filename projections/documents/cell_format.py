"""Cells and words as every form shows them: on one line, exact, without what cannot be seen."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from okr_events.domain.decimals import plain
from projections.documents.document import Cell, Kind
from projections.text import words

DECIMALS = Decimal("0.001")
ROUNDING = Context(prec=100_000, rounding=ROUND_HALF_EVEN)
NUMBERS = {Kind.NUMBER, Kind.SHARE}


def told(text: str) -> str:
    """A title or heading, never empty."""
    return words.titled({"title": text})


def rounded(number: Decimal) -> Decimal:
    """A share with at most 3 decimals, half even."""
    return number.quantize(DECIMALS, context=ROUNDING)


def shown(cell: Cell, kind: Kind, nothing: str = "") -> str:
    match cell:
        case None:
            return nothing
        case bool():
            return "yes" if cell else "no"
        case int():
            return str(cell)
        case Decimal():
            return plain(rounded(cell) if kind is Kind.SHARE else cell)
    return words.plain(cell)
