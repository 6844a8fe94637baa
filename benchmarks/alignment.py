"""Alignment benchmarks: the graph, all findings, and a map of some units, with 1,000 and 10,000 misaligned objectives."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import select

from benchmarks import misaligned
from benchmarks.append import OpenViews, postgres_application, sqlite_application
from benchmarks.ratios import Figure, duration_ratios
from benchmarks.reading import CATCH_UP_SECONDS, encode_rows
from benchmarks.scale import Scale
from okr_events.commands.application import OKRApplication
from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from projections.findings.findings_report import FindingFilter, FindingsReport
from projections.moment import Moment
from projections.projector import Projector
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store import lookups
from projections.store.tables import UnitRow, units

GRAPH_LIMIT, FINDINGS_LIMIT, SCALING_LIMIT = 4.0, 8.0, 1.5
SIZES = {1_000: "Unit 3", 10_000: "Unit 33"}
"""A unit for each size; both have equally many units and objectives below them."""
TABLES = ("units", "objectives", "key_results", "standings", "alignments")
ROUNDS = 3
OpenApplication = Callable[[], AbstractContextManager[tuple[OKRApplication, OpenViews]]]


@dataclass(frozen=True)
class RecordedOrganisation:
    """A recorded organisation with up-to-date views."""

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
            return orjson.dumps(AlignmentTree(graph, TreeFilter(self.cycle), rows, (), graph.side_links).as_graph())

    def encode_findings(self) -> bytes:
        now = self.current_moment()
        with self.views.connect() as connection:
            report = FindingsReport(connection, now, FindingFilter(self.cycle))
            return orjson.dumps(report.as_dict(since=None, after="", limit=len(report.items)))

    def encode_unit_map(self) -> bytes:
        now = self.current_moment()
        with self.views.connect() as connection:
            below = lookups.fetch_unit_subtree(connection, self.unit, now.position)
            graph = GoalGraph.for_units(connection, now, below, self.cycle)
            tree = AlignmentTree(graph, TreeFilter(self.cycle, frozenset(below)), (), (), graph.side_links)
            return orjson.dumps(tree.as_tree())

    def fetch_baseline_rows(self) -> str:
        """Fetch the underlying rows with plain SQL and encode them with `json`."""
        with self.views.connect() as connection:
            position = self.okrs.log_recorder.head().position
            return encode_rows(connection, TABLES, position)


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    yield from _measure("SQLite", sqlite_application, scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    yield from _measure("PostgreSQL", postgres_application, scale)


def _measure(engine: str, open_application: OpenApplication, scale: Scale) -> Iterator[Figure]:
    with ExitStack() as stack:
        samples = [_record(*stack.enter_context(open_application()), size) for size in scale.misaligned_objectives]
        for sample in samples:
            label = f"{sample.objectives:,} objectives, against SQL and json: {engine}"
            ratios = duration_ratios(sample.encode_graph, sample.fetch_baseline_rows, rounds=ROUNDS)
            yield Figure(f"the graph of {label}", ratios, maximum=GRAPH_LIMIT)
            ratios = duration_ratios(sample.encode_findings, sample.fetch_baseline_rows, rounds=ROUNDS)
            yield Figure(f"findings of {label}", ratios, maximum=FINDINGS_LIMIT)
        if len(samples) == 1:
            return
        small, large = samples
        ratios = duration_ratios(large.encode_unit_map, small.encode_unit_map, rounds=ROUNDS)
        yield Figure(f"a map of 133 objectives among 10,000, against 1,000: {engine}", ratios, maximum=SCALING_LIMIT)


def _record(okrs: OKRApplication, open_views: OpenViews, objectives: int) -> RecordedOrganisation:
    cycle = misaligned.record(okrs, objectives=objectives)
    views = Projector(open_views("views"), okrs.log_recorder, okrs.mapper)
    views.catch_up(CATCH_UP_SECONDS)
    with views.connect() as connection:
        unit = connection.scalar(select(units.c.id).where(units.c.name == SIZES[objectives]))
    return RecordedOrganisation(okrs, views, objectives, str(cycle), UUID(unit))
