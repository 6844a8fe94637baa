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
from benchmarks.append import postgres_url
from benchmarks.ratios import Figure, duration_ratios
from okr_events.commands.application import OKRApplication
from okr_events.event_log.postgres import PostgresLog
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from projections.findings.findings_report import FindingFilter, FindingsReport
from projections.moment import Moment
from projections.projector import Projector
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store import lookups
from projections.store.tables import UnitRow, units

GRAPH_LIMIT, FINDINGS_LIMIT, SCALING_LIMIT = 4.0, 8.0, 1.5
CATCH_UP_SECONDS = 3_600.0
ROUNDS = 5
SIZES = {1_000: "Unit 3", 10_000: "Unit 33"}
"""For each size a unit that has as many units and objectives below it as the other's."""
TABLES = ("units", "objectives", "key_results", "standings", "alignments")


@dataclass(frozen=True)
class RecordedOrganisation:
    """An organisation of so many objectives, its views at the head of its log."""

    okrs: OKRApplication
    views: Projector
    objectives: int
    cycle: str
    unit: UUID

    def current_moment(self) -> Moment:
        head = self.views.catch_up()
        return moment.parse(None, None, log=self.okrs.log_recorder, head=head, zone=self.okrs.time_zone())

    def encode_graph(self) -> bytes:
        now = self.current_moment()
        with self.views.connect() as connection:
            graph = GoalGraph.for_cycle(connection, now, self.cycle)
            rows = lookups.fetch_rows_at(connection, UnitRow, now.position)
            return orjson.dumps(AlignmentTree(graph, TreeFilter(self.cycle), rows, (), graph.side_links()).as_graph())

    def encode_findings(self) -> bytes:
        now = self.current_moment()
        with self.views.connect() as connection:
            report = FindingsReport(connection, now, FindingFilter(self.cycle))
            return orjson.dumps(report.as_dict(since=None, after=0, limit=len(report.items)))

    def encode_unit_map(self) -> bytes:
        now = self.current_moment()
        with self.views.connect() as connection:
            below = lookups.fetch_unit_subtree(connection, self.unit, now.position)
            graph = GoalGraph.for_units(connection, now, below, self.cycle)
            tree = AlignmentTree(graph, TreeFilter(self.cycle, frozenset(below)), (), (), graph.side_links())
            return orjson.dumps(tree.as_tree())

    def fetch_baseline_rows(self) -> str:
        """The rows that all of it rests on, by plain SQL, encoded by `json`."""
        with self.views.connect() as connection:
            position = self.okrs.log_recorder.head().position
            return json.dumps({table: _fetch_rows(connection, table, position) for table in TABLES})


def measure_sqlite() -> Iterator[Figure]:
    yield from _measure("SQLite", _sqlite_organisation)


def measure_postgres() -> Iterator[Figure]:
    yield from _measure("PostgreSQL", _postgres_organisation)


def _measure(engine: str, made: Callable[[int], Any]) -> Iterator[Figure]:
    with ExitStack() as stack:
        small, large = (stack.enter_context(made(size)) for size in SIZES)
        for each in (small, large):
            size = f"{each.objectives:,} objectives, against SQL and json: {engine}"
            yield Figure(
                f"the graph of {size}",
                duration_ratios(each.encode_graph, each.fetch_baseline_rows, rounds=ROUNDS),
                maximum=GRAPH_LIMIT,
            )
            yield Figure(
                f"findings of {size}",
                duration_ratios(each.encode_findings, each.fetch_baseline_rows, rounds=ROUNDS),
                maximum=FINDINGS_LIMIT,
            )
        ratios = duration_ratios(large.some_units, small.some_units, rounds=ROUNDS)
        yield Figure(f"a map of 133 objectives among 10,000, against 1,000: {engine}", ratios, maximum=SCALING_LIMIT)


@contextmanager
def _sqlite_organisation(objectives: int) -> Iterator[RecordedOrganisation]:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        register = Register(open_sqlite(path / "register.sqlite", durable=True))
        with closing(SQLiteLog(path / "log.sqlite")) as log, closing(register):
            yield _record(OKRApplication(log, register), partial(open_sqlite, path / "views.sqlite", durable=False), objectives)


@contextmanager
def _postgres_organisation(objectives: int) -> Iterator[RecordedOrganisation]:
    with postgres_url() as url, closing(PostgresLog(url)) as log, closing(Register(open_postgres(url, "register"))) as register:
        yield _record(OKRApplication(log, register), partial(open_postgres, url, "views"), objectives)


def _record(okrs: OKRApplication, opened: Callable[[], Any], objectives: int) -> RecordedOrganisation:
    cycle = misaligned.record(okrs, objectives=objectives)
    views = Projector(opened(), okrs.log_recorder, okrs.mapper)
    views.catch_up(CATCH_UP_SECONDS)
    with views.connect() as connection:
        unit = connection.scalar(select(units.c.id).where(units.c.name == SIZES[objectives]))
    return RecordedOrganisation(okrs, views, objectives, str(cycle), UUID(unit))


def _fetch_rows(connection: Connection, table: str, position: int) -> list[dict[str, Any]]:
    result = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE to_position > {position}")  # noqa: S608
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()]
