"""Marks: the numbers of a chart as lines with markers, points or bars."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from okr_events.domain.decimals import ZERO
from projections.documents.chart_svg.axes import Frame
from projections.documents.chart_svg.series_style import Look
from projections.documents.chart_svg.svg_builder import Pen
from projections.documents.chart_svg.value_range import Series, stacked
from projections.text.coordinates import Point

FEW = 40
SPAN = Decimal("0.7")
Styles = Sequence[tuple[Look, str]]


def lines(pen: Pen, frame: Frame, numbers: Sequence[Series], styles: Styles) -> None:
    """Broken where a number is missing; markers stand where there are few, or one alone."""
    for series, (look, _) in zip(numbers, styles, strict=True):
        for run in _runs(frame, series):
            if len(run) > 1:
                pen.line(run, look.colour, 2.2, look.dashes)
            if len(run) == 1 or len(series) <= FEW:
                _points(pen, run, look)


def points(pen: Pen, frame: Frame, numbers: Sequence[Series], styles: Styles) -> None:
    for series, (look, _) in zip(numbers, styles, strict=True):
        for run in _runs(frame, series):
            _points(pen, run, look)


def bars(pen: Pen, frame: Frame, numbers: Sequence[Series], styles: Styles) -> None:
    """Those of one row beside each other."""
    wide = SPAN / len(numbers)
    for index, (series, (_, fill)) in enumerate(zip(numbers, styles, strict=True)):
        for row, number in enumerate(series):
            start = row + (1 - SPAN) / 2 + index * wide
            if number is not None:
                pen.box(frame.at(start, ZERO), frame.at(start + wide, number), fill)


def stacks(pen: Pen, frame: Frame, numbers: Sequence[Series], styles: Styles) -> None:
    for row, cells in enumerate(zip(*numbers, strict=True)):
        start = row + (1 - SPAN) / 2
        for (low, high), (_, fill) in zip(stacked(cells), styles, strict=True):
            if low != high:
                pen.box(frame.at(start, low), frame.at(start + SPAN, high), fill, "#ffffff")


def _points(pen: Pen, run: Sequence[Point], look: Look) -> None:
    for point in run:
        pen.marker(point, look.marker, look.colour)


def _runs(frame: Frame, series: Series) -> Iterator[list[Point]]:
    run: list[Point] = []
    for place, number in zip(frame.along.places, series, strict=True):
        if place is None or number is None:
            yield run
            run = []
        else:
            run.append(frame.at(place, number))
    yield run
