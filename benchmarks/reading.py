"""Reading: views that catch up, and the tree of 1,000 objectives, 4,000 key results and 52,000 check-ins."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Connection, Engine

from benchmarks import organisation
from benchmarks.append import postgres
from benchmarks.ratios import Figure, durations
from okr_events.commands.application import OKRs
from okr_events.event_log.postgres import PostgresLog
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from projections import moment
from projections.evaluation.goal_graph import Graph
from projections.projector import Views
from projections.queries.alignment_tree import AlignmentTree, Shown

FASTER, PAST, PLAIN = 15.0, 2.0, 4.0
FOREVER = 3_600.0
BATCHES, SINGLES = 4, 200
ROUNDS = 5
SHOWN_TABLES = ("objectives", "key_results", "standings", "alignments")
Open = Callable[[str], Engine]


def on_sqlite() -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        register = Register(open_sqlite(path / "register.sqlite", durable=True))
        with closing(SQLiteLog(path / "log.sqlite")) as log, closing(register):

            def views(name: str) -> Engine:
                return open_sqlite(path / f"{name}.sqlite", durable=False)

            yield from _figures("SQLite", OKRs(log, register), views)


def on_postgres() -> Iterator[Figure]:
    with postgres() as url, closing(PostgresLog(url)) as log, closing(Register(open_postgres(url, "register"))) as register:

        def views(name: str) -> Engine:
            return open_postgres(url, name)

        yield from _figures("PostgreSQL", OKRs(log, register), views)


def _figures(engine: str, okrs: OKRs, opened: Open) -> Iterator[Figure]:
    recorded = organisation.record(okrs)
    yield Figure(f"catch up, against an event a transaction: {engine}", _catching_up(okrs, opened), FASTER)
    views = Views(opened("views"), okrs.log_recorder, okrs.mapper)
    views.catch_up(FOREVER)
    cycle = str(recorded.cycle_id)

    def now() -> bytes:
        return _tree(okrs, views, cycle, None)

    def past() -> bytes:
        return _tree(okrs, views, cycle, f"position:{recorded.half_way}")

    def plain() -> str:
        with views.reading() as connection:
            return _same_rows(connection, okrs.log_recorder.head().position)

    yield Figure(f"the tree of a past position, against now: {engine}", durations(past, now), most=PAST)
    yield Figure(f"the tree, against the same rows by SQL and json: {engine}", durations(now, plain), most=PLAIN)
    views.engine.dispose()


def _catching_up(okrs: OKRs, opened: Open) -> list[float]:
    """Events a second with 500 of them a transaction over events a second with one, at the same place in the log."""
    ratios = []
    for number in range(ROUNDS):
        rates = []
        for name, chunk, count in (("batches", 500, BATCHES), ("singles", 1, SINGLES)):
            engine = opened(f"{name}_{number}")
            Views(engine, okrs.log_recorder, okrs.mapper).take_in(12)
            views = Views(engine, okrs.log_recorder, okrs.mapper, chunk=chunk)
            started = perf_counter()
            views.take_in(count)
            rates.append(count * chunk / (perf_counter() - started))
            engine.dispose()
        ratios.append(rates[0] / rates[1])
    return ratios


def _tree(okrs: OKRs, views: Views, cycle: str, as_of: str | None) -> bytes:
    head = views.catch_up()
    at = moment.parse(as_of, None, log=okrs.log_recorder, head=head, zone=okrs.time_zone())
    with views.reading() as connection:
        graph = Graph.of_cycle(connection, at, cycle)
        return orjson.dumps(AlignmentTree(graph, Shown(cycle=cycle), ()).as_tree())


def _same_rows(connection: Connection, position: int) -> str:
    """The rows that the tree rests on, fetched by plain SQL and encoded by `json`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in SHOWN_TABLES:
        result = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE to_position > {position}")  # noqa: S608
        names = list(result.keys())
        found[table] = [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()]
    return json.dumps(found)
