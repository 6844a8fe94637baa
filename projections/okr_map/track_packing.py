"""Tracks: lines that run side by side, each on the first track that is free, in the order that crosses least."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
MAX_PASSES = 30
OVERLAP_PENALTY = 40  # two lines upon each other are worse than many crossings


def pack_tracks(spans: Sequence[tuple[float, float, T]], *, apart: float = 0) -> list[list[T]]:
    """The things on as few tracks as hold their spans apart (the left-edge rule of Hashimoto and Stevens 1971)."""
    tracks, ends = list[list[T]](), list[float]()
    for first, last, thing in sorted(spans, key=lambda span: span[0]):
        free = next((number for number, end in enumerate(ends) if end + apart < first), None)
        if free is None:
            tracks.append([])
            ends.append(last)
        else:
            ends[free] = last
        tracks[-1 if free is None else free].append(thing)
    return tracks


@dataclass(frozen=True, slots=True)
class Run:
    """What a net does in a channel: from the left to the right, with lines that leave it upwards and downwards."""

    net: int
    ups: tuple[float, ...]
    downs: tuple[float, ...]

    @property
    def left(self) -> float:
        return min(self.ups + self.downs)

    @property
    def right(self) -> float:
        return max(self.ups + self.downs)

    @property
    def is_straight(self) -> bool:
        return self.left == self.right


def order_tracks(runs: Sequence[Run], *, apart: float) -> list[list[Run]]:
    """Tracks from the top down; neighbours change places while that spares crossings."""
    tracks = pack_tracks([(run.left, run.right, run) for run in runs], apart=apart)
    for _ in range(MAX_PASSES):
        swaps = [above for above, _ in pairwise(range(len(tracks))) if _swap_if_better(tracks, above)]
        if not swaps:
            break
    return tracks


def _swap_if_better(tracks: list[list[Run]], above: int) -> bool:
    upper, lower = tracks[above], tracks[above + 1]
    if _count_crossings(lower, upper) >= _count_crossings(upper, lower):
        return False
    tracks[above], tracks[above + 1] = lower, upper
    return True


def _count_crossings(upper: list[Run], lower: list[Run]) -> int:
    return sum(_count_pair_crossings(above, below) for above in upper for below in lower)


def _count_pair_crossings(above: Run, below: Run) -> int:
    crossed = sum(below.left <= x <= below.right for x in above.downs)
    crossed += sum(above.left <= x <= above.right for x in below.ups)
    return crossed + OVERLAP_PENALTY * len(set(above.downs) & set(below.ups))
