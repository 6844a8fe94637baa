"""Packs lines on parallel tracks, and orders the tracks so that few lines cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
MAX_PASSES = 30
OVERLAP_PENALTY = 40  # overlapping lines are worse than many crossings


def pack_tracks(spans: Sequence[tuple[float, float, T]], *, apart: float = 0) -> list[list[T]]:
    """The items on the fewest tracks without overlapping spans (left-edge algorithm, Hashimoto and Stevens 1971)."""
    tracks, ends = list[list[T]](), list[float]()
    for first, last, item in sorted(spans, key=lambda span: span[0]):
        free = next((number for number, end in enumerate(ends) if end + apart < first), None)
        if free is None:
            tracks.append([])
            ends.append(last)
        else:
            ends[free] = last
        tracks[-1 if free is None else free].append(item)
    return tracks


@dataclass(frozen=True, slots=True)
class Run:
    """The horizontal run of a net in a channel, with the x of the lines that leave it upwards and downwards."""

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
    """The tracks from the top down; neighbours are swapped as long as that removes crossings."""
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
