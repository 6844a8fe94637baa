"""The series of a chart as lines with markers, points, bars or stacked bars."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okr_events.domain.decimals import ZERO
from projections.documents.chart_svg.axes import Axes
from projections.documents.chart_svg.series_style import SeriesStyle
from projections.documents.chart_svg.svg_builder import SvgBuilder
from projections.documents.chart_svg.value_range import Series, stack_spans
from projections.text.coordinates import Point

MAX_MARKERS = 40
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
    for series, (style, _) in zip(values, styles, strict=True):
        for run in _runs(axes, series):
            _draw_markers(svg, run, style)


def draw_bars(svg: SvgBuilder, axes: Axes, values: Sequence[Series], styles: Styles) -> None:
    """Draw the bars of a row beside each other."""
    width = BAR_SPAN / len(values)
    for index, (series, (_, fill)) in enumerate(zip(values, styles, strict=True)):
        for row, number in enumerate(series):
            start = row + (1 - BAR_SPAN) / 2 + index * width
            if number is not None:
                svg.box(axes.point(start, ZERO), axes.point(start + width, number), fill)


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
