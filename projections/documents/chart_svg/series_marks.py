"""Marks: the numbers of a chart as lines with markers, points or bars."""

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


def draw_lines(pen: SvgBuilder, frame: Axes, numbers: Sequence[Series], styles: Styles) -> None:
    """Broken where a number is missing; markers stand where there are few, or one alone."""
    for series, (look, _) in zip(numbers, styles, strict=True):
        for run in _runs(frame, series):
            if len(run) > 1:
                pen.line(run, look.colour, 2.2, look.dashes)
            if len(run) == 1 or len(series) <= MAX_MARKERS:
                _draw_markers(pen, run, look)


def draw_points(pen: SvgBuilder, frame: Axes, numbers: Sequence[Series], styles: Styles) -> None:
    for series, (look, _) in zip(numbers, styles, strict=True):
        for run in _runs(frame, series):
            _draw_markers(pen, run, look)


def draw_bars(pen: SvgBuilder, frame: Axes, numbers: Sequence[Series], styles: Styles) -> None:
    """Those of one row beside each other."""
    wide = BAR_SPAN / len(numbers)
    for index, (series, (_, fill)) in enumerate(zip(numbers, styles, strict=True)):
        for row, number in enumerate(series):
            start = row + (1 - BAR_SPAN) / 2 + index * wide
            if number is not None:
                pen.box(frame.point(start, ZERO), frame.point(start + wide, number), fill)


def draw_stacks(pen: SvgBuilder, frame: Axes, numbers: Sequence[Series], styles: Styles) -> None:
    for row, cells in enumerate(zip(*numbers, strict=True)):
        start = row + (1 - BAR_SPAN) / 2
        for (low, high), (_, fill) in zip(stack_spans(cells), styles, strict=True):
            if low != high:
                pen.box(frame.point(start, low), frame.point(start + BAR_SPAN, high), fill, "#ffffff")


def _draw_markers(pen: SvgBuilder, run: Sequence[Point], look: SeriesStyle) -> None:
    for point in run:
        pen.marker(point, look.marker, look.colour)


def _runs(frame: Axes, series: Series) -> Iterator[list[Point]]:
    run: list[Point] = []
    for place, number in zip(frame.categories.positions, series, strict=True):
        if place is None or number is None:
            yield run
            run = []
        else:
            run.append(frame.point(place, number))
    yield run
