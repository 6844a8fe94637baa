"""The alternative text of a chart."""

from collections import Counter
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
        yield _describe_series(name, values)
    if chart.kind == "scatter":
        yield from _describe_places(chart)
    if chart.band:
        yield f"{chart.band_name}: {' to '.join(format_cell(end) for end in chart.band)}."


def _describe_places(chart: Chart) -> Iterator[str]:
    """The places with several points."""
    for name in chart.series:
        places = Counter(zip(chart.table.cells(chart.x), chart.table.cells(name), strict=True))
        for (x, y), number in places.items():
            if number > 1 and x is not None and y is not None:
                yield f"{number} points at {format_cell(x)} and {format_cell(y)}."


def _range_phrase(chart: Chart) -> str:
    cells = chart.table.cells(chart.x)
    return f", from {format_cell(cells[0], 'none')} to {format_cell(cells[-1], 'none')}" if cells else ""


def _describe_series(name: str, values: Series) -> str:
    known = [number for number in values if number is not None]
    if not known:
        return f"{labels.single_line(name)}: no numbers."
    first, last, low, high = (format_cell(number) for number in (known[0], known[-1], min(known), max(known)))
    return f"{labels.single_line(name)}: {len(known)} numbers, first {first}, last {last}, lowest {low}, highest {high}."
