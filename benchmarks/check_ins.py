"""Check-ins over HTTP against the plain application: 32 clients and one, their processor time and slowest responses."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID

from api.operations.stores import Stores
from benchmarks import organisation, plain_application
from benchmarks.load_driver import TOKEN, Load, Outcome, send
from benchmarks.ratios import Figure
from benchmarks.scale import Scale
from benchmarks.servers import Server, run_okr_events, run_plain

CLIENTS = 32
OBJECTIVES, KEY_RESULTS = 32, 5
ALONE = 0.4
"""The seconds of one client, of those of all clients."""
THROUGHPUT_MINIMUM, P99_LIMIT, ALONE_MINIMUM = 1.2, 1.0, 0.9
CHECK_IN = {"value": 41.5, "confidence": 0.7, "note": "Two more customers moved over; the importer still needs a hand."}
RECORDED = "recorded_at"
"""The field of a whole response; without the views only id and version are answered."""
MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Round:
    """Outcomes of all clients at once and of one, and processor seconds of the server and its database for all clients."""

    crowd: Outcome
    alone: Outcome
    server_seconds: float
    database_seconds: float

    @property
    def server_cost(self) -> float:
        """Processor milliseconds per check-in."""
        return self.server_seconds * MILLISECONDS / len(self.crowd.latencies)

    @property
    def database_cost(self) -> float:
        return self.database_seconds * MILLISECONDS / len(self.crowd.latencies)


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    yield from _measure("SQLite", scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    yield from _measure("PostgreSQL", scale)


def check_in_load(server: Server, ids: Sequence[UUID], *, prefix: str = "/v1") -> Load:
    """Check-ins of one client on key results in turns."""
    paths = [f"{prefix}/key-results/{id}/check-ins" for id in ids]
    return Load(server.port, paths, json.dumps(CHECK_IN), status=HTTPStatus.CREATED, part=RECORDED)


def batch_load(server: Server, ids: Sequence[UUID]) -> Load:
    """One request with a check-in on each key result."""
    body = json.dumps({"check_ins": [{"key_result_id": str(id), **CHECK_IN} for id in ids]})
    return Load(server.port, ["/v1/check-ins/batch"], body, status=HTTPStatus.CREATED, part=RECORDED, requests=1)


def _measure(engine: str, scale: Scale) -> Iterator[Figure]:
    with run_okr_events(engine, _record) as (ours, ids), run_plain(engine) as (plain, url):
        plain_ids = plain_application.prepare(url, TOKEN, count=len(ids))
        loads = check_in_load(ours, ids), check_in_load(plain, plain_ids, prefix="")
        seconds = scale.load_seconds
        pairs = [(_run(ours, loads[0], seconds), _run(plain, loads[1], seconds)) for _ in range(scale.rounds + 1)]
        _check_recorded(url, [baseline for _, baseline in pairs])
    yield from _figures(engine, pairs[1:])


def _record(stores: Stores) -> list[UUID]:
    within = organisation.record(stores.okrs, objectives=0)
    return organisation.record_key_results(stores.okrs, within, "Now", objectives=OBJECTIVES, each=KEY_RESULTS)


def _run(server: Server, load: Load, seconds: float) -> Round:
    before = server.cpu_seconds(), server.database_cpu_seconds()
    crowd = send(replace(load, connections=CLIENTS, seconds=seconds))
    after = server.cpu_seconds(), server.database_cpu_seconds()
    alone = send(replace(load, seconds=ALONE * seconds))
    return Round(crowd, alone, after[0] - before[0], after[1] - before[1])


def _check_recorded(url: str, rounds: Sequence[Round]) -> None:
    """Check that the plain application has stored every check-in and refused none, for a fair comparison."""
    outcomes = [outcome for one in rounds for outcome in (one.crowd, one.alone)]
    count = sum(len(outcome.latencies) for outcome in outcomes)
    if plain_application.count_check_ins(url) != count or any(outcome.failures for outcome in outcomes):
        raise RuntimeError("the plain application lost check-ins")


def _figures(engine: str, pairs: Sequence[tuple[Round, Round]]) -> Iterator[Figure]:
    ours, plain = [first for first, _ in pairs], [second for _, second in pairs]

    def compare(measured: Callable[[Round], float]) -> list[float]:
        return [measured(first) / measured(second) for first, second in pairs]

    rates = compare(lambda one: one.crowd.rate)
    yield Figure(f"check-ins, {CLIENTS} clients, of the plain application: {engine}", rates, THROUGHPUT_MINIMUM)
    yield Figure(f"check-ins, one client, of plain: {engine}", compare(lambda one: one.alone.rate), ALONE_MINIMUM)
    tails = compare(lambda one: one.crowd.p99)
    yield Figure(f"99th percentile, {CLIENTS} clients, of plain: {engine}", tails, maximum=P99_LIMIT)
    refused = [one.crowd.failures / (one.crowd.failures + len(one.crowd.latencies)) for one in ours]
    yield Figure(f"check-ins refused or answered in part, of all: {engine}", refused, maximum=0.0)
    costs = compare(lambda one: one.server_cost + one.database_cost)
    yield Figure(f"processor time of a check-in, of plain: {engine}", costs)
    for name, rounds in (("okr-events", ours), ("plain", plain)):
        yield Figure(f"  check-ins per second, {CLIENTS} clients, {name}: {engine}", [one.crowd.rate for one in rounds])
        yield Figure(f"  check-ins per second, one client, {name}: {engine}", [one.alone.rate for one in rounds])
        yield Figure(f"  99th percentile in ms, {name}: {engine}", [one.crowd.p99 * MILLISECONDS for one in rounds])
        yield Figure(f"  processor ms of a check-in, server, {name}: {engine}", [one.server_cost for one in rounds])
        if engine == "PostgreSQL":
            yield Figure(f"  processor ms of a check-in, database, {name}: {engine}", [one.database_cost for one in rounds])
