"""Numerals: coordinates as text, the same on every machine."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
BEND = 8.0


def number(value: float) -> str:
    """One decimal, without a trailing zero and without a negative zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def path(points: Sequence[Point], *, short: float = 0) -> str:
    """A line through points with its corners bent, ending so much short of the last."""
    *_, before, tip = points
    stops = [*points[:-1], _toward(tip, before, short)]
    drawn = [f"M{_at(stops[0])}"]
    for (before, corner), (_, after) in pairwise(pairwise(stops)):
        room = min(BEND, _apart(before, corner) / 2, _apart(corner, after) / 2)
        drawn.append(f"L{_at(_toward(corner, before, room))}Q{_at(corner)} {_at(_toward(corner, after, room))}")
    return "".join([*drawn, f"L{_at(stops[-1])}"])


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _apart(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _toward(start: Point, end: Point, distance: float) -> Point:
    whole = _apart(start, end)
    share = min(1.0, distance / whole) if whole else 0.0
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
