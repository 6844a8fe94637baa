"""The series of a chart as lines with markers, points, bars or stacked bars."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import sqrt

from okr_events.domain.decimals import ZERO
from projections.documents.chart_svg.axes import Axes
from projections.documents.chart_svg.series_style import SeriesStyle
from projections.documents.chart_svg.svg_builder import SvgBuilder
from projections.documents.chart_svg.ticks import format_tick
from projections.documents.chart_svg.value_range import Series, stack_spans
from projections.okr_map.palette import INK, MUTED
from projections.text.coordinates import Point

MAX_MARKERS = 40
MAX_MARKER_SCALE = 5.5
BAR_SPAN = Decimal("0.7")
Styles = Sequence[tuple[SeriesStyle, str]]


def draw_lines(svg: SvgBuilder, axes: Axes, values: Sequence[Series], styles: Styles) -> None:
    """Draw lines with gaps for missing numbers; markers where there are few or for a single number."""
    for series, (style, _) in zip(values, styles, strict=True):
        for run in _runs(axes, series):
            if len(run) > 1:
                svg.line(run, style.colour, 2.2, style.dashes)
            if len(run) == 1 or len(series) <= MAX_MARKERS:
                _draw_markers(svg, run, style)


def draw_points(svg: SvgBuilder, axes: Axes, values: Sequence[Series], styles: Styles) -> None:
    """Draw one marker for all points of a place: its area grows with their number, which stands beside it."""
    for series, (style, _) in zip(values, styles, strict=True):
        places = Counter(point for run in _runs(axes, series) for point in run)
        for point, number in places.most_common():
            scale = min(sqrt(number), MAX_MARKER_SCALE)
            svg.marker(point, style.marker, style.colour, scale)
            if number > 1:
                svg.text((point[0] + 5 * scale + 2, point[1] + 4.5), f"\u00d7{number}")


def draw_bars(svg: SvgBuilder, axes: Axes, values: Sequence[Series], styles: Styles) -> None:
    """Draw the bars of a row beside each other."""
    for index, (series, (_, fill)) in enumerate(zip(values, styles, strict=True)):
        for row, number in enumerate(series):
            if number is not None:
                start, end = _bar_edges(row, index, len(values))
                svg.box(axes.point(start, ZERO), axes.point(end, number), fill)


def label_bars(svg: SvgBuilder, axes: Axes, values: Sequence[Series]) -> None:
    """Write the number beside each horizontal bar, and what it means where there is none."""
    for index, series in enumerate(values):
        for row, number in enumerate(series):
            start, end = _bar_edges(row, index, len(values))
            x, y = axes.point((start + end) / 2, max(number or ZERO, ZERO))
            text = axes.chart.missing if number is None else format_tick(number)
            svg.text((x + 5, y + 4.5), text, colour=MUTED if number is None else INK)


def _bar_edges(row: int, index: int, bars: int) -> tuple[Decimal, Decimal]:
    width = BAR_SPAN / bars
    start = row + (1 - BAR_SPAN) / 2 + index * width
    return start, start + width


def draw_stacks(svg: SvgBuilder, axes: Axes, values: Sequence[Series], styles: Styles) -> None:
    for row, cells in enumerate(zip(*values, strict=True)):
        start = row + (1 - BAR_SPAN) / 2
        for (low, high), (_, fill) in zip(stack_spans(cells), styles, strict=True):
            if low != high:
                svg.box(axes.point(start, low), axes.point(start + BAR_SPAN, high), fill, "#ffffff")


def _draw_markers(svg: SvgBuilder, run: Sequence[Point], style: SeriesStyle) -> None:
    for point in run:
        svg.marker(point, style.marker, style.colour)


def _runs(axes: Axes, series: Series) -> Iterator[list[Point]]:
    run: list[Point] = []
    for position, number in zip(axes.categories.positions, series, strict=True):
        if position is None or number is None:
            yield run
            run = []
        else:
            run.append(axes.point(position, number))
    yield run
