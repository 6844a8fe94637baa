"""The description: what a chart shows, in words."""

from collections.abc import Iterator

from projections.documents.cell_format import format_cell
from projections.documents.chart_svg.value_range import Series, series_values
from projections.documents.document import Chart
from projections.text import words

CHART_NAMES = {"line": "Line chart", "bars": "Bar chart", "stacked": "Stacked bar chart", "scatter": "Scatter plot"}


def describe_chart(chart: Chart) -> str:
    return " ".join(_sentences(chart))


def _sentences(chart: Chart) -> Iterator[str]:
    names = ", ".join(words.single_line(name) for name in chart.series)
    yield f"{CHART_NAMES[chart.kind]} of {names} by {words.single_line(chart.x)}{_range_phrase(chart)}."
    for name, numbers in zip(chart.series, series_values(chart), strict=True):
        yield _describe_series(chart, name, numbers)
    if chart.band:
        kind = chart.table.column(chart.series[0]).kind
        yield f"Shaded: {' to '.join(format_cell(end, kind) for end in chart.band)}."


def _range_phrase(chart: Chart) -> str:
    cells, kind = chart.table.cells(chart.x), chart.table.column(chart.x).kind
    return f", from {format_cell(cells[0], kind, 'nothing')} to {format_cell(cells[-1], kind, 'nothing')}" if cells else ""


def _describe_series(chart: Chart, name: str, numbers: Series) -> str:
    known = [number for number in numbers if number is not None]
    if not known:
        return f"{words.single_line(name)}: no numbers."
    kind = chart.table.column(name).kind
    first, last = (format_cell(known[place], kind) for place in (0, -1))
    low, high = (format_cell(end(known), kind) for end in (min, max))
    return f"{words.single_line(name)}: {len(known)} numbers, first {first}, last {last}, lowest {low}, highest {high}."
