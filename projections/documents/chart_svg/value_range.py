"""Reach: how far the numbers of a chart go, with what its axis shows in any case."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okr_events.domain.decimals import EXACT, ONE, ZERO
from projections.documents.chart_svg.ticks import ticks
from projections.documents.document import Chart, Kind

Series = Sequence[Decimal | None]


def series(chart: Chart) -> list[Series]:
    """The numbers of each series, row by row."""
    return [[_number(cell) for cell in chart.table.cells(name)] for name in chart.series]


def reach(chart: Chart, numbers: Sequence[Series]) -> list[Decimal]:
    """The ticks of the second axis. Shares are seen against 0 and 1, and bars begin at 0."""
    shown = [*_least(chart), *_numbers(chart, numbers)]
    return ticks(min(shown), max(shown))


def _least(chart: Chart) -> Iterator[Decimal]:
    yield from (end for end in (chart.low, chart.high, *(chart.band or ())) if end is not None)
    if chart.kind in {"bars", "stacked"}:
        yield ZERO
    if all(chart.table.column(name).kind is Kind.SHARE for name in chart.series):
        yield from (end for end, given in ((ZERO, chart.low), (ONE, chart.high)) if given is None)


def _numbers(chart: Chart, numbers: Sequence[Series]) -> Iterator[Decimal]:
    if chart.kind == "stacked":
        for row in zip(*numbers, strict=True):
            yield from (end for _, end in stacked(row))
    else:
        yield from (number for each in numbers for number in each if number is not None)


def stacked(row: Series) -> list[tuple[Decimal, Decimal]]:
    """Where each number of a row begins and ends: those above 0 go up from there, those below go down."""
    up = down = ZERO
    spans = []
    for number in row:
        start = down if number is not None and number < ZERO else up
        end = EXACT.add(start, number or ZERO)
        up, down = max(up, end), min(down, end)
        spans.append((start, end))
    return spans


def _number(cell: object) -> Decimal | None:
    return None if cell is None else Decimal(str(cell))
