"""Formats coordinates and paths of SVG, the same on every machine."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
CORNER_RADIUS = 8.0


def format_number(value: float) -> str:
    """The value with at most one decimal; never `-0`."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def svg_path(points: Sequence[Point], *, short: float = 0) -> str:
    """A path through points with rounded corners, which ends at the distance `short` before the last point."""
    *_, before, tip = points
    stops = [*points[:-1], _move_toward(tip, before, short)]
    segments = [f"M{_format_point(stops[0])}"]
    for (before, corner), (_, after) in pairwise(pairwise(stops)):
        radius = min(CORNER_RADIUS, _manhattan_distance(before, corner) / 2, _manhattan_distance(corner, after) / 2)
        bend, end = _move_toward(corner, before, radius), _move_toward(corner, after, radius)
        segments.append(f"L{_format_point(bend)}Q{_format_point(corner)} {_format_point(end)}")
    return "".join([*segments, f"L{_format_point(stops[-1])}"])


def _format_point(point: Point) -> str:
    return f"{format_number(point[0])} {format_number(point[1])}"


def _manhattan_distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _move_toward(start: Point, end: Point, distance: float) -> Point:
    length = _manhattan_distance(start, end)
    share = min(1.0, distance / length) if length else 0.0
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
