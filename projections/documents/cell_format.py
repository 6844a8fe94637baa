"""Cells and titles as text on one line, exact and without invisible characters."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from okr_events.domain.decimals import format_decimal
from projections.documents.document import Cell, ColumnKind
from projections.text import labels

SHARE_PRECISION = Decimal("0.001")
ROUNDING = Context(prec=100_000, rounding=ROUND_HALF_EVEN)
NUMERIC_KINDS = {ColumnKind.NUMBER, ColumnKind.SHARE}


def format_title(text: str) -> str:
    """A title or heading on one line, never empty."""
    return labels.display_title({"title": text})


def round_share(number: Decimal) -> Decimal:
    """A share with at most 3 decimals, half even."""
    return number.quantize(SHARE_PRECISION, context=ROUNDING)


def format_cell(cell: Cell, kind: ColumnKind, empty: str = "") -> str:
    match cell:
        case None:
            return empty
        case bool():
            return "yes" if cell else "no"
        case int():
            return str(cell)
        case Decimal():
            return format_decimal(round_share(cell) if kind is ColumnKind.SHARE else cell)
    return labels.single_line(cell)
