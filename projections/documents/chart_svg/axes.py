"""The axes of a chart: vertical, or horizontal if the categories are texts that need room beside the bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from okr_events.domain.decimals import EXACT, divide
from projections.documents.chart_svg.category_axis import CategoryAxis
from projections.documents.chart_svg.series_style import BAND, BAND_OVER_BARS
from projections.documents.chart_svg.svg_builder import FONT_SIZE, SvgBuilder
from projections.documents.chart_svg.ticks import format_tick
from projections.documents.document import Chart, ColumnKind
from projections.okr_map.palette import EDGE, INK, MUTED
from projections.text import labels, text_metrics
from projections.text.coordinates import Point

WIDTH, VERTICAL_HEIGHT, MIN_HEIGHT, MAX_HEIGHT = 800.0, 270.0, 60.0, 940.0
BAR_THICKNESS, BAR_GAP = 14.0, 12.0
SIDE_MARGIN, PADDING, MAX_LABEL_WIDTH, LINE_HEIGHT, MIN_LABEL_HEIGHT = 46.0, 28.0, 230.0, 18.0, 15.0
LABEL_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes around the plot area, which lies between `left`, `top`, `right` and `bottom`."""

    chart: Chart
    categories: CategoryAxis
    ticks: Sequence[Decimal]
    horizontal: bool
    left: float
    top: float
    right: float
    bottom: float

    def point(self, position: Decimal, value: Decimal) -> Point:
        across = _fraction(position, self.categories.low, self.categories.high)
        up = _fraction(value, self.ticks[0], self.ticks[-1])
        if self.horizontal:
            return self.left + up * (self.right - self.left), self.top + across * (self.bottom - self.top)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def draw(self, svg: SvgBuilder) -> None:
        if self.chart.band:
            low, high = self.chart.band
            svg.box(self.point(self.categories.low, low), self.point(self.categories.high, high), BAND)
        for tick in self.ticks:
            svg.line([self.point(self.categories.low, tick), self.point(self.categories.high, tick)], EDGE if tick else MUTED)
        self._draw_labels(svg)
        self._draw_titles(svg)

    def draw_band_over_series(self, svg: SvgBuilder) -> None:
        """Draw the band over bars, which would hide it, and its ends over all series."""
        if self.chart.band and self.chart.kind in {"bars", "stacked"}:
            low, high = self.chart.band
            svg.box(self.point(self.categories.low, low), self.point(self.categories.high, high), BAND_OVER_BARS, opacity=0.45)
        for end in self.chart.band or ():
            svg.line([self.point(self.categories.low, end), self.point(self.categories.high, end)], INK, 1.2, "5 4")

    def _draw_labels(self, svg: SvgBuilder) -> None:
        values = [(self.point(self.categories.low, tick), format_tick(tick)) for tick in self.ticks]
        categories = [(self.point(position, self.ticks[0]), text) for position, text in self.categories.labels]
        if self.horizontal:
            self._draw_bottom_labels(svg, [(x, text) for (x, _), text in values])
            self._draw_side_labels(svg, [(y, text) for (_, y), text in categories])
        else:
            self._draw_side_labels(svg, [(y, text) for (_, y), text in values])
            self._draw_bottom_labels(svg, [(x, text) for (x, _), text in categories])

    def _draw_side_labels(self, svg: SvgBuilder, labels: Sequence[tuple[float, str]]) -> None:
        for y, text in _thin_labels(labels, [MIN_LABEL_HEIGHT for _ in labels]):
            svg.text((self.left - 8, y + 4.5), text_metrics.truncate(text, MAX_LABEL_WIDTH, FONT_SIZE), "end")

    def _draw_bottom_labels(self, svg: SvgBuilder, labels: Sequence[tuple[float, str]]) -> None:
        short = [(x, text_metrics.truncate(text, MAX_LABEL_WIDTH / 2, FONT_SIZE)) for x, text in labels]
        for x, text in _thin_labels(short, [text_metrics.text_width(text, FONT_SIZE) + LABEL_GAP for _, text in short]):
            svg.line([(x, self.bottom), (x, self.bottom + 4)], MUTED)
            svg.text((x, self.bottom + LINE_HEIGHT), text, "middle")

    def _draw_titles(self, svg: SvgBuilder) -> None:
        value = self.chart.series[0] if len(self.chart.series) == 1 else ""
        above, below = (self.chart.x, value) if self.horizontal else (value, self.chart.x)
        width, middle = WIDTH - 2 * SIDE_MARGIN, (self.left + self.right) / 2
        svg.text((0, self.top - 15), text_metrics.truncate(labels.single_line(above), width, FONT_SIZE), colour=MUTED)
        title = text_metrics.truncate(labels.single_line(below), width / 1.5, FONT_SIZE)
        svg.text((middle, self.bottom + 2 * LINE_HEIGHT + 2), title, "middle", MUTED)


def build_axes(chart: Chart, categories: CategoryAxis, ticks: Sequence[Decimal], top: float) -> Axes:
    """The axes with room for their labels; `top` is the bottom of the legend."""
    horizontal = chart.kind in {"bars", "stacked"} and chart.table.column(chart.x).kind is ColumnKind.TEXT
    labels = [text for _, text in categories.labels] if horizontal else [format_tick(tick) for tick in ticks]
    left = min(max(text_metrics.text_width(text, FONT_SIZE) for text in labels), MAX_LABEL_WIDTH) + PADDING / 2
    top += PADDING
    bottom = top + (_bars_height(chart) if horizontal else VERTICAL_HEIGHT)
    return Axes(chart, categories, ticks, horizontal, max(left, SIDE_MARGIN), top, WIDTH - SIDE_MARGIN, bottom)


def _bars_height(chart: Chart) -> float:
    bars = len(chart.series) if chart.kind == "bars" else 1
    return min(max(len(chart.table.rows) * (bars * BAR_THICKNESS + BAR_GAP), MIN_HEIGHT), MAX_HEIGHT)


def _fraction(value: Decimal, low: Decimal, high: Decimal) -> float:
    return float(divide(EXACT.subtract(value, low), EXACT.subtract(high, low)))


def _thin_labels(labels: Sequence[tuple[float, str]], sizes: Sequence[float]) -> Sequence[tuple[float, str]]:
    """Every label, or every second, third … so that they do not touch."""
    for step in range(1, len(labels)):
        kept = [*zip(labels, sizes, strict=True)][::step]
        if all(abs(b[0] - a[0]) >= (first + second) / 2 for (a, first), (b, second) in pairwise(kept)):
            return [label for label, _ in kept]
    return labels[:1]
