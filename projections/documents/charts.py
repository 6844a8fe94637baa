"""Charts as SVG with a title and an alternative text; the same chart always gives the same bytes."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from projections.documents.cell_format import format_title
from projections.documents.chart_svg import legend, series_marks
from projections.documents.chart_svg.alt_text import describe_chart
from projections.documents.chart_svg.axes import LINE_HEIGHT, WIDTH, build_axes
from projections.documents.chart_svg.category_axis import build_category_axis
from projections.documents.chart_svg.series_style import SeriesStyle, choose_style
from projections.documents.chart_svg.svg_builder import SvgBuilder
from projections.documents.chart_svg.value_range import Series, series_values, value_ticks
from projections.documents.document import Chart
from projections.okr_map.palette import MUTED, PAPER
from projections.text import labels
from projections.text.coordinates import format_number

DRAW_FUNCTIONS = {
    "line": series_marks.draw_lines,
    "bars": series_marks.draw_bars,
    "stacked": series_marks.draw_stacks,
    "scatter": series_marks.draw_points,
}
EMPTY_HEIGHT = 64.0


def render_chart(chart: Chart) -> str:
    """The chart as SVG, or a picture of its `empty` text if it has no numbers."""
    root = _svg_root(chart)
    values = series_values(chart)
    drawable = any(value is not None for series in values for value in series)
    height = _draw_chart(root, chart, values) if drawable else _draw_empty(root, chart)
    root.set("height", format_number(height))
    root.set("viewBox", f"0 0 {format_number(WIDTH)} {format_number(height)}")
    return tostring(root, encoding="unicode")


def _svg_root(chart: Chart) -> Element:
    title, description = f"{chart.id}.title", f"{chart.id}.description"
    attributes = {"xmlns": "http://www.w3.org/2000/svg", "width": format_number(WIDTH), "font-family": "sans-serif"}
    root = Element("svg", {**attributes, "role": "img", "aria-labelledby": title, "aria-describedby": description})
    SubElement(root, "title", id=title).text = format_title(chart.title)
    SubElement(root, "desc", id=description).text = describe_chart(chart)
    SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": PAPER})
    return root


def _draw_chart(root: Element, chart: Chart, values: Sequence[Series]) -> float:
    """Draw the legend, the axes and the series; returns the height."""
    svg = SvgBuilder(root)
    styles = [_style(svg, chart, index) for index in range(len(values))]
    entries = legend.layout_legend(chart, styles, WIDTH)
    axes = build_axes(chart, build_category_axis(chart), value_ticks(chart, values), legend.height(entries))
    legend.draw(svg, chart, entries)
    axes.draw(svg)
    DRAW_FUNCTIONS[chart.kind](svg, axes, values, styles)
    axes.draw_band_over_series(svg)
    if chart.kind == "bars" and axes.horizontal:
        series_marks.label_bars(svg, axes, values)
    return axes.bottom + 2 * LINE_HEIGHT + 10


def _style(svg: SvgBuilder, chart: Chart, index: int) -> tuple[SeriesStyle, str]:
    """The style of a series, and the fill of its areas."""
    style = choose_style(index, chart.meanings[index] if chart.meanings else None)
    areas = chart.kind in {"bars", "stacked"}
    return style, svg.hatch_fill(f"{chart.id}.fill{index}", style.colour, style.hatch) if areas else style.colour


def _draw_empty(root: Element, chart: Chart) -> float:
    text = "No numbers." if chart.table.rows else labels.single_line(chart.table.empty)
    SvgBuilder(root).text((WIDTH / 2, EMPTY_HEIGHT / 2 + 4.5), text, "middle", MUTED)
    return EMPTY_HEIGHT
