"""The frame: the two axes of a chart, upright, or lying where the rows have names that need the room beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from okr_events.domain.decimals import EXACT, quotient
from projections.documents.cell_format import shown
from projections.documents.chart_svg.category_axis import Along
from projections.documents.chart_svg.series_style import BAND, EDGE, INK, QUIET
from projections.documents.chart_svg.svg_builder import SIZE, Pen
from projections.documents.document import Chart, Kind
from projections.text import text_metrics, words
from projections.text.coordinates import Point

WIDTH, UPRIGHT, SHORTEST, TALLEST = 800.0, 270.0, 60.0, 940.0
BAR, BETWEEN = 14.0, 12.0
BESIDE, BELOW, LONGEST, LEADING, TIGHT = 46.0, 28.0, 230.0, 18.0, 15.0
APART = 14.0


@dataclass(frozen=True, slots=True)
class Frame:
    """`left`, `top`, `right` and `bottom` bound where numbers are drawn."""

    chart: Chart
    along: Along
    ticks: Sequence[Decimal]
    lying: bool
    left: float
    top: float
    right: float
    bottom: float

    def at(self, place: Decimal, value: Decimal) -> Point:
        across = _share(place, self.along.low, self.along.high)
        up = _share(value, self.ticks[0], self.ticks[-1])
        if self.lying:
            return self.left + up * (self.right - self.left), self.top + across * (self.bottom - self.top)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def draw(self, pen: Pen) -> None:
        if self.chart.band:
            low, high = self.chart.band
            pen.box(self.at(self.along.low, low), self.at(self.along.high, high), BAND)
        for tick in self.ticks:
            pen.line([self.at(self.along.low, tick), self.at(self.along.high, tick)], EDGE if tick else QUIET)
        self._values(pen)
        self._places(pen)
        self._titles(pen)

    def edge(self, pen: Pen) -> None:
        """The ends of the band, drawn over what may cover it."""
        for end in self.chart.band or ():
            pen.line([self.at(self.along.low, end), self.at(self.along.high, end)], INK, 1.2, "5 4")

    def _values(self, pen: Pen) -> None:
        kind = self.chart.table.column(self.chart.series[0]).kind
        labels = [(tick, shown(tick, kind)) for tick in self.ticks]
        if self.lying:
            self._below(pen, [(self.at(self.along.low, tick)[0], text) for tick, text in labels])
        else:
            self._beside(pen, [(self.at(self.along.low, tick)[1], text) for tick, text in labels])

    def _places(self, pen: Pen) -> None:
        first = self.ticks[0]
        if self.lying:
            self._beside(pen, [(self.at(place, first)[1], text) for place, text in self.along.labels])
        else:
            self._below(pen, [(self.at(place, first)[0], text) for place, text in self.along.labels])

    def _beside(self, pen: Pen, labels: Sequence[tuple[float, str]]) -> None:
        for y, text in _thinned(labels, [TIGHT for _ in labels]):
            pen.text((self.left - 8, y + 4.5), text_metrics.cut(text, LONGEST, SIZE), "end")

    def _below(self, pen: Pen, labels: Sequence[tuple[float, str]]) -> None:
        short = [(x, text_metrics.cut(text, LONGEST / 2, SIZE)) for x, text in labels]
        for x, text in _thinned(short, [text_metrics.width(text, SIZE) + APART for _, text in short]):
            pen.line([(x, self.bottom), (x, self.bottom + 4)], QUIET)
            pen.text((x, self.bottom + LEADING), text, "middle")

    def _titles(self, pen: Pen) -> None:
        value = self.chart.series[0] if len(self.chart.series) == 1 else ""
        above, below = (self.chart.x, value) if self.lying else (value, self.chart.x)
        room = WIDTH - 2 * BESIDE
        pen.text((0, self.top - 15), text_metrics.cut(words.plain(above), room, SIZE), colour=QUIET)
        middle = (self.left + self.right) / 2
        pen.text(
            (middle, self.bottom + 2 * LEADING + 2), text_metrics.cut(words.plain(below), room / 1.5, SIZE), "middle", QUIET
        )


def framed(chart: Chart, along: Along, ticks: Sequence[Decimal], top: float) -> Frame:
    """The frame with room for its labels; `top` is where the legend ends."""
    lying = chart.kind in {"bars", "stacked"} and chart.table.column(chart.x).kind is Kind.TEXT
    kind = chart.table.column(chart.series[0]).kind
    beside = [text for _, text in along.labels] if lying else [shown(tick, kind) for tick in ticks]
    left = min(max(text_metrics.width(text, SIZE) for text in beside), LONGEST) + BELOW / 2
    top += BELOW
    return Frame(chart, along, ticks, lying, max(left, BESIDE), top, WIDTH - BESIDE, top + _height(chart, lying=lying))


def _height(chart: Chart, *, lying: bool) -> float:
    bars = len(chart.series) if chart.kind == "bars" else 1
    wanted = len(chart.table.rows) * (bars * BAR + BETWEEN)
    return min(max(wanted, SHORTEST), TALLEST) if lying else UPRIGHT


def _share(value: Decimal, low: Decimal, high: Decimal) -> float:
    return float(quotient(EXACT.subtract(value, low), EXACT.subtract(high, low)))


def _thinned(labels: Sequence[tuple[float, str]], rooms: Sequence[float]) -> Sequence[tuple[float, str]]:
    """All labels, or every second, third … so that none touches the next."""
    for step in range(1, len(labels)):
        kept = [*zip(labels, rooms, strict=True)][::step]
        if all(abs(b[0] - a[0]) >= (first + second) / 2 for (a, first), (b, second) in pairwise(kept)):
            return [label for label, _ in kept]
    return labels[:1]
