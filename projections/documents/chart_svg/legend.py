"""The legend: which look is which series, and what the shaded band is."""

from collections.abc import Sequence
from dataclasses import dataclass

from projections.documents.cell_format import shown
from projections.documents.chart_svg.series_style import BAND, EDGE, Look
from projections.documents.chart_svg.svg_builder import SIZE, Pen
from projections.documents.document import Chart
from projections.text import text_metrics, words

LINE, SAMPLE, GAP, LONGEST = 22.0, 34.0, 22.0, 300.0


@dataclass(frozen=True, slots=True)
class Entry:
    words: str
    look: Look | None
    fill: str
    x: float
    y: float


def legend(chart: Chart, looks: Sequence[tuple[Look, str]], width: float) -> list[Entry]:
    """What is in it, laid out in lines: one series alone needs no entry."""
    named = [
        (text_metrics.cut(words.plain(name), LONGEST, SIZE), *look) for name, look in zip(chart.series, looks, strict=True)
    ]
    entries: list[tuple[str, Look | None, str]] = [*named] if len(named) > 1 else []
    if chart.band:
        kind = chart.table.column(chart.series[0]).kind
        entries.append((f"Shaded: {' to '.join(shown(end, kind) for end in chart.band)}", None, BAND))
    return _placed(entries, width)


def height(entries: Sequence[Entry]) -> float:
    return entries[-1].y + LINE if entries else 0


def draw(pen: Pen, chart: Chart, entries: Sequence[Entry]) -> None:
    for entry in entries:
        middle = entry.y + LINE / 2
        _sample(pen, chart, entry, middle)
        pen.text((entry.x + SAMPLE + 6, middle + 4.5), entry.words)


def _sample(pen: Pen, chart: Chart, entry: Entry, middle: float) -> None:
    left, right = entry.x, entry.x + SAMPLE
    if entry.look is None or chart.kind in {"bars", "stacked"}:
        pen.box((left, middle - 7), (right, middle + 7), entry.fill, EDGE if entry.look is None else "none")
        return
    if chart.kind == "line":
        pen.line([(left, middle), (right, middle)], entry.look.colour, 2.2, entry.look.dashes)
    pen.marker(((left + right) / 2, middle), entry.look.marker, entry.look.colour)


def _placed(entries: Sequence[tuple[str, Look | None, str]], width: float) -> list[Entry]:
    x = y = 0.0
    placed = []
    for text, look, fill in entries:
        wide = SAMPLE + 6 + text_metrics.width(text, SIZE)
        if x and x + wide > width:
            x, y = 0.0, y + LINE
        placed.append(Entry(text, look, fill, x, y))
        x += wide + GAP
    return placed
