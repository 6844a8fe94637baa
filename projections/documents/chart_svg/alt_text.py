"""The description: what a chart shows, in words."""

from collections.abc import Iterator

from projections.documents.cell_format import shown
from projections.documents.chart_svg.value_range import Series, series
from projections.documents.document import Chart
from projections.text import words

KINDS = {"line": "Line chart", "bars": "Bar chart", "stacked": "Stacked bar chart", "scatter": "Scatter plot"}


def description(chart: Chart) -> str:
    return " ".join(_sentences(chart))


def _sentences(chart: Chart) -> Iterator[str]:
    names = ", ".join(words.plain(name) for name in chart.series)
    yield f"{KINDS[chart.kind]} of {names} by {words.plain(chart.x)}{_span(chart)}."
    for name, numbers in zip(chart.series, series(chart), strict=True):
        yield _series(chart, name, numbers)
    if chart.band:
        kind = chart.table.column(chart.series[0]).kind
        yield f"Shaded: {' to '.join(shown(end, kind) for end in chart.band)}."


def _span(chart: Chart) -> str:
    cells, kind = chart.table.cells(chart.x), chart.table.column(chart.x).kind
    return f", from {shown(cells[0], kind, 'nothing')} to {shown(cells[-1], kind, 'nothing')}" if cells else ""


def _series(chart: Chart, name: str, numbers: Series) -> str:
    known = [number for number in numbers if number is not None]
    if not known:
        return f"{words.plain(name)}: no numbers."
    kind = chart.table.column(name).kind
    first, last = (shown(known[place], kind) for place in (0, -1))
    low, high = (shown(end(known), kind) for end in (min, max))
    return f"{words.plain(name)}: {len(known)} numbers, first {first}, last {last}, lowest {low}, highest {high}."
