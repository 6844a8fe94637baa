"""Bundles of links that share segments: each shared segment is drawn once, so that dashes do not overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from projections.okr_map.map_model import Link
from projections.okr_map.primitives import Badge
from projections.text.coordinates import Point

Segment = tuple[Point, Point]
JOIN_OVERLAP = 9  # the length by which a line overlaps the one that it joins


@dataclass(frozen=True, slots=True)
class Line:
    """The part of a link that is drawn: the whole link, or the part before it joins another link of its bundle."""

    link: Link
    points: tuple[Point, ...]
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The lines of a net with their common arrowhead at `tip`, which points away from `before`."""

    kind: str
    faded: bool
    lines: tuple[Line, ...]
    tip: Point
    before: Point


def build_bundle(kind: str, paths: Iterable[tuple[Link, list[Point], Badge | None]], *, faded: bool) -> Bundle:
    """The longest path is drawn as a whole, the others up to their first shared segment."""
    longest_first = sorted(paths, key=lambda path: -_path_length(path[1]))
    drawn, lines = list[Segment](), list[Line]()
    for link, points, badge in longest_first:
        lines.append(Line(link, tuple(_unshared_points(points, drawn)), badge))
        drawn += pairwise(points)
    *_, before, tip = longest_first[0][1]
    return Bundle(kind, faded, tuple(lines), tip, before)


def _path_length(points: list[Point]) -> float:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(points))


def _unshared_points(points: list[Point], drawn: Sequence[Segment]) -> list[Point]:
    for index, (a, b) in enumerate(pairwise(points)):
        overlaps = [point for other in drawn if (point := _first_overlap(a, b, other))]
        if overlaps:
            return [*points[: index + 1], _extend_into(min(overlaps, key=lambda point: _path_length([a, point])), b)]
    return points


def _first_overlap(a: Point, b: Point, other: Segment) -> Point | None:
    """The first point of the segment from a to b that lies on a parallel segment; null if they do not overlap."""
    for along, across in ((0, 1), (1, 0)):
        if a[across] == b[across] == other[0][across] == other[1][across]:
            low, high = sorted((other[0][along], other[1][along]))
            first, last = max(min(a[along], b[along]), low), min(max(a[along], b[along]), high)
            if first < last:
                at = first if a[along] < b[along] else last
                return (at, a[across]) if along == 0 else (a[across], at)
    return None


def _extend_into(start: Point, end: Point) -> Point:
    """A point a little further along a segment, so that the rounded corner joins it."""
    return tuple(s + min(max(e - s, -JOIN_OVERLAP), JOIN_OVERLAP) for s, e in zip(start, end, strict=True))  # type: ignore[return-value]
