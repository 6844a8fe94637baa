"""Builds the SVG elements of charts."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from projections.okr_map.palette import INK
from projections.text.coordinates import Point, format_number

FONT_SIZE = 13.0


class SvgBuilder:
    """Appends lines, boxes, markers and texts to an element."""

    def __init__(self, element: Element) -> None:
        self.element = element

    def line(self, points: Sequence[Point], colour: str, width: float = 1, dashes: str = "") -> None:
        path = "M" + "L".join(f"{format_number(x)} {format_number(y)}" for x, y in points)
        dashed = {"stroke-dasharray": dashes} if dashes else {}
        stroke = {"stroke": colour, "stroke-width": format_number(width), "stroke-linejoin": "round"}
        SubElement(self.element, "path", {"d": path, "fill": "none", **stroke, **dashed})

    def box(self, corner: Point, opposite: Point, fill: str, edge: str = "none", *, opacity: float = 1) -> None:
        (left, right), (top, bottom) = (sorted(ends) for ends in zip(corner, opposite, strict=True))
        place = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        attributes = {name: format_number(number) for name, number in place.items()}
        see_through = {"fill-opacity": f"{opacity:g}"} if opacity < 1 else {}
        SubElement(self.element, "rect", {**attributes, "fill": fill, "stroke": edge, **see_through})

    def marker(self, at: Point, shape: str, colour: str, scale: float = 1) -> None:
        transform = f"translate({format_number(at[0])} {format_number(at[1])})"
        transform += f" scale({format_number(scale)})" if scale > 1 else ""
        SubElement(self.element, "path", {"d": shape, "transform": transform, "fill": colour, "stroke": "#ffffff"})

    def text(self, at: Point, content: str, anchor: str = "start", colour: str = INK) -> None:
        if content:
            place = {"x": format_number(at[0]), "y": format_number(at[1]), "text-anchor": anchor, "fill": colour}
            SubElement(self.element, "text", {**place, "font-size": format_number(FONT_SIZE)}).text = content

    def hatch_fill(self, id: str, colour: str, hatch: str) -> str:
        """The colour, or a pattern of the colour with white lines."""
        if not hatch:
            return colour
        size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(self.element, "pattern", {"id": id, **size})
        SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": colour})
        SubElement(pattern, "path", {"d": hatch, "fill": "none", "stroke": "#ffffff", "stroke-width": "1.5"})
        return f"url(#{id})"
