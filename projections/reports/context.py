"""Report context: scope and reporting window."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper
from sqlalchemy import ColumnElement, Connection, func, select

from okr_events.domain.cycle import Cycle
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.event_log.recorder import LogRecorder
from okr_events.json_types import JsonObject
from okr_events.row_types import fetch_rows
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.kept_graphs import LoadGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment, day_end, moment_at_day_start, moment_at_position
from projections.store import lookups, tables
from projections.store.batching import batches
from projections.store.column_values import Decrypt
from projections.store.lookups import Condition, R
from projections.store.tables import CycleRow, ObjectiveRow, UnitRow, facts, key_results, objectives, valid_at

ResolveNames = Callable[[Collection[str]], Mapping[str, str]]
"""Returns the names of people by id, without units and erased people."""


@dataclass(frozen=True)
class ReportContext:
    """The cycle of a report, its units (null for all), and the moment and window that it looks at.

    `cycle` and `unit` are rows at the moment; `units` are the ids of the unit and those below it. The window begins at `since`,
    by default at the beginning of the cycle.
    """

    connection: Connection
    log: LogRecorder
    mapper: Mapper[UUID]
    moment: Moment
    cycle: CycleRow
    unit: UnitRow | None
    units: frozenset[str] | None
    resolve_names: ResolveNames
    decrypt: Decrypt
    since: Moment | None = None
    load_graph: LoadGraph = GoalGraph.for_cycle

    @cached_property
    def policy(self) -> JsonObject:
        policy: JsonObject = orjson.loads(self.cycle.policy)
        return policy

    @cached_property
    def end(self) -> Moment:
        """The position before the closing of the cycle; the report's moment while the cycle is open."""
        if self.cycle.closed_at is None or self.cycle.closed is None:
            return self.moment
        closed = from_microseconds(self.cycle.closed)
        effective_on = min(self.moment.effective_on, self.moment.local_day(closed))
        return replace(self.moment, position=self.cycle.closed_at - 1, evaluated_at=closed, effective_on=effective_on)

    @cached_property
    def start(self) -> Moment:
        """`since`, or the cycle's first instant or activation, whichever is later; never after the end."""
        begun = self.since or self._beginning()
        return begun if begun.evaluated_at <= self.end.evaluated_at and begun.position <= self.end.position else self.end

    def _beginning(self) -> Moment:
        begins = moment_at_day_start(date.fromisoformat(self.cycle.starts_on), self.moment, self.log)
        activation = (facts.c.stream_id == self.cycle.id) & (facts.c.type == Cycle.Activated.TOPIC)
        query = select(func.min(facts.c.position)).where(activation, facts.c.position <= self.end.position)
        activated_at = self.connection.scalar(query) or 0
        began_later = activated_at > begins.position
        return moment_at_position(self.log, activated_at, self.moment.zone) if began_later else begins

    @property
    def judged_on(self) -> date | None:
        """The day on which a retrospective judges health and findings, if it has come: the cycle's last; null in digests."""
        return date.fromisoformat(self.cycle.ends_on) if self.since is None else None

    @cached_property
    def end_graph(self) -> GoalGraph:
        return self._graph(self.end)

    @cached_property
    def start_graph(self) -> GoalGraph:
        return self.end_graph if self.start is self.end else self._graph(self.start)

    def _graph(self, moment: Moment) -> GoalGraph:
        if self.units is None:
            return self.load_graph(self.connection, moment, self.cycle.id, self.judged_on)
        return GoalGraph.for_units(self.connection, moment, self.units, self.cycle.id, self.judged_on)

    def includes(self, row: ObjectiveRow) -> bool:
        """Whether an objective is in the report's cycle and units."""
        return row.cycle_id == self.cycle.id and (self.units is None or row.unit_id in self.units)

    @cached_property
    def objectives(self) -> list[EvaluatedObjective]:
        """The report's objectives, also cancelled ones, in the order of creation."""
        included = (objective for objective in self.end_graph.objectives.values() if self.includes(objective.row))
        return sorted(included, key=lambda objective: objective.row.created)

    @property
    def key_results(self) -> Iterator[tuple[EvaluatedObjective, EvaluatedKeyResult]]:
        return ((objective, part) for objective in self.objectives for part in objective.key_results)

    @cached_property
    def live_key_results(self) -> list[tuple[EvaluatedObjective, EvaluatedKeyResult]]:
        """The key results that are not cancelled, with their objectives."""
        return [(objective, part) for objective, part in self.key_results if part.live]

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of the report's key results, by id."""
        return {part.row.id: part.row.title for _, part in self.key_results}

    @cached_property
    def units_by_id(self) -> dict[str, UnitRow]:
        """All units at the end, by id."""
        return {row.id: row for row in self.fetch_rows(UnitRow, at=self.end)}

    def fetch_rows(self, row_type: type[R], *conditions: Condition, at: Moment | None = None) -> list[R]:
        """Rows at a moment, by default the report's, in the order of creation and id."""
        table = row_type.table
        valid = valid_at(table, (at or self.moment).position)
        query = select(table).where(valid, *conditions).order_by(table.c.created, table.c.id)
        return list(fetch_rows(self.connection, row_type, query))

    def fetch_titles(self, moment: Moment, ids: Collection[str]) -> dict[str, str]:
        """The titles of objectives, key results and priorities, by id."""
        titles: dict[str, str] = {}
        for batch in batches(ids):
            for table in (objectives, key_results, tables.priorities):
                query = select(table.c.id, table.c.title).where(valid_at(table, moment.position), table.c.id.in_(batch))
                titles |= {row.id: row.title for row in self.connection.execute(query)}
        return titles

    def key_result_filter(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition that a column holds the id of one of the report's key results, also cancelled ones."""
        valid = valid_at(key_results, self.end.position)
        ids = select(key_results.c.id).where(valid, key_results.c.cycle_id == self.cycle.id)
        if self.units is not None:
            goals = select(objectives.c.id).where(valid_at(objectives, self.end.position), objectives.c.unit_id.in_(self.units))
            ids = ids.where(key_results.c.objective_id.in_(goals))
        return column.in_(ids)

    @cached_property
    def deadline_position(self) -> int:
        """The last position recorded by the end of the cycle's last day; later events came after the end."""
        return self.log.position_at(self.ends_at)

    @cached_property
    def ends_at(self) -> datetime:
        """The last instant of the cycle's last day."""
        return day_end(date.fromisoformat(self.cycle.ends_on), self.moment.zone)


def unit_ids_below(connection: Connection, unit_id: UUID, cycle: CycleRow, moment: Moment) -> frozenset[str]:
    """The unit and the units below it at the moment or, if the cycle is closed, at its closing; raises `NotFound`."""
    position = moment.position if cycle.closed_at is None else cycle.closed_at - 1
    return frozenset(lookups.fetch_unit_subtree(connection, unit_id, position))
