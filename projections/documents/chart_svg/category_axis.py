"""Along: where the rows of a chart stand on its first axis, by their days or numbers, or one beside the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_events.domain.decimals import ONE
from projections.documents.cell_format import NUMBERS, shown
from projections.documents.chart_svg.ticks import ticks
from projections.documents.document import Cell, Chart, Kind
from projections.text.words import NOTHING

MIDDLE = Decimal("0.5")
Label = tuple[Decimal, str]


@dataclass(frozen=True, slots=True)
class Along:
    """The place of each row between the two ends, null for one that has none, and what is written at which place."""

    places: Sequence[Decimal | None]
    low: Decimal
    high: Decimal
    labels: Sequence[Label]


def along(chart: Chart) -> Along:
    cells, kind = chart.table.cells(chart.x), chart.table.column(chart.x).kind
    if chart.kind in {"line", "scatter"}:
        if kind is Kind.DAY and (days := _days(cells)):
            return _by_day(days)
        if kind in NUMBERS and (numbers := _numbers(cells)):
            return _by_number(numbers, kind)
    labels = [(index + MIDDLE, shown(cell, kind, NOTHING)) for index, cell in enumerate(cells)]
    return Along([place for place, _ in labels], Decimal(0), Decimal(len(labels)), labels)


def _days(cells: Sequence[Cell]) -> list[date]:
    """The days; none when any of them is not one."""
    try:
        return [date.fromisoformat(str(cell)) for cell in cells]
    except ValueError:
        return []


def _numbers(cells: Sequence[Cell]) -> list[Decimal | None]:
    """The numbers with their gaps; none when there is nothing but gaps, or anything else."""
    numbers = [None if cell is None else Decimal(cell) for cell in cells if not isinstance(cell, str)]
    return numbers if len(numbers) == len(cells) and any(number is not None for number in numbers) else []


def _by_day(days: Sequence[date]) -> Along:
    places = [Decimal(day.toordinal()) for day in days]
    low, high = min(places), max(places)
    if low == high:
        low, high = low - ONE, high + ONE
    labels = [(Decimal(day.toordinal()), day.isoformat()) for day in sorted(set(days))]
    return Along(places, low, high, labels)


def _by_number(numbers: Sequence[Decimal | None], kind: Kind) -> Along:
    known = [number for number in numbers if number is not None]
    marks = ticks(min(known), max(known))
    return Along(numbers, marks[0], marks[-1], [(mark, shown(mark, kind)) for mark in marks])
