"""The pen: the few marks that charts are made of, as SVG elements."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from projections.documents.chart_svg.series_style import INK
from projections.text.coordinates import Point, format_number

FONT_SIZE = 13.0


class SvgBuilder:
    """Draws into one element."""

    def __init__(self, paper: Element) -> None:
        self.element = paper

    def line(self, points: Sequence[Point], colour: str, width: float = 1, dashes: str = "") -> None:
        way = "M" + "L".join(f"{format_number(x)} {format_number(y)}" for x, y in points)
        dashed = {"stroke-dasharray": dashes} if dashes else {}
        stroke = {"stroke": colour, "stroke-width": format_number(width), "stroke-linejoin": "round"}
        SubElement(self.element, "path", {"d": way, "fill": "none", **stroke, **dashed})

    def box(self, corner: Point, opposite: Point, fill: str, edge: str = "none") -> None:
        (left, top), (right, bottom) = (
            map(min, zip(corner, opposite, strict=True)),
            map(max, zip(corner, opposite, strict=True)),
        )
        place = {
            "x": format_number(left),
            "y": format_number(top),
            "width": format_number(right - left),
            "height": format_number(bottom - top),
        }
        SubElement(self.element, "rect", {**place, "fill": fill, "stroke": edge})

    def marker(self, at: Point, shape: str, colour: str) -> None:
        where = f"translate({format_number(at[0])} {format_number(at[1])})"
        SubElement(self.element, "path", {"d": shape, "transform": where, "fill": colour, "stroke": "#ffffff"})

    def text(self, at: Point, words: str, anchor: str = "start", colour: str = INK) -> None:
        if words:
            place = {"x": format_number(at[0]), "y": format_number(at[1]), "text-anchor": anchor, "fill": colour}
            SubElement(self.element, "text", {**place, "font-size": format_number(FONT_SIZE)}).text = words

    def hatch_fill(self, id: str, colour: str, hatch: str) -> str:
        """A fill of a colour under white lines."""
        if not hatch:
            return colour
        size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(self.element, "pattern", {"id": id, **size})
        SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": colour})
        SubElement(pattern, "path", {"d": hatch, "fill": "none", "stroke": "#ffffff", "stroke-width": "1.5"})
        return f"url(#{id})"
