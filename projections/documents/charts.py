"""Charts as SVG: one picture each, titled and said in words, the same bytes every time."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from projections.documents.cell_format import format_title
from projections.documents.chart_svg import legend, series_marks
from projections.documents.chart_svg.alt_text import describe_chart
from projections.documents.chart_svg.axes import LINE_HEIGHT, WIDTH, build_axes
from projections.documents.chart_svg.category_axis import build_category_axis
from projections.documents.chart_svg.series_style import MUTED, PAPER, SeriesStyle, choose_style
from projections.documents.chart_svg.svg_builder import SvgBuilder
from projections.documents.chart_svg.value_range import Series, series_values, value_ticks
from projections.documents.document import Chart
from projections.text import words
from projections.text.coordinates import format_number

DRAW_FUNCTIONS = {
    "line": series_marks.draw_lines,
    "bars": series_marks.draw_bars,
    "stacked": series_marks.draw_stacks,
    "scatter": series_marks.draw_points,
}
EMPTY_HEIGHT = 64.0


def render_chart(chart: Chart) -> str:
    """The picture; where there is no number to draw it says so."""
    picture = _svg_root(chart)
    numbers = series_values(chart)
    drawable = any(each is not None for some in numbers for each in some)
    height = _draw_chart(picture, chart, numbers) if drawable else _draw_empty(picture, chart)
    picture.set("height", format_number(height))
    picture.set("viewBox", f"0 0 {format_number(WIDTH)} {format_number(height)}")
    return tostring(picture, encoding="unicode")


def _svg_root(chart: Chart) -> Element:
    title, said = f"{chart.id}.title", f"{chart.id}.words"
    shape = {"xmlns": "http://www.w3.org/2000/svg", "width": format_number(WIDTH), "font-family": "sans-serif"}
    picture = Element("svg", {**shape, "role": "img", "aria-labelledby": title, "aria-describedby": said})
    SubElement(picture, "title", id=title).text = format_title(chart.title)
    SubElement(picture, "desc", id=said).text = describe_chart(chart)
    SubElement(picture, "rect", {"width": "100%", "height": "100%", "fill": PAPER})
    return picture


def _draw_chart(picture: Element, chart: Chart, numbers: Sequence[Series]) -> float:
    pen = SvgBuilder(picture)
    styles = [_style(pen, chart, index) for index in range(len(numbers))]
    entries = legend.layout_legend(chart, styles, WIDTH)
    frame = build_axes(chart, build_category_axis(chart), value_ticks(chart, numbers), legend.height(entries))
    legend.draw(pen, chart, entries)
    frame.draw(pen)
    DRAW_FUNCTIONS[chart.kind](pen, frame, numbers, styles)
    frame.draw_band_edges(pen)
    return frame.bottom + 2 * LINE_HEIGHT + 10


def _style(pen: SvgBuilder, chart: Chart, index: int) -> tuple[SeriesStyle, str]:
    """A look, and what fills an area of it."""
    own = choose_style(index)
    areas = chart.kind in {"bars", "stacked"}
    return own, pen.hatch_fill(f"{chart.id}.fill{index}", own.colour, own.hatch) if areas else own.colour


def _draw_empty(picture: Element, chart: Chart) -> float:
    said = "No numbers." if chart.table.rows else words.single_line(chart.table.empty)
    SvgBuilder(picture).text((WIDTH / 2, EMPTY_HEIGHT / 2 + 4.5), said, "middle", MUTED)
    return EMPTY_HEIGHT
