"""Ratios of the times of two implementations, which run in turns, so that a busy machine slows both alike."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from benchmarks.scale import Scale

TURNS = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio per round. `minimum` and `maximum` bound the median; null without a bound."""

    name: str
    ratios: Sequence[float]
    minimum: float | None = None
    maximum: float | None = None

    @property
    def median(self) -> float:
        return median(self.ratios)

    @property
    def verdict(self) -> str:
        if self.minimum is None and self.maximum is None:
            return "-"
        met = self.median >= self.minimum if self.minimum is not None else self.median <= (self.maximum or 0)
        return "met" if met else "missed"

    @property
    def bound(self) -> str:
        if self.minimum is not None:
            return f">= {self.minimum:.2f}"
        return "-" if self.maximum is None else f"<= {self.maximum:.2f}"


Benchmark = Callable[[Scale], Iterator[Figure]]
Prepare = Callable[[], Callable[[], object]]
"""Prepares a round, untimed, and returns the work of one turn."""


def throughput_ratios(ours: Prepare, baseline: Prepare, *, rounds: int) -> list[float]:
    """Return our throughput over the baseline's for each round of ten turns, after a warm-up round."""
    return [_ratio(ours(), baseline()) for _ in range(rounds + 1)][1:]


def _ratio(ours: Callable[[], object], baseline: Callable[[], object]) -> float:
    turns = [(_measure_seconds(ours), _measure_seconds(baseline)) for _ in range(TURNS)]
    return sum(seconds for _, seconds in turns) / sum(seconds for seconds, _ in turns)


def _measure_seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def duration_ratios(ours: Callable[[], object], baseline: Callable[[], object], *, rounds: int) -> list[float]:
    """Return our time over the baseline's for each round, after a warm-up round."""
    return [_measure_seconds(ours) / _measure_seconds(baseline) for _ in range(rounds + 1)][1:]
