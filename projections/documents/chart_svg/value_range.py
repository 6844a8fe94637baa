"""Reach: how far the numbers of a chart go, with what its axis shows in any case."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okr_events.domain.decimals import EXACT, ONE, ZERO
from projections.documents.chart_svg.ticks import axis_ticks
from projections.documents.document import Chart, ColumnKind

Series = Sequence[Decimal | None]


def series_values(chart: Chart) -> list[Series]:
    """The numbers of each series, row by row."""
    return [[_parse_number(cell) for cell in chart.table.cells(name)] for name in chart.series]


def value_ticks(chart: Chart, numbers: Sequence[Series]) -> list[Decimal]:
    """The ticks of the second axis. Shares are seen against 0 and 1, and bars begin at 0."""
    shown = [*_required_values(chart), *_plotted_values(chart, numbers)]
    return axis_ticks(min(shown), max(shown))


def _required_values(chart: Chart) -> Iterator[Decimal]:
    yield from (end for end in (chart.low, chart.high, *(chart.band or ())) if end is not None)
    if chart.kind in {"bars", "stacked"}:
        yield ZERO
    if all(chart.table.column(name).kind is ColumnKind.SHARE for name in chart.series):
        yield from (end for end, given in ((ZERO, chart.low), (ONE, chart.high)) if given is None)


def _plotted_values(chart: Chart, numbers: Sequence[Series]) -> Iterator[Decimal]:
    if chart.kind == "stacked":
        for row in zip(*numbers, strict=True):
            yield from (end for _, end in stack_spans(row))
    else:
        yield from (number for each in numbers for number in each if number is not None)


def stack_spans(row: Series) -> list[tuple[Decimal, Decimal]]:
    """Where each number of a row begins and ends: those above 0 go up from there, those below go down."""
    up = down = ZERO
    spans = []
    for number in row:
        start = down if number is not None and number < ZERO else up
        end = EXACT.add(start, number or ZERO)
        up, down = max(up, end), min(down, end)
        spans.append((start, end))
    return spans


def _parse_number(cell: object) -> Decimal | None:
    return None if cell is None else Decimal(str(cell))
