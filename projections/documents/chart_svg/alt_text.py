"""The alternative text of a chart."""

from collections.abc import Iterator

from projections.documents.cell_format import format_cell
from projections.documents.chart_svg.value_range import Series, series_values
from projections.documents.document import Chart
from projections.text import labels

CHART_NAMES = {"line": "Line chart", "bars": "Bar chart", "stacked": "Stacked bar chart", "scatter": "Scatter plot"}


def describe_chart(chart: Chart) -> str:
    return " ".join(_sentences(chart))


def _sentences(chart: Chart) -> Iterator[str]:
    names = ", ".join(labels.single_line(name) for name in chart.series)
    yield f"{CHART_NAMES[chart.kind]} of {names} by {labels.single_line(chart.x)}{_range_phrase(chart)}."
    for name, values in zip(chart.series, series_values(chart), strict=True):
        yield _describe_series(chart, name, values)
    if chart.band:
        kind = chart.table.column(chart.series[0]).kind
        yield f"Shaded: {' to '.join(format_cell(end, kind) for end in chart.band)}."


def _range_phrase(chart: Chart) -> str:
    cells, kind = chart.table.cells(chart.x), chart.table.column(chart.x).kind
    return f", from {format_cell(cells[0], kind, 'none')} to {format_cell(cells[-1], kind, 'none')}" if cells else ""


def _describe_series(chart: Chart, name: str, values: Series) -> str:
    known = [number for number in values if number is not None]
    if not known:
        return f"{labels.single_line(name)}: no numbers."
    kind = chart.table.column(name).kind
    first, last, low, high = (format_cell(number, kind) for number in (known[0], known[-1], min(known), max(known)))
    return f"{labels.single_line(name)}: {len(known)} numbers, first {first}, last {last}, lowest {low}, highest {high}."
