"""Alignment: the whole graph, all findings and the map of some units, in organisations of 1,000 and 10,000 objectives in which
much is amiss.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from benchmarks import misaligned
from benchmarks.append import postgres
from benchmarks.ratios import Figure, durations
from okr_events.commands.application import OKRs
from okr_events.event_log.postgres import PostgresLog
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from projections import moment
from projections.evaluation.goal_graph import Graph
from projections.findings.findings_report import Asked, Report
from projections.moment import Moment
from projections.projector import Views
from projections.queries.alignment_tree import AlignmentTree, Shown
from projections.store import lookups
from projections.store.tables import at, units

GRAPH, FINDINGS, STEADY = 4.0, 8.0, 1.5
FOREVER = 3_600.0
ROUNDS = 5
SIZES = {1_000: "Unit 3", 10_000: "Unit 33"}
"""For each size a unit that has as many units and objectives below it as the other's."""
TABLES = ("units", "objectives", "key_results", "standings", "alignments")


@dataclass(frozen=True)
class Made:
    """An organisation of so many objectives, its views at the head of its log."""

    okrs: OKRs
    views: Views
    objectives: int
    cycle: str
    unit: UUID

    def now(self) -> Moment:
        head = self.views.catch_up()
        return moment.parse(None, None, log=self.okrs.log_recorder, head=head, zone=self.okrs.time_zone())

    def graph(self) -> bytes:
        now = self.now()
        with self.views.reading() as connection:
            graph = Graph.of_cycle(connection, now, self.cycle)
            rows = list(connection.execute(select(units).where(at(units, now.position))))
            return orjson.dumps(AlignmentTree(graph, Shown(self.cycle), rows, (), graph.side_links()).as_graph())

    def findings(self) -> bytes:
        now = self.now()
        with self.views.reading() as connection:
            report = Report(connection, now, Asked(self.cycle))
            return orjson.dumps(report.as_dict(since=None, after=0, limit=len(report.items)))

    def some_units(self) -> bytes:
        now = self.now()
        with self.views.reading() as connection:
            below = lookups.below(connection, self.unit, now.position)
            graph = Graph.of_units(connection, now, below, self.cycle)
            tree = AlignmentTree(graph, Shown(self.cycle, frozenset(below)), (), (), graph.side_links())
            return orjson.dumps(tree.as_tree())

    def same_rows(self) -> str:
        """The rows that all of it rests on, by plain SQL, encoded by `json`."""
        with self.views.reading() as connection:
            position = self.okrs.log_recorder.head().position
            return json.dumps({table: _rows(connection, table, position) for table in TABLES})


def on_sqlite() -> Iterator[Figure]:
    yield from _figures("SQLite", _sqlite)


def on_postgres() -> Iterator[Figure]:
    yield from _figures("PostgreSQL", _postgres)


def _figures(engine: str, made: Callable[[int], Any]) -> Iterator[Figure]:
    with ExitStack() as stack:
        small, large = (stack.enter_context(made(size)) for size in SIZES)
        for each in (small, large):
            size = f"{each.objectives:,} objectives, against SQL and json: {engine}"
            yield Figure(f"the graph of {size}", durations(each.graph, each.same_rows, rounds=ROUNDS), most=GRAPH)
            yield Figure(f"findings of {size}", durations(each.findings, each.same_rows, rounds=ROUNDS), most=FINDINGS)
        ratios = durations(large.some_units, small.some_units, rounds=ROUNDS)
        yield Figure(f"a map of 133 objectives among 10,000, against 1,000: {engine}", ratios, most=STEADY)


@contextmanager
def _sqlite(objectives: int) -> Iterator[Made]:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        register = Register(open_sqlite(path / "register.sqlite", durable=True))
        with closing(SQLiteLog(path / "log.sqlite")) as log, closing(register):
            yield _made(OKRs(log, register), partial(open_sqlite, path / "views.sqlite", durable=False), objectives)


@contextmanager
def _postgres(objectives: int) -> Iterator[Made]:
    with postgres() as url, closing(PostgresLog(url)) as log, closing(Register(open_postgres(url, "register"))) as register:
        yield _made(OKRs(log, register), partial(open_postgres, url, "views"), objectives)


def _made(okrs: OKRs, opened: Callable[[], Any], objectives: int) -> Made:
    cycle = misaligned.record(okrs, objectives=objectives)
    views = Views(opened(), okrs.log_recorder, okrs.mapper)
    views.catch_up(FOREVER)
    with views.reading() as connection:
        unit = connection.scalar(select(units.c.id).where(units.c.name == SIZES[objectives]))
    return Made(okrs, views, objectives, str(cycle), UUID(unit))


def _rows(connection: Connection, table: str, position: int) -> list[dict[str, Any]]:
    result = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE to_position > {position}")  # noqa: S608
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()]
