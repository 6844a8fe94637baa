"""The map as SVG: one picture that stands alone, drawn from the layout, with everything in it also said in words."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from projections.okr_map import alt_text
from projections.okr_map.badges import badge_width
from projections.okr_map.icons import ARROWHEADS, HEALTH_ICONS, STATE_ICONS, arrowhead_transform
from projections.okr_map.layout import Layout, Panel, build_layout
from projections.okr_map.map_model import MapModel
from projections.okr_map.palette import STROKES
from projections.okr_map.primitives import Badge, Box, HealthIcon, LineSample, Mark, Rule, Text
from projections.okr_map.shared_segments import Bundle, Line
from projections.okr_map.stylesheet import STYLE
from projections.text import words
from projections.text.coordinates import format_number, svg_path


def render(answer: dict[str, Any]) -> str:
    """The picture of an alignment tree's graph."""
    contents = MapModel(answer)
    layout = build_layout(contents)
    picture = _create_svg(contents, layout)
    _draw_all(_add_scaled_group(picture, layout), layout.heading)
    for band in layout.bands:
        _draw_panel(_add_group(picture, hidden=True), band)
    for group in layout.groups:
        _draw_panel(_add_group(picture, hidden=True), group)
    for bundle in layout.bundles:
        _draw_bundle(_add_group(picture), contents, bundle)
    for card in layout.cards:
        _draw_panel(_add_card_group(picture, contents, card.key), card)
    _draw_all(_add_scaled_group(picture, layout), layout.legend)
    return tostring(picture, encoding="unicode") + "\n"


def _create_svg(contents: MapModel, layout: Layout) -> Element:
    wide, high = format_number(layout.width), format_number(layout.height)
    names = {"xmlns": "http://www.w3.org/2000/svg", "class": "okr-map", "lang": "en", "xml:lang": "en"}
    size = {"width": wide, "height": high, "viewBox": f"0 0 {wide} {high}"}
    role = {"role": "graphics-document document", "aria-roledescription": "OKR map"}
    told = {"aria-labelledby": "okr-map-title", "aria-describedby": "okr-map-words"}
    picture = Element("svg", names | size | role | told)
    SubElement(picture, "title", id="okr-map-title").text = f"OKR map of {contents.name}"
    SubElement(picture, "desc", id="okr-map-words").text = alt_text.describe_map(contents)
    SubElement(picture, "style").text = STYLE
    SubElement(picture, "rect", {"width": wide, "height": high, "fill": "#ffffff"})
    return picture


def _add_group(parent: Element, *, hidden: bool = False) -> Element:
    return SubElement(parent, "g", {"aria-hidden": "true"} if hidden else {})


def _add_scaled_group(parent: Element, layout: Layout) -> Element:
    return SubElement(parent, "g", {"aria-hidden": "true", "transform": f"scale({format_number(layout.scale)})"})


def _add_described_group(parent: Element, role: str, title: str, description: str = "") -> Element:
    group = SubElement(parent, "g", {"role": "graphics-symbol img", "aria-roledescription": role})
    SubElement(group, "title").text = title
    if description:
        SubElement(group, "desc").text = description
    return group


def _add_card_group(parent: Element, contents: MapModel, key: str) -> Element:
    if thing := contents.objectives.get(key):
        return _add_described_group(
            parent, "objective", words.display_title(thing), alt_text.describe_objective(contents, thing)
        )
    thing = contents.priorities[key]
    return _add_described_group(parent, "strategic priority", words.display_title(thing), alt_text.describe_priority(thing))


def _draw_panel(group: Element, placed: Panel) -> None:
    _draw(placed.box, group)
    _draw_all(group, placed.marks)


def _draw_all(group: Element, marks: Iterable[Mark]) -> None:
    for mark in marks:
        _draw(mark, group)


def _draw_bundle(group: Element, contents: MapModel, bundle: Bundle) -> None:
    """First a margin that parts it from the lines it crosses, then each line with its words, then the head."""
    if bundle.faded:
        group.set("class", "faded")
    shape, short = ARROWHEADS[STROKES[bundle.kind].head]
    ways = [svg_path(line.points, short=short if line.points[-1] == bundle.tip else 0) for line in bundle.lines]
    SubElement(group, "path", {"class": "halo", "d": "".join(ways), "aria-hidden": "true"})
    for line, way in zip(bundle.lines, ways, strict=True):
        _draw_line(_add_described_group(group, "link", alt_text.describe_link(contents, line.link)), bundle.kind, line, way)
    where = arrowhead_transform(bundle.before, bundle.tip)
    SubElement(group, "path", {"class": f"h h-{bundle.kind}", "d": shape, "transform": where, "aria-hidden": "true"})


def _draw_line(group: Element, kind: str, line: Line, way: str) -> None:
    SubElement(group, "path", {"class": f"l l-{kind}", "d": way})
    if line.badge:
        _draw_badge(line.badge, group, kind)


@singledispatch
def _draw(mark: Mark, _group: Element) -> None:
    raise TypeError(mark)


@_draw.register
def _(mark: Box, group: Element) -> None:
    size = {
        "x": format_number(mark.x),
        "y": format_number(mark.y),
        "width": format_number(mark.width),
        "height": format_number(mark.height),
    }
    SubElement(group, "rect", {"class": f"b-{mark.css_class}", **size, "rx": format_number(mark.radius)})


@_draw.register
def _(mark: Text, group: Element) -> None:
    looks = [f"t-{mark.type}", f"a-{mark.anchor}", "leftward" if mark.leftward else "", "struck" if mark.struck else ""]
    looks = [look for look in looks if look not in {"", "a-start"}]
    place = {"x": format_number(mark.x), "y": format_number(mark.y)}
    if mark.vertical_scale:
        place = {"transform": f"translate({place['x']} {place['y']}) rotate(-90) scale({mark.vertical_scale:.2f})"}
    SubElement(group, "text", {"class": " ".join(looks), **place}).text = mark.content


@_draw.register
def _(mark: HealthIcon, group: Element) -> None:
    shape, inner = HEALTH_ICONS[mark.health]
    where = f"translate({format_number(mark.x)} {format_number(mark.y)}) scale({mark.size / 18:.2f})"
    sign = SubElement(group, "g", {"transform": where})
    SubElement(sign, "path", {"class": f"s-{mark.health}", "d": shape})
    if inner:
        SubElement(sign, "path", {"class": "on", "d": inner})


@_draw.register
def _(mark: Rule, group: Element) -> None:
    SubElement(
        group, "path", {"class": "rule", "d": f"M{format_number(mark.x)} {format_number(mark.y)}h{format_number(mark.width)}"}
    )


@_draw.register
def _(mark: LineSample, group: Element) -> None:
    shape, short = ARROWHEADS[STROKES[mark.kind].head]
    start, tip = (mark.x, mark.y), (mark.x + 56, mark.y)
    SubElement(group, "path", {"class": f"l l-{mark.kind}", "d": svg_path([start, tip], short=short)})
    SubElement(group, "path", {"class": f"h h-{mark.kind}", "d": shape, "transform": arrowhead_transform(start, tip)})


@_draw.register
def _(mark: Badge, group: Element) -> None:
    _draw_badge(mark, group, "horizontal" if mark.state != "weight" else "vertical")


def _draw_badge(mark: Badge, group: Element, kind: str) -> None:
    wide = badge_width(mark.content)
    _draw(Box(mark.x - wide / 2, mark.y - 9, wide, 18, f"badge n-{kind}", 9), group)
    if mark.content:
        _draw(Text(mark.x, mark.y + 4, mark.content, "badge", wide, anchor="middle"), group)
    else:
        where = f"translate({format_number(mark.x)} {format_number(mark.y)})"
        SubElement(group, "path", {"class": "in", "d": STATE_ICONS[mark.state], "transform": where})
