"""The sizes of a run: quick for a look, standard for the figures in the documentation, full for the largest organisations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds of interleaved measurements, seconds of each load on a server, and sizes of what is recorded beforehand.

    Benchmarks that are `left_out` run only by name. The retrospective covers a number of `units` with 10 objectives each.
    """

    name: str
    left_out: frozenset[str]
    rounds: int
    load_seconds: float
    append_rounds: int
    objectives: int
    misaligned_objectives: tuple[int, ...]
    grown_events: int
    audited_events: int
    units: int


QUICK = Scale(
    name="quick: few rounds and small sizes, for a look and not for conclusions",
    left_out=frozenset(
        {
            *("growth-postgres", "append-postgres", "read-postgres", "alignment-sqlite", "alignment-postgres"),
            *("retrospective-postgres", "prove-postgres"),
        }
    ),
    rounds=3,
    load_seconds=0.8,
    append_rounds=3,
    objectives=200,
    misaligned_objectives=(1_000,),
    grown_events=20_000,
    audited_events=50_000,
    units=10,
)
STANDARD = Scale(
    name="standard: figures for docs/performance.md",
    left_out=frozenset(),
    rounds=5,
    load_seconds=4.0,
    append_rounds=7,
    objectives=500,
    misaligned_objectives=(1_000, 10_000),
    grown_events=100_000,
    audited_events=300_000,
    units=100,
)
FULL = Scale(
    name="full: the largest, without a limit of time",
    left_out=frozenset(),
    rounds=5,
    load_seconds=10.0,
    append_rounds=15,
    objectives=1_000,
    misaligned_objectives=(1_000, 10_000),
    grown_events=1_000_000,
    audited_events=1_000_000,
    units=1_000,
)
