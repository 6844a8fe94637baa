"""Bundles: what of each link is drawn, so that a line shared by several is drawn once and its dashes stay whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from projections.okr_map.map_model import Link
from projections.okr_map.primitives import Badge

Point = tuple[float, float]
Segment = tuple[Point, Point]
JOIN_OVERLAP = 9  # how far a line bends into the one that it joins


@dataclass(frozen=True, slots=True)
class Line:
    """The part of a link that is drawn: all of it, or up to where it joins another of its bundle."""

    link: Link
    points: tuple[Point, ...]
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The lines of a net, and its end: one head, and the point from which it comes."""

    kind: str
    faded: bool
    lines: tuple[Line, ...]
    tip: Point
    before: Point


def build_bundle(kind: str, ways: Iterable[tuple[Link, list[Point], Badge | None]], *, faded: bool) -> Bundle:
    """The longest way is drawn whole, the others as far as they are alone."""
    in_turn = sorted(ways, key=lambda way: -_path_length(way[1]))
    drawn, lines = list[Segment](), list[Line]()
    for link, points, badge in in_turn:
        lines.append(Line(link, tuple(_unshared_points(points, drawn)), badge))
        drawn += pairwise(points)
    *_, before, tip = in_turn[0][1]
    return Bundle(kind, faded, tuple(lines), tip, before)


def _path_length(points: list[Point]) -> float:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(points))


def _unshared_points(points: list[Point], drawn: Sequence[Segment]) -> list[Point]:
    for index, (a, b) in enumerate(pairwise(points)):
        met = [point for other in drawn if (point := _first_overlap(a, b, other))]
        if met:
            return [*points[: index + 1], _extend_into(min(met, key=lambda point: _path_length([a, point])), b)]
    return points


def _first_overlap(a: Point, b: Point, other: Segment) -> Point | None:
    """Where the way from a to b first lies on another segment of the same direction."""
    for along, across in ((0, 1), (1, 0)):
        if a[across] == b[across] == other[0][across] == other[1][across]:
            low, high = sorted((other[0][along], other[1][along]))
            first, last = max(min(a[along], b[along]), low), min(max(a[along], b[along]), high)
            if first < last:
                at = first if a[along] < b[along] else last
                return (at, a[across]) if along == 0 else (a[across], at)
    return None


def _extend_into(start: Point, end: Point) -> Point:
    """A little further in the direction of a segment, so that a corner can bend into it."""
    return tuple(s + min(max(e - s, -JOIN_OVERLAP), JOIN_OVERLAP) for s, e in zip(start, end, strict=True))  # type: ignore[return-value]
