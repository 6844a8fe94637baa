"""Growth: a check-in over HTTP among many events and on a long stream, against few events and a new stream."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from api.demo.client import Client
from api.operations.stores import Stores
from benchmarks import organisation
from benchmarks.check_ins import batch_load, check_in_load, create_key_results
from benchmarks.load_driver import TOKEN, send
from benchmarks.ratios import Figure
from benchmarks.reading import CATCH_UP_SECONDS
from benchmarks.scale import Scale
from benchmarks.servers import Server, run_okr_events

FEW = 10_000
EVENTS_PER_OBJECTIVE = 58
"""The objective with its link, 4 key results, and 13 check-ins on each."""
CATCH_UP_CHUNK = 5_000
OBJECTIVES, KEY_RESULTS = 8, 5
LONG, BATCH = 190, 500
"""The events of a long stream, and the most check-ins of a request."""
LIMIT = 1.1
ROUNDS = 5
"""So few that the next snapshot, at 200 events, is not reached."""


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    yield from _measure("SQLite", scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    yield from _measure("PostgreSQL", scale)


def _measure(engine: str, scale: Scale) -> Iterator[Figure]:
    many = scale.grown_events
    with (
        run_okr_events(engine, partial(_record, events=FEW)) as small,
        run_okr_events(engine, partial(_record, events=many)) as large,
    ):
        few_ids, many_ids, new, long = (
            create_key_results(Client(server.address, TOKEN), objectives=OBJECTIVES, each=KEY_RESULTS, cycle=cycle)
            for server, cycle in ((small, "Now"), (large, "Now"), (small, "New"), (small, "Long"))
        )
        _lengthen(small, long)
        events = [_seconds(large, many_ids) / _seconds(small, few_ids) for _ in range(ROUNDS + 1)][1:]
        yield Figure(f"a check-in among {many:,} events, over {FEW:,}: {engine}", events, maximum=LIMIT)
        streams = [_seconds(small, long) / _seconds(small, new) for _ in range(ROUNDS + 1)][1:]
        yield Figure(f"a check-in on a stream of {LONG} events, over a new one: {engine}", streams, maximum=LIMIT)


def _record(stores: Stores, *, events: int) -> None:
    """Record about a number of events, and build the views."""
    organisation.record(stores.okrs, objectives=events // EVENTS_PER_OBJECTIVE)
    stores.views.chunk = CATCH_UP_CHUNK
    stores.views.catch_up(CATCH_UP_SECONDS)


def _lengthen(server: Server, ids: Sequence[str]) -> None:
    filling = [id for id in ids for _ in range(LONG - 1)]
    for start in range(0, len(filling), BATCH):
        send(batch_load(server, filling[start : start + BATCH]))


def _seconds(server: Server, ids: Sequence[str]) -> float:
    """Return the median seconds of a check-in by one client, one on each key result."""
    return send(replace(check_in_load(server, ids), requests=len(ids))).median
