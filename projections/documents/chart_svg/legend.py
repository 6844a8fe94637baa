"""The legend of a chart: the style of each series, and the shaded band."""

from collections.abc import Sequence
from dataclasses import dataclass

from projections.documents.cell_format import format_cell
from projections.documents.chart_svg.series_style import BAND, SeriesStyle
from projections.documents.chart_svg.svg_builder import FONT_SIZE, SvgBuilder
from projections.documents.document import Chart
from projections.okr_map.palette import EDGE
from projections.text import labels, text_metrics

LINE_HEIGHT, SAMPLE, GAP, MAX_LABEL_WIDTH = 22.0, 34.0, 22.0, 300.0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    text: str
    style: SeriesStyle | None
    fill: str
    x: float
    y: float


def layout_legend(chart: Chart, styles: Sequence[tuple[SeriesStyle, str]], width: float) -> list[LegendEntry]:
    """The entries in lines of a width; a single series needs none."""
    labelled = [
        (text_metrics.truncate(labels.single_line(name), MAX_LABEL_WIDTH, FONT_SIZE), *style)
        for name, style in zip(chart.series, styles, strict=True)
    ]
    entries: list[tuple[str, SeriesStyle | None, str]] = [*labelled] if len(labelled) > 1 else []
    if chart.band:
        entries.append((f"{chart.band_name}: {' to '.join(format_cell(end) for end in chart.band)}", None, BAND))
    return _place_entries(entries, width)


def height(entries: Sequence[LegendEntry]) -> float:
    return entries[-1].y + LINE_HEIGHT if entries else 0


def draw(svg: SvgBuilder, chart: Chart, entries: Sequence[LegendEntry]) -> None:
    for entry in entries:
        middle = entry.y + LINE_HEIGHT / 2
        _draw_sample(svg, chart, entry, middle)
        svg.text((entry.x + SAMPLE + 6, middle + 4.5), entry.text)


def _draw_sample(svg: SvgBuilder, chart: Chart, entry: LegendEntry, middle: float) -> None:
    left, right = entry.x, entry.x + SAMPLE
    if entry.style is None or chart.kind in {"bars", "stacked"}:
        svg.box((left, middle - 7), (right, middle + 7), entry.fill, EDGE if entry.style is None else "none")
        return
    if chart.kind == "line":
        svg.line([(left, middle), (right, middle)], entry.style.colour, 2.2, entry.style.dashes)
    svg.marker(((left + right) / 2, middle), entry.style.marker, entry.style.colour)


def _place_entries(entries: Sequence[tuple[str, SeriesStyle | None, str]], width: float) -> list[LegendEntry]:
    x = y = 0.0
    placed = []
    for text, style, fill in entries:
        entry_width = SAMPLE + 6 + text_metrics.text_width(text, FONT_SIZE)
        if x and x + entry_width > width:
            x, y = 0.0, y + LINE_HEIGHT
        placed.append(LegendEntry(text, style, fill, x, y))
        x += entry_width + GAP
    return placed
