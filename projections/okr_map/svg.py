"""The map as a self-contained SVG with alternative texts for all its parts."""

from collections.abc import Iterable
from functools import singledispatch
from xml.etree.ElementTree import Element, SubElement, tostring

from okr_events.json_types import JsonObject
from projections.okr_map import alt_text
from projections.okr_map.badges import badge_width
from projections.okr_map.icons import ARROWHEADS, HEALTH_ICONS, STATE_ICONS, arrowhead_transform
from projections.okr_map.layout import Layout, Panel, build_layout
from projections.okr_map.map_model import MapModel
from projections.okr_map.palette import STROKES
from projections.okr_map.primitives import Badge, Box, HealthIcon, LineSample, Mark, Rule, Text
from projections.okr_map.shared_segments import Bundle
from projections.okr_map.stylesheet import STYLE
from projections.text import labels
from projections.text.coordinates import format_number, svg_path


def render(graph: JsonObject) -> str:
    model = MapModel(graph)
    layout = build_layout(model)
    root = _create_svg(model, layout)
    _draw_all(_add_scaled_group(root, layout), layout.heading)
    for panel in (*layout.bands, *layout.groups):
        _draw_panel(SubElement(root, "g", {"aria-hidden": "true"}), panel)
    for bundle in layout.bundles:
        _draw_bundle(SubElement(root, "g"), model, bundle)
    for card in layout.cards:
        _draw_panel(_add_card_group(root, model, card.key), card)
    _draw_all(_add_scaled_group(root, layout), layout.legend)
    return tostring(root, encoding="unicode") + "\n"


def _create_svg(model: MapModel, layout: Layout) -> Element:
    width, height = format_number(layout.width), format_number(layout.height)
    names = {"xmlns": "http://www.w3.org/2000/svg", "class": "okr-map", "lang": "en", "xml:lang": "en"}
    size = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
    role = {"role": "graphics-document document", "aria-roledescription": "OKR map"}
    labels = {"aria-labelledby": "okr-map-title", "aria-describedby": "okr-map-description"}
    root = Element("svg", names | size | role | labels)
    SubElement(root, "title", id="okr-map-title").text = f"OKR map of {model.name}"
    SubElement(root, "desc", id="okr-map-description").text = alt_text.describe_map(model)
    SubElement(root, "style").text = STYLE
    SubElement(root, "rect", {"width": width, "height": height, "fill": "#ffffff"})
    return root


def _add_scaled_group(parent: Element, layout: Layout) -> Element:
    return SubElement(parent, "g", {"aria-hidden": "true", "transform": f"scale({format_number(layout.scale)})"})


def _add_described_group(parent: Element, role: str, title: str, description: str = "") -> Element:
    group = SubElement(parent, "g", {"role": "graphics-symbol img", "aria-roledescription": role})
    SubElement(group, "title").text = title
    if description:
        SubElement(group, "desc").text = description
    return group


def _add_card_group(parent: Element, model: MapModel, key: str) -> Element:
    if objective := model.objectives.get(key):
        description = alt_text.describe_objective(model, objective)
        return _add_described_group(parent, "objective", labels.display_title(objective), description)
    title, description = labels.display_title(model.priorities[key]), alt_text.describe_priority(model.priorities[key])
    return _add_described_group(parent, "strategic priority", title, description)


def _draw_panel(group: Element, panel: Panel) -> None:
    _draw(panel.box, group)
    _draw_all(group, panel.marks)


def _draw_all(group: Element, marks: Iterable[Mark]) -> None:
    for mark in marks:
        _draw(mark, group)


def _draw_bundle(group: Element, model: MapModel, bundle: Bundle) -> None:
    """Draw a halo that separates it from crossing lines, then each line with its description, then the arrowhead."""
    if bundle.faded:
        group.set("class", "faded")
    shape, short = ARROWHEADS[STROKES[bundle.kind].head]
    paths = [svg_path(line.points, short=short if line.points[-1] == bundle.tip else 0) for line in bundle.lines]
    SubElement(group, "path", {"class": "halo", "d": "".join(paths), "aria-hidden": "true"})
    for line, path in zip(bundle.lines, paths, strict=True):
        described = _add_described_group(group, "link", alt_text.describe_link(model, line.link))
        SubElement(described, "path", {"class": f"l l-{bundle.kind}", "d": path})
        if line.badge:
            _draw_badge(line.badge, described, bundle.kind)
    transform = arrowhead_transform(bundle.before, bundle.tip)
    SubElement(group, "path", {"class": f"h h-{bundle.kind}", "d": shape, "transform": transform, "aria-hidden": "true"})


@singledispatch
def _draw(mark: Mark, _group: Element) -> None:
    raise TypeError(mark)


@_draw.register
def _(mark: Box, group: Element) -> None:
    size = {"x": mark.x, "y": mark.y, "width": mark.width, "height": mark.height, "rx": mark.radius}
    attributes = {name: format_number(number) for name, number in size.items()}
    SubElement(group, "rect", {"class": f"b-{mark.css_class}", **attributes})


@_draw.register
def _(mark: Text, group: Element) -> None:
    classes = [f"t-{mark.type}", f"a-{mark.anchor}", "leftward" if mark.leftward else "", "struck" if mark.struck else ""]
    classes = [name for name in classes if name not in {"", "a-start"}]
    place = {"x": format_number(mark.x), "y": format_number(mark.y)}
    if mark.vertical_scale:
        place = {"transform": f"{_translate(mark)} rotate(-90) scale({mark.vertical_scale:.2f})"}
    SubElement(group, "text", {"class": " ".join(classes), **place}).text = mark.content


@_draw.register
def _(mark: HealthIcon, group: Element) -> None:
    shape, inner = HEALTH_ICONS[mark.health]
    transform = f"{_translate(mark)} scale({mark.size / 18:.2f})"
    icon = SubElement(group, "g", {"transform": transform})
    SubElement(icon, "path", {"class": f"s-{mark.health}", "d": shape})
    if inner:
        SubElement(icon, "path", {"class": "on", "d": inner})


@_draw.register
def _(mark: Rule, group: Element) -> None:
    path = f"M{format_number(mark.x)} {format_number(mark.y)}h{format_number(mark.width)}"
    SubElement(group, "path", {"class": "rule", "d": path})


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
    width = badge_width(mark.content)
    _draw(Box(mark.x - width / 2, mark.y - 9, width, 18, f"badge n-{kind}", 9), group)
    if mark.content:
        _draw(Text(mark.x, mark.y + 4, mark.content, "badge", width, anchor="middle"), group)
    else:
        SubElement(group, "path", {"class": "in", "d": STATE_ICONS[mark.state], "transform": _translate(mark)})


def _translate(mark: Mark) -> str:
    return f"translate({format_number(mark.x)} {format_number(mark.y)})"
