"""Asked: whose report it is, and the moments between which it looks: as the cycle began, and as it ended or stands now."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper
from sqlalchemy import ColumnElement, Connection, func, select

from okr_events.domain.cycle import Cycle
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.event_log.recorder import LogRecorder
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment, day_end, moment_at_day_start, moment_at_position
from projections.store import lookups
from projections.store.tables import facts, key_results, objectives, units, valid_at

ResolveNames = Callable[[Collection[str]], Mapping[str, str]]
"""What people are called, by their ids; those who were erased, and units, are not among them."""
Decrypt = Callable[[Any], Any]
"""Opens the sealed words inside."""


@dataclass(frozen=True)
class ReportContext:
    """A report on a cycle, and on a unit and what lies below it or on everybody; `cycle` and `unit` are rows at the moment. It
    looks at what came after `since`; where that is null, at all that came after the cycle began.
    """

    connection: Connection
    log: LogRecorder
    mapper: Mapper[UUID]
    moment: Moment
    cycle: Any
    unit: Any
    units: frozenset[str] | None
    resolve_names: ResolveNames
    decrypt: Decrypt
    since: Moment | None = None

    @cached_property
    def policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = orjson.loads(self.cycle.policy)
        return policy

    @cached_property
    def end(self) -> Moment:
        """Right before the cycle was closed, or the moment asked while it is open."""
        if self.cycle.closed_at is None:
            return self.moment
        closed = from_microseconds(self.cycle.closed)
        effective_on = min(self.moment.effective_on, self.moment.local_day(closed))
        return replace(self.moment, position=self.cycle.closed_at - 1, evaluated_at=closed, effective_on=effective_on)

    @cached_property
    def start(self) -> Moment:
        """`since`, or the cycle's first instant, or its activation where that was later; never after the end."""
        begun = self.since or self._beginning()
        return begun if begun.evaluated_at <= self.end.evaluated_at and begun.position <= self.end.position else self.end

    def _beginning(self) -> Moment:
        begins = moment_at_day_start(date.fromisoformat(self.cycle.starts_on), self.moment, self.log)
        late = self.activated_at > begins.position
        return moment_at_position(self.log, self.activated_at, self.moment.zone) if late else begins

    @cached_property
    def activated_at(self) -> int:
        mine = (facts.c.stream_id == self.cycle.id) & (facts.c.type == Cycle.Activated.TOPIC)
        query = select(func.min(facts.c.position)).where(mine, facts.c.position <= self.end.position)
        return self.connection.scalar(query) or 0

    @cached_property
    def end_graph(self) -> GoalGraph:
        """Everything at the end."""
        return self._graph(self.end)

    @cached_property
    def start_graph(self) -> GoalGraph:
        """Everything at the start."""
        return self.end_graph if self.start is self.end else self._graph(self.start)

    def _graph(self, moment: Moment) -> GoalGraph:
        if self.units is None:
            return GoalGraph.for_cycle(self.connection, moment, self.cycle.id)
        return GoalGraph.for_units(self.connection, moment, self.units, self.cycle.id)

    def includes(self, row: Any) -> bool:
        """Whether an objective's row is asked about."""
        return row.cycle_id == self.cycle.id and (self.units is None or row.unit_id in self.units)

    @cached_property
    def objectives(self) -> list[EvaluatedObjective]:
        """Those asked about, cancelled ones too, in the order in which they came into being."""
        found = [each for each in self.end_graph.objectives.values() if self.includes(each.row)]
        return sorted(found, key=lambda each: each.row.created)

    @property
    def key_results(self) -> Iterator[tuple[EvaluatedObjective, EvaluatedKeyResult]]:
        return ((objective, part) for objective in self.objectives for part in objective.key_results)

    @cached_property
    def live_key_results(self) -> list[tuple[EvaluatedObjective, EvaluatedKeyResult]]:
        """The key results that were not cancelled, with their objectives."""
        return [(objective, part) for objective, part in self.key_results if part.live]

    @cached_property
    def titles(self) -> dict[str, str]:
        """What the key results asked about are called."""
        return {part.row.id: part.row.title for _, part in self.key_results}

    @cached_property
    def units_by_id(self) -> dict[str, Any]:
        """All units at the end, by id."""
        query = select(units).where(valid_at(units, self.end.position)).order_by(units.c.created)
        return {row.id: row for row in self.connection.execute(query)}

    def key_result_filter(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Rows about key results that are asked about, cancelled ones too."""
        theirs = select(key_results.c.id).where(
            valid_at(key_results, self.end.position), key_results.c.cycle_id == self.cycle.id
        )
        if self.units is not None:
            goals = select(objectives.c.id).where(valid_at(objectives, self.end.position), objectives.c.unit_id.in_(self.units))
            theirs = theirs.where(key_results.c.objective_id.in_(goals))
        return column.in_(theirs)

    @cached_property
    def deadline_position(self) -> int:
        """The last position recorded by the end of the cycle's last day: what came later is late."""
        return self.log.position_at(self.ends_at)

    @cached_property
    def ends_at(self) -> datetime:
        """The last instant of the cycle's last day."""
        return day_end(date.fromisoformat(self.cycle.ends_on), self.moment.zone)


def unit_ids_below(connection: Connection, unit_id: UUID, cycle: Any, moment: Moment) -> frozenset[str]:
    """The unit and what lies below it at the moment, or lay there when the cycle was closed; raises `NotFound`."""
    position = moment.position if cycle.closed_at is None else cycle.closed_at - 1
    return frozenset(lookups.fetch_unit_subtree(connection, unit_id, position))


def fetch_rows(asked: ReportContext, table: Any, *chosen: ColumnElement[bool]) -> list[Any]:
    """Rows of a table at the moment asked, in the order in which they came into being; those of one event by their ids."""
    query = select(table).where(valid_at(table, asked.moment.position), *chosen).order_by(table.c.created, table.c.id)
    return list(asked.connection.execute(query))
