"""Read benchmarks: views that catch up, and the tree of objectives with 4 key results and 52 check-ins each."""

import json
from collections.abc import Iterator, Sequence
from time import perf_counter

import orjson
from sqlalchemy import Connection

from benchmarks import organisation
from benchmarks.append import OpenViews, postgres_application, sqlite_application
from benchmarks.ratios import Figure, duration_ratios
from benchmarks.scale import Scale
from okr_events.commands.application import OKRApplication
from okr_events.json_types import JsonObject
from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from projections.projector import Projector
from projections.queries.alignment_tree import AlignmentTree, TreeFilter

CATCH_UP_MINIMUM, PAST_LIMIT, TREE_LIMIT = 15.0, 2.0, 4.0
CATCH_UP_SECONDS = 3_600.0
BATCHES, SINGLES = 4, 200
TREE_ROUNDS = 15
TABLES = ("objectives", "key_results", "standings", "alignments")


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    with sqlite_application() as (okrs, open_views):
        yield from _measure("SQLite", okrs, open_views, scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    with postgres_application() as (okrs, open_views):
        yield from _measure("PostgreSQL", okrs, open_views, scale)


def _measure(engine: str, okrs: OKRApplication, open_views: OpenViews, scale: Scale) -> Iterator[Figure]:
    recorded = organisation.record(okrs, objectives=scale.objectives)
    ratios = _catch_up_ratios(okrs, open_views, scale.rounds)
    yield Figure(f"catch up, against an event a transaction: {engine}", ratios, CATCH_UP_MINIMUM)
    views = Projector(open_views("views"), okrs.log_recorder, okrs.mapper)
    views.catch_up(CATCH_UP_SECONDS)
    cycle = str(recorded.cycle_id)

    def now() -> bytes:
        return _encode_tree(okrs, views, cycle, None)

    def past() -> bytes:
        return _encode_tree(okrs, views, cycle, f"position:{recorded.middle_position}")

    def plain() -> str:
        with views.connect() as connection:
            return encode_rows(connection, TABLES, okrs.log_recorder.head().position)

    yield Figure(
        f"the tree of a past position, against now: {engine}",
        duration_ratios(past, now, rounds=TREE_ROUNDS),
        maximum=PAST_LIMIT,
    )
    yield Figure(
        f"the tree, against the same rows by SQL and json: {engine}",
        duration_ratios(now, plain, rounds=TREE_ROUNDS),
        maximum=TREE_LIMIT,
    )
    views.engine.dispose()


def _catch_up_ratios(okrs: OKRApplication, open_views: OpenViews, rounds: int) -> list[float]:
    """Return events per second with 500 per transaction, over those with one, from the same position."""
    ratios = []
    for number in range(rounds):
        rates = []
        for name, chunk, count in (("batches", 500, BATCHES), ("singles", 1, SINGLES)):
            engine = open_views(f"{name}_{number}")
            Projector(engine, okrs.log_recorder, okrs.mapper).process_batches(12)
            views = Projector(engine, okrs.log_recorder, okrs.mapper, chunk=chunk)
            started = perf_counter()
            views.process_batches(count)
            rates.append(count * chunk / (perf_counter() - started))
            engine.dispose()
        ratios.append(rates[0] / rates[1])
    return ratios


def _encode_tree(okrs: OKRApplication, views: Projector, cycle: str, as_of: str | None) -> bytes:
    head = views.catch_up()
    at = moment.parse(as_of, None, log=okrs.log_recorder, head=head, zone=okrs.time_zone())
    with views.connect() as connection:
        graph = GoalGraph.for_cycle(connection, at, cycle)
        return orjson.dumps(AlignmentTree(graph, TreeFilter(cycle=cycle), ()).as_tree())


def encode_rows(connection: Connection, tables: Sequence[str], position: int) -> str:
    """Fetch the present rows of tables with plain SQL and encode them with `json`."""
    rows: dict[str, list[JsonObject]] = {}
    for table in tables:
        result = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE to_position > {position}")  # noqa: S608
        names = list(result.keys())
        rows[table] = [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()]
    return json.dumps(rows)
