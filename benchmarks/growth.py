"""Growth: a check-in over HTTP among many events and on a long stream, against few events and a new stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from api.operations.stores import Stores
from benchmarks import organisation
from benchmarks.check_ins import check_in_load
from benchmarks.load_driver import send
from benchmarks.ratios import Figure
from benchmarks.scale import Scale
from benchmarks.servers import Server, run_okr_events

FEW = 10_000
EVENTS_PER_OBJECTIVE = 58
"""The objective with its link, 4 key results, and 13 check-ins on each."""
OBJECTIVES, KEY_RESULTS = 8, 5
LONG = 190
LIMIT = 1.1
ROUNDS = 5
"""So few that the next snapshot, at 200 events, is not reached."""


@dataclass(frozen=True, slots=True)
class Goals:
    """Key results without check-ins, twice, and with so many that their streams are long."""

    new: list[UUID]
    other: list[UUID]
    long: list[UUID]


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    yield from _measure("SQLite", scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    yield from _measure("PostgreSQL", scale)


def _measure(engine: str, scale: Scale) -> Iterator[Figure]:
    many = scale.grown_events
    with (
        run_okr_events(engine, partial(_record, events=FEW)) as (small, few_goals),
        run_okr_events(engine, partial(_record, events=many)) as (large, many_goals),
    ):
        ratios = [_seconds(large, many_goals.new) / _seconds(small, few_goals.new) for _ in range(ROUNDS + 1)][1:]
        yield Figure(f"a check-in among {many:,} events, over {FEW:,}: {engine}", ratios, maximum=LIMIT)
        ratios = [_seconds(small, few_goals.long) / _seconds(small, few_goals.other) for _ in range(ROUNDS + 1)][1:]
        yield Figure(f"a check-in on a stream of {LONG} events, over a new one: {engine}", ratios, maximum=LIMIT)


def _record(stores: Stores, *, events: int) -> Goals:
    """Record about a number of events, then the key results to measure with."""
    within = organisation.record(stores.okrs, objectives=events // EVENTS_PER_OBJECTIVE)
    record = partial(organisation.record_key_results, stores.okrs, within, objectives=OBJECTIVES, each=KEY_RESULTS)
    return Goals(record("New"), record("Other"), record("Long", check_ins=LONG - 1))


def _seconds(server: Server, ids: Sequence[UUID]) -> float:
    """Return the median seconds of a check-in by one client, one on each key result."""
    return send(replace(check_in_load(server, ids), requests=len(ids))).median
