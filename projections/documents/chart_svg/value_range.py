"""The range of a chart's numbers, and the ticks of its value axis."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okr_events.domain.decimals import EXACT, ONE, ZERO
from projections.documents.chart_svg.ticks import axis_ticks
from projections.documents.document import Chart, ColumnKind

Series = Sequence[Decimal | None]


def series_values(chart: Chart) -> list[Series]:
    """The numbers of each series, row by row."""
    return [[None if cell is None else Decimal(str(cell)) for cell in chart.table.cells(name)] for name in chart.series]


def value_ticks(chart: Chart, values: Sequence[Series]) -> list[Decimal]:
    """The ticks of the value axis. Shares are shown from 0 to 1, and bars begin at 0."""
    covered = [*_required_values(chart), *_plotted_values(chart, values)]
    return axis_ticks(min(covered), max(covered))


def _required_values(chart: Chart) -> Iterator[Decimal]:
    yield from (end for end in (chart.low, chart.high, *(chart.band or ())) if end is not None)
    if chart.kind in {"bars", "stacked"}:
        yield ZERO
    if all(chart.table.column(name).kind is ColumnKind.SHARE for name in chart.series):
        yield from (end for end, given in ((ZERO, chart.low), (ONE, chart.high)) if given is None)


def _plotted_values(chart: Chart, values: Sequence[Series]) -> Iterator[Decimal]:
    if chart.kind == "stacked":
        for row in zip(*values, strict=True):
            yield from (end for _, end in stack_spans(row))
    else:
        yield from (number for series in values for number in series if number is not None)


def stack_spans(row: Series) -> list[tuple[Decimal, Decimal]]:
    """The start and end of each number of a row: numbers above 0 are stacked upwards, those below 0 downwards."""
    up = down = ZERO
    spans = []
    for number in row:
        start = down if number is not None and number < ZERO else up
        end = EXACT.add(start, number or ZERO)
        up, down = max(up, end), min(down, end)
        spans.append((start, end))
    return spans
