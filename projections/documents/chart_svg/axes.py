"""The frame: the two axes of a chart, upright, or lying where the rows have names that need the room beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from okr_events.domain.decimals import EXACT, divide
from projections.documents.cell_format import format_cell
from projections.documents.chart_svg.category_axis import CategoryAxis
from projections.documents.chart_svg.series_style import BAND, EDGE, INK, MUTED
from projections.documents.chart_svg.svg_builder import FONT_SIZE, SvgBuilder
from projections.documents.document import Chart, ColumnKind
from projections.text import text_metrics, words
from projections.text.coordinates import Point

WIDTH, UPRIGHT_HEIGHT, MIN_HEIGHT, MAX_HEIGHT = 800.0, 270.0, 60.0, 940.0
BAR_THICKNESS, BAR_GAP = 14.0, 12.0
SIDE_MARGIN, PADDING, MAX_LABEL_WIDTH, LINE_HEIGHT, MIN_LABEL_HEIGHT = 46.0, 28.0, 230.0, 18.0, 15.0
LABEL_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Axes:
    """`left`, `top`, `right` and `bottom` bound where numbers are drawn."""

    chart: Chart
    categories: CategoryAxis
    ticks: Sequence[Decimal]
    horizontal: bool
    left: float
    top: float
    right: float
    bottom: float

    def point(self, place: Decimal, value: Decimal) -> Point:
        across = _fraction(place, self.categories.low, self.categories.high)
        up = _fraction(value, self.ticks[0], self.ticks[-1])
        if self.horizontal:
            return self.left + up * (self.right - self.left), self.top + across * (self.bottom - self.top)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def draw(self, pen: SvgBuilder) -> None:
        if self.chart.band:
            low, high = self.chart.band
            pen.box(self.point(self.categories.low, low), self.point(self.categories.high, high), BAND)
        for tick in self.ticks:
            pen.line([self.point(self.categories.low, tick), self.point(self.categories.high, tick)], EDGE if tick else MUTED)
        self._draw_value_labels(pen)
        self._draw_category_labels(pen)
        self._draw_titles(pen)

    def draw_band_edges(self, pen: SvgBuilder) -> None:
        """The ends of the band, drawn over what may cover it."""
        for end in self.chart.band or ():
            pen.line([self.point(self.categories.low, end), self.point(self.categories.high, end)], INK, 1.2, "5 4")

    def _draw_value_labels(self, pen: SvgBuilder) -> None:
        kind = self.chart.table.column(self.chart.series[0]).kind
        labels = [(tick, format_cell(tick, kind)) for tick in self.ticks]
        if self.horizontal:
            self._draw_bottom_labels(pen, [(self.point(self.categories.low, tick)[0], text) for tick, text in labels])
        else:
            self._draw_side_labels(pen, [(self.point(self.categories.low, tick)[1], text) for tick, text in labels])

    def _draw_category_labels(self, pen: SvgBuilder) -> None:
        first = self.ticks[0]
        if self.horizontal:
            self._draw_side_labels(pen, [(self.point(place, first)[1], text) for place, text in self.categories.labels])
        else:
            self._draw_bottom_labels(pen, [(self.point(place, first)[0], text) for place, text in self.categories.labels])

    def _draw_side_labels(self, pen: SvgBuilder, labels: Sequence[tuple[float, str]]) -> None:
        for y, text in _thin_labels(labels, [MIN_LABEL_HEIGHT for _ in labels]):
            pen.text((self.left - 8, y + 4.5), text_metrics.truncate(text, MAX_LABEL_WIDTH, FONT_SIZE), "end")

    def _draw_bottom_labels(self, pen: SvgBuilder, labels: Sequence[tuple[float, str]]) -> None:
        short = [(x, text_metrics.truncate(text, MAX_LABEL_WIDTH / 2, FONT_SIZE)) for x, text in labels]
        for x, text in _thin_labels(short, [text_metrics.text_width(text, FONT_SIZE) + LABEL_GAP for _, text in short]):
            pen.line([(x, self.bottom), (x, self.bottom + 4)], MUTED)
            pen.text((x, self.bottom + LINE_HEIGHT), text, "middle")

    def _draw_titles(self, pen: SvgBuilder) -> None:
        value = self.chart.series[0] if len(self.chart.series) == 1 else ""
        above, below = (self.chart.x, value) if self.horizontal else (value, self.chart.x)
        room = WIDTH - 2 * SIDE_MARGIN
        pen.text((0, self.top - 15), text_metrics.truncate(words.single_line(above), room, FONT_SIZE), colour=MUTED)
        middle = (self.left + self.right) / 2
        pen.text(
            (middle, self.bottom + 2 * LINE_HEIGHT + 2),
            text_metrics.truncate(words.single_line(below), room / 1.5, FONT_SIZE),
            "middle",
            MUTED,
        )


def build_axes(chart: Chart, along: CategoryAxis, ticks: Sequence[Decimal], top: float) -> Axes:
    """The frame with room for its labels; `top` is where the legend ends."""
    lying = chart.kind in {"bars", "stacked"} and chart.table.column(chart.x).kind is ColumnKind.TEXT
    kind = chart.table.column(chart.series[0]).kind
    beside = [text for _, text in along.labels] if lying else [format_cell(tick, kind) for tick in ticks]
    left = min(max(text_metrics.text_width(text, FONT_SIZE) for text in beside), MAX_LABEL_WIDTH) + PADDING / 2
    top += PADDING
    return Axes(chart, along, ticks, lying, max(left, SIDE_MARGIN), top, WIDTH - SIDE_MARGIN, top + _height(chart, lying=lying))


def _height(chart: Chart, *, lying: bool) -> float:
    bars = len(chart.series) if chart.kind == "bars" else 1
    wanted = len(chart.table.rows) * (bars * BAR_THICKNESS + BAR_GAP)
    return min(max(wanted, MIN_HEIGHT), MAX_HEIGHT) if lying else UPRIGHT_HEIGHT


def _fraction(value: Decimal, low: Decimal, high: Decimal) -> float:
    return float(divide(EXACT.subtract(value, low), EXACT.subtract(high, low)))


def _thin_labels(labels: Sequence[tuple[float, str]], rooms: Sequence[float]) -> Sequence[tuple[float, str]]:
    """All labels, or every second, third … so that none touches the next."""
    for step in range(1, len(labels)):
        kept = [*zip(labels, rooms, strict=True)][::step]
        if all(abs(b[0] - a[0]) >= (first + second) / 2 for (a, first), (b, second) in pairwise(kept)):
            return [label for label, _ in kept]
    return labels[:1]
