"""HTTP benchmarks of one client: the tree of 50 key results, new and unchanged, and a batch of 500 check-ins."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from statistics import median
from urllib.request import Request, urlopen
from uuid import UUID

from api.operations.stores import Stores
from benchmarks import organisation
from benchmarks.check_ins import batch_load, check_in_load
from benchmarks.load_driver import TOKEN, Load, run, send
from benchmarks.ratios import Figure
from benchmarks.scale import Scale
from benchmarks.servers import Server, run_okr_events

TREE = "Tree"
"""The cycle of the tree."""
REPEATS, SINGLES = 40, 40
MILLISECONDS = 1_000
Seconds = Callable[[], float]


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    yield from _measure("SQLite", scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    yield from _measure("PostgreSQL", scale)


def _measure(engine: str, scale: Scale) -> Iterator[Figure]:
    with run_okr_events(engine, _record) as (server, (ids, others)):
        tree = f"/v1/alignment-tree?cycle={TREE}"
        measured: dict[str, Seconds] = {
            "no-op": lambda: send(Load(server.port, ["/health/live"], requests=REPEATS)).median,
            "tree": lambda: send(Load(server.port, [tree], requests=REPEATS)).median,
            "304": lambda: _unchanged_seconds(server, tree),
            "tree after": lambda: _changed_seconds(server, tree, ids),
        }
        rounds = [{name: seconds() for name, seconds in measured.items()} for _ in range(scale.rounds + 1)][1:]
        yield Figure(f"  no-op, ms: {engine}", [one["no-op"] * MILLISECONDS for one in rounds])
        for name, label in (
            ("304", "the tree of 50 key results, unchanged (304)"),
            ("tree", "the tree of 50 key results, read again"),
            ("tree after", "the tree of 50 key results, after a check-in"),
        ):
            yield Figure(f"{label}, of no-op: {engine}", [one["no-op"] / one[name] for one in rounds])
            yield Figure(f"  {label}, ms: {engine}", [one[name] * MILLISECONDS for one in rounds])
        ratios = [_single_seconds(server, others) / _batch_seconds(server, others) for _ in range(scale.rounds)]
        yield Figure(f"check-ins in a batch of {len(others)}, of single ones: {engine}", ratios)


def _record(stores: Stores) -> tuple[list[UUID], list[UUID]]:
    """Record the key results of the tree, and those of a batch."""
    record, within = partial(organisation.record_key_results, stores.okrs), organisation.record(stores.okrs, objectives=0)
    return record(within, TREE, objectives=10, each=5), record(within, "Batch", objectives=100, each=5)


def _unchanged_seconds(server: Server, path: str) -> float:
    request = Request(server.address + path, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310 - loopback
    with urlopen(request) as response:  # noqa: S310
        tag = response.headers["ETag"]
    load = Load(server.port, [path], headers={"If-None-Match": tag}, status=HTTPStatus.NOT_MODIFIED, requests=REPEATS)
    return send(load).median


def _changed_seconds(server: Server, path: str, ids: list[UUID]) -> float:
    """Return the median latency of the tree right after a check-in."""
    check_in, read = replace(check_in_load(server, ids), requests=1), Load(server.port, [path], requests=1)
    latencies = []
    for _ in range(REPEATS // 4):
        run(check_in)
        latencies.append(run(read).median)
    return median(latencies)


def _single_seconds(server: Server, ids: list[UUID]) -> float:
    return send(replace(check_in_load(server, ids), requests=SINGLES)).seconds / SINGLES


def _batch_seconds(server: Server, ids: list[UUID]) -> float:
    """Return the seconds of each check-in in a batch on all key results."""
    return send(batch_load(server, ids)).median / len(ids)
