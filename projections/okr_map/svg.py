"""The map as SVG: one picture that stands alone, drawn from the layout, with everything in it also said in words."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from projections.okr_map import alt_text
from projections.okr_map.badges import sized
from projections.okr_map.icons import HEADS, HEALTH, STATES, turned
from projections.okr_map.layout import Layout, Placed, laid_out
from projections.okr_map.map_model import Contents
from projections.okr_map.palette import STROKES
from projections.okr_map.primitives import Badge, Box, Mark, Rule, Sample, Sign, Text
from projections.okr_map.shared_segments import Bundle, Line
from projections.okr_map.stylesheet import STYLE
from projections.text import words
from projections.text.coordinates import number, path


def drawn(answer: dict[str, Any]) -> str:
    """The picture of an alignment tree's graph."""
    contents = Contents(answer)
    layout = laid_out(contents)
    picture = _picture(contents, layout)
    _all(_scaled(picture, layout), layout.heading)
    for band in layout.bands:
        _placed(_group(picture, hidden=True), band)
    for group in layout.groups:
        _placed(_group(picture, hidden=True), group)
    for bundle in layout.bundles:
        _bundle(_group(picture), contents, bundle)
    for card in layout.cards:
        _placed(_card(picture, contents, card.key), card)
    _all(_scaled(picture, layout), layout.legend)
    return tostring(picture, encoding="unicode") + "\n"


def _picture(contents: Contents, layout: Layout) -> Element:
    wide, high = number(layout.width), number(layout.height)
    names = {"xmlns": "http://www.w3.org/2000/svg", "class": "okr-map", "lang": "en", "xml:lang": "en"}
    size = {"width": wide, "height": high, "viewBox": f"0 0 {wide} {high}"}
    role = {"role": "graphics-document document", "aria-roledescription": "OKR map"}
    told = {"aria-labelledby": "okr-map-title", "aria-describedby": "okr-map-words"}
    picture = Element("svg", names | size | role | told)
    SubElement(picture, "title", id="okr-map-title").text = f"OKR map of {contents.name}"
    SubElement(picture, "desc", id="okr-map-words").text = alt_text.whole(contents)
    SubElement(picture, "style").text = STYLE
    SubElement(picture, "rect", {"width": wide, "height": high, "fill": "#ffffff"})
    return picture


def _group(parent: Element, *, hidden: bool = False) -> Element:
    return SubElement(parent, "g", {"aria-hidden": "true"} if hidden else {})


def _scaled(parent: Element, layout: Layout) -> Element:
    return SubElement(parent, "g", {"aria-hidden": "true", "transform": f"scale({number(layout.scale)})"})


def _told(parent: Element, role: str, title: str, description: str = "") -> Element:
    group = SubElement(parent, "g", {"role": "graphics-symbol img", "aria-roledescription": role})
    SubElement(group, "title").text = title
    if description:
        SubElement(group, "desc").text = description
    return group


def _card(parent: Element, contents: Contents, key: str) -> Element:
    if thing := contents.objectives.get(key):
        return _told(parent, "objective", words.titled(thing), alt_text.objective(contents, thing))
    thing = contents.priorities[key]
    return _told(parent, "strategic priority", words.titled(thing), alt_text.priority(thing))


def _placed(group: Element, placed: Placed) -> None:
    _draw(placed.box, group)
    _all(group, placed.marks)


def _all(group: Element, marks: Iterable[Mark]) -> None:
    for mark in marks:
        _draw(mark, group)


def _bundle(group: Element, contents: Contents, bundle: Bundle) -> None:
    """First a margin that parts it from the lines it crosses, then each line with its words, then the head."""
    if bundle.faded:
        group.set("class", "faded")
    shape, short = HEADS[STROKES[bundle.kind].head]
    ways = [path(line.points, short=short if line.points[-1] == bundle.tip else 0) for line in bundle.lines]
    SubElement(group, "path", {"class": "halo", "d": "".join(ways), "aria-hidden": "true"})
    for line, way in zip(bundle.lines, ways, strict=True):
        _line(_told(group, "link", alt_text.link(contents, line.link)), bundle.kind, line, way)
    where = turned(bundle.before, bundle.tip)
    SubElement(group, "path", {"class": f"h h-{bundle.kind}", "d": shape, "transform": where, "aria-hidden": "true"})


def _line(group: Element, kind: str, line: Line, way: str) -> None:
    SubElement(group, "path", {"class": f"l l-{kind}", "d": way})
    if line.badge:
        _badge(line.badge, group, kind)


@singledispatch
def _draw(mark: Mark, _group: Element) -> None:
    raise TypeError(mark)


@_draw.register
def _(mark: Box, group: Element) -> None:
    size = {"x": number(mark.x), "y": number(mark.y), "width": number(mark.width), "height": number(mark.height)}
    SubElement(group, "rect", {"class": f"b-{mark.look}", **size, "rx": number(mark.radius)})


@_draw.register
def _(mark: Text, group: Element) -> None:
    looks = [f"t-{mark.type}", f"a-{mark.anchor}", "leftward" if mark.leftward else "", "struck" if mark.struck else ""]
    looks = [look for look in looks if look not in {"", "a-start"}]
    place = {"x": number(mark.x), "y": number(mark.y)}
    if mark.turned:
        place = {"transform": f"translate({place['x']} {place['y']}) rotate(-90) scale({mark.turned:.2f})"}
    SubElement(group, "text", {"class": " ".join(looks), **place}).text = mark.words


@_draw.register
def _(mark: Sign, group: Element) -> None:
    shape, inner = HEALTH[mark.health]
    where = f"translate({number(mark.x)} {number(mark.y)}) scale({mark.size / 18:.2f})"
    sign = SubElement(group, "g", {"transform": where})
    SubElement(sign, "path", {"class": f"s-{mark.health}", "d": shape})
    if inner:
        SubElement(sign, "path", {"class": "on", "d": inner})


@_draw.register
def _(mark: Rule, group: Element) -> None:
    SubElement(group, "path", {"class": "rule", "d": f"M{number(mark.x)} {number(mark.y)}h{number(mark.width)}"})


@_draw.register
def _(mark: Sample, group: Element) -> None:
    shape, short = HEADS[STROKES[mark.kind].head]
    start, tip = (mark.x, mark.y), (mark.x + 56, mark.y)
    SubElement(group, "path", {"class": f"l l-{mark.kind}", "d": path([start, tip], short=short)})
    SubElement(group, "path", {"class": f"h h-{mark.kind}", "d": shape, "transform": turned(start, tip)})


@_draw.register
def _(mark: Badge, group: Element) -> None:
    _badge(mark, group, "horizontal" if mark.state != "weight" else "vertical")


def _badge(mark: Badge, group: Element, kind: str) -> None:
    wide = sized(mark.words)
    _draw(Box(mark.x - wide / 2, mark.y - 9, wide, 18, f"badge n-{kind}", 9), group)
    if mark.words:
        _draw(Text(mark.x, mark.y + 4, mark.words, "badge", wide, anchor="middle"), group)
    else:
        where = f"translate({number(mark.x)} {number(mark.y)})"
        SubElement(group, "path", {"class": "in", "d": STATES[mark.state], "transform": where})
