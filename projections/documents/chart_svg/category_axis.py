"""Along: where the rows of a chart stand on its first axis, by their days or numbers, or one beside the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_events.domain.decimals import ONE
from projections.documents.cell_format import NUMERIC_KINDS, format_cell
from projections.documents.chart_svg.ticks import axis_ticks
from projections.documents.document import Cell, Chart, ColumnKind
from projections.text.words import EMPTY_VALUE

HALF = Decimal("0.5")
Label = tuple[Decimal, str]


@dataclass(frozen=True, slots=True)
class CategoryAxis:
    """The place of each row between the two ends, null for one that has none, and what is written at which place."""

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
    labels = [(index + HALF, format_cell(cell, kind, EMPTY_VALUE)) for index, cell in enumerate(cells)]
    return CategoryAxis([place for place, _ in labels], Decimal(0), Decimal(len(labels)), labels)


def _parse_days(cells: Sequence[Cell]) -> list[date]:
    """The days; none when any of them is not one."""
    try:
        return [date.fromisoformat(str(cell)) for cell in cells]
    except ValueError:
        return []


def _parse_numbers(cells: Sequence[Cell]) -> list[Decimal | None]:
    """The numbers with their gaps; none when there is nothing but gaps, or anything else."""
    numbers = [None if cell is None else Decimal(cell) for cell in cells if not isinstance(cell, str)]
    return numbers if len(numbers) == len(cells) and any(number is not None for number in numbers) else []


def _day_axis(days: Sequence[date]) -> CategoryAxis:
    places = [Decimal(day.toordinal()) for day in days]
    low, high = min(places), max(places)
    if low == high:
        low, high = low - ONE, high + ONE
    labels = [(Decimal(day.toordinal()), day.isoformat()) for day in sorted(set(days))]
    return CategoryAxis(places, low, high, labels)


def _number_axis(numbers: Sequence[Decimal | None], kind: ColumnKind) -> CategoryAxis:
    known = [number for number in numbers if number is not None]
    marks = axis_ticks(min(known), max(known))
    return CategoryAxis(numbers, marks[0], marks[-1], [(mark, format_cell(mark, kind)) for mark in marks])
