"""Charts as SVG: one picture each, titled and said in words, the same bytes every time."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from projections.documents.cell_format import told
from projections.documents.chart_svg import legend, series_marks
from projections.documents.chart_svg.alt_text import description
from projections.documents.chart_svg.axes import LEADING, WIDTH, framed
from projections.documents.chart_svg.category_axis import along
from projections.documents.chart_svg.series_style import PAPER, QUIET, Look, look
from projections.documents.chart_svg.svg_builder import Pen
from projections.documents.chart_svg.value_range import Series, reach, series
from projections.documents.document import Chart
from projections.text import words
from projections.text.coordinates import number

MARKS = {"line": series_marks.lines, "bars": series_marks.bars, "stacked": series_marks.stacks, "scatter": series_marks.points}
BARE = 64.0


def drawn(chart: Chart) -> str:
    """The picture; where there is no number to draw it says so."""
    picture = _picture(chart)
    numbers = series(chart)
    drawable = any(each is not None for some in numbers for each in some)
    height = _full(picture, chart, numbers) if drawable else _bare(picture, chart)
    picture.set("height", number(height))
    picture.set("viewBox", f"0 0 {number(WIDTH)} {number(height)}")
    return tostring(picture, encoding="unicode")


def _picture(chart: Chart) -> Element:
    title, said = f"{chart.id}.title", f"{chart.id}.words"
    shape = {"xmlns": "http://www.w3.org/2000/svg", "width": number(WIDTH), "font-family": "sans-serif"}
    picture = Element("svg", {**shape, "role": "img", "aria-labelledby": title, "aria-describedby": said})
    SubElement(picture, "title", id=title).text = told(chart.title)
    SubElement(picture, "desc", id=said).text = description(chart)
    SubElement(picture, "rect", {"width": "100%", "height": "100%", "fill": PAPER})
    return picture


def _full(picture: Element, chart: Chart, numbers: Sequence[Series]) -> float:
    pen = Pen(picture)
    styles = [_style(pen, chart, index) for index in range(len(numbers))]
    entries = legend.legend(chart, styles, WIDTH)
    frame = framed(chart, along(chart), reach(chart, numbers), legend.height(entries))
    legend.draw(pen, chart, entries)
    frame.draw(pen)
    MARKS[chart.kind](pen, frame, numbers, styles)
    frame.edge(pen)
    return frame.bottom + 2 * LEADING + 10


def _style(pen: Pen, chart: Chart, index: int) -> tuple[Look, str]:
    """A look, and what fills an area of it."""
    own = look(index)
    areas = chart.kind in {"bars", "stacked"}
    return own, pen.hatching(f"{chart.id}.fill{index}", own.colour, own.hatch) if areas else own.colour


def _bare(picture: Element, chart: Chart) -> float:
    said = "No numbers." if chart.table.rows else words.plain(chart.table.empty)
    Pen(picture).text((WIDTH / 2, BARE / 2 + 4.5), said, "middle", QUIET)
    return BARE
