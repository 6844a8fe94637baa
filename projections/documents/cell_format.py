"""Cells and titles as text on one line, exact and without invisible characters."""

from decimal import Decimal

from projections.documents.document import Cell, ColumnKind
from projections.text import labels
from projections.text.rounding import format_short

NUMERIC_KINDS = {ColumnKind.NUMBER, ColumnKind.SHARE}


def format_title(text: str) -> str:
    """A title or heading on one line, never empty."""
    return labels.display_title({"title": text})


def format_cell(cell: Cell, empty: str = "") -> str:
    match cell:
        case None:
            return empty
        case bool():
            return "yes" if cell else "no"
        case int():
            return str(cell)
        case Decimal():
            return format_short(cell)
    return labels.single_line(cell)
