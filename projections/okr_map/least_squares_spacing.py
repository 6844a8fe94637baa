"""Positions in a row without overlaps, as near to their wishes as possible by least squares."""

from collections.abc import Sequence
from itertools import accumulate


def space_apart(wishes: Sequence[float], widths: Sequence[float], *, room: float | None = None) -> list[float]:
    """The left ends of items of these widths in this order; with `room`, between 0 and `room`."""
    before = [0.0, *accumulate(widths)]
    starts = isotonic_regression([wish - used for wish, used in zip(wishes, before, strict=False)])
    if room is not None:
        starts = [min(max(start, 0), max(0, room - before[-1])) for start in starts]
    return [start + used for start, used in zip(starts, before, strict=False)]


def isotonic_regression(wishes: Sequence[float]) -> list[float]:
    """The rising sequence nearest to the wishes, by pooling adjacent violators at their mean."""
    pools: list[tuple[float, int]] = []
    for wish in wishes:
        mean, count = wish, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        pools.append((mean, count))
    return [mean for mean, count in pools for _ in range(count)]
