"""The category axis of a chart: positions of its rows by day, by number or in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_events.domain.decimals import ONE, ZERO
from projections.documents.cell_format import NUMERIC_KINDS, format_cell
from projections.documents.chart_svg.ticks import axis_ticks, format_tick
from projections.documents.document import Cell, Chart, ColumnKind
from projections.text.labels import EMPTY_VALUE

HALF = Decimal("0.5")
Label = tuple[Decimal, str]


@dataclass(frozen=True, slots=True)
class CategoryAxis:
    """The position of each row between `low` and `high`, null for a row without a value, and the labels."""

    positions: Sequence[Decimal | None]
    low: Decimal
    high: Decimal
    labels: Sequence[Label]


def build_category_axis(chart: Chart) -> CategoryAxis:
    cells, kind = chart.table.cells(chart.x), chart.table.column(chart.x).kind
    if chart.kind in {"line", "scatter"}:
        if kind is ColumnKind.DAY and (days := _parse_days(cells)):
            return _day_axis(days)
        if kind in NUMERIC_KINDS and (numbers := _parse_numbers(cells)):
            return _number_axis(numbers, kind)
    labels = [(index + HALF, format_cell(cell, EMPTY_VALUE)) for index, cell in enumerate(cells)]
    return CategoryAxis([position for position, _ in labels], Decimal(0), Decimal(len(labels)), labels)


def _parse_days(cells: Sequence[Cell]) -> list[date]:
    """The days; empty if any cell is not a day."""
    try:
        return [date.fromisoformat(str(cell)) for cell in cells]
    except ValueError:
        return []


def _parse_numbers(cells: Sequence[Cell]) -> list[Decimal | None]:
    """The numbers and nulls; empty if there is no number or any other cell."""
    numbers = [None if cell is None else Decimal(cell) for cell in cells if not isinstance(cell, str)]
    return numbers if len(numbers) == len(cells) and any(number is not None for number in numbers) else []


def _day_axis(days: Sequence[date]) -> CategoryAxis:
    positions = [Decimal(day.toordinal()) for day in days]
    low, high = min(positions), max(positions)
    if low == high:
        low, high = low - ONE, high + ONE
    labels = [(Decimal(day.toordinal()), day.isoformat()) for day in sorted(set(days))]
    return CategoryAxis(positions, low, high, labels)


def _number_axis(numbers: Sequence[Decimal | None], kind: ColumnKind) -> CategoryAxis:
    """Shares stand between 0 and 1, whichever of them there are."""
    covered = [number for number in numbers if number is not None] + ([ZERO, ONE] if kind is ColumnKind.SHARE else [])
    ticks = axis_ticks(min(covered), max(covered))
    return CategoryAxis(numbers, ticks[0], ticks[-1], [(tick, format_tick(tick)) for tick in ticks])
