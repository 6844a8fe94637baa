"""The numbers of a goal over time, each point as the log stood at the end of its day."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from okr_events.domain.cycle import Cycle
from okr_events.domain.decimals import format_decimal
from okr_events.domain.objective import Objective
from okr_events.event_log.recorder import LogRecorder
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.event_catalog import event_names
from projections.explanations.evidence import Goal
from projections.moment import Moment, moment_at_day_end
from projections.store import lookups
from projections.store.batching import batches
from projections.store.standings import NOTHING_STATED
from projections.store.tables import KeyResultRow, facts

INTERVALS = ("change", "day", "week")
INTERVAL_DAYS = {"day": 1, "week": 7, "change": 7}
MAX_POINTS = 400
MIN_POINTS = 2
READ_BUDGET = 60_000
"""The goals that all points of a series may read together."""
POINT_OVERHEAD = 50
"""The cost of reading one point's graph, in goals, beside the goals themselves."""
SERIES_EVENTS = (*event_names(lambda entry: entry.moves == "progress"), Objective.Created.TOPIC, Cycle.Closed.TOPIC)


class TimeSeries:
    """The series of a goal in a graph, up to the graph's moment."""

    def __init__(self, log: LogRecorder, graph: GoalGraph, goal: Goal) -> None:
        self.connection = graph.connection
        self.log = log
        self.graph = graph
        self.goal = goal
        moment, self.rules = graph.moment, graph.rules[goal.row.cycle_id]
        recorded_at = self.connection.scalar(select(facts.c.recorded_at).where(facts.c.position == goal.row.created))
        self.first = max(self.rules.starts_on, moment.recorded_day(recorded_at or 0))
        self.last = min(moment.effective_on, moment.today)
        self.end = min(self.last.toordinal(), self.rules.ends_on.toordinal() + 1)

    def as_dict(self, interval: str) -> JsonObject:
        """The points and their interval, which is coarser than the requested one where that has too many points."""
        days, every, every_days = self._choose_days(interval)
        points = [self._read_point(moment_at_day_end(day, self.graph.moment, self.log)) for day in days]
        return {"series": [*points, _serialize_point(self.graph, self.goal)], "every": every, "every_days": every_days}

    def _choose_days(self, interval: str) -> tuple[list[date], str, int | None]:
        """The days of the points before the last one, with their interval by name and in days."""
        size = len(self.graph.objectives) + len(self.graph.key_results)
        limit = min(MAX_POINTS, max(MIN_POINTS, READ_BUDGET // (POINT_OVERHEAD + size))) - 1
        step, week = INTERVAL_DAYS[interval], INTERVAL_DAYS["week"]
        days = self._regular_days(step) | (self._change_days() if interval == "change" else set())
        if len(days) <= limit:
            return sorted(days), interval, None if interval == "change" else step
        step = max(week, -(-(self.end - self.first.toordinal()) // limit))
        return sorted(self._regular_days(step)), "week" if step == week else "days", step

    def _regular_days(self, step: int) -> set[date]:
        """Every `step` days of the cycle before the last point."""
        return {date.fromordinal(n) for n in range(self.first.toordinal(), self.end, step)}

    def _change_days(self) -> set[date]:
        """The days from the first one on with events that the numbers depend on."""
        graph, days = self.graph, set[date]()
        key_results = graph.key_results.values()
        goals: list[Goal] = [*key_results, *graph.objectives.values()]
        units = {id for key_result in key_results for id in graph.cadences.ancestor_ids(key_result.unit_id)}
        ids = {goal.row.id for goal in goals} | {goal.row.cycle_id for goal in goals} | graph.links.keys() | units
        for batch in batches(ids | {key_result.row.objective_id for key_result in key_results}):
            own = facts.c.stream_id.in_(batch) & facts.c.type.in_(SERIES_EVENTS) & (facts.c.position <= graph.moment.position)
            times = self.connection.scalars(select(facts.c.recorded_at).where(own))
            days |= {graph.moment.recorded_day(recorded_at) for recorded_at in times}
        return {day for day in days if self.first <= day < self.last}

    def _read_point(self, moment: Moment) -> JsonObject:
        id = self.goal.row.id
        if isinstance(self.goal, EvaluatedObjective):
            graph = GoalGraph.for_objectives(self.connection, moment, [id])
            return _serialize_point(graph, graph.objectives[id])
        row = lookups.fetch_row(self.connection, KeyResultRow, UUID(id), moment.position)
        graph = GoalGraph.for_key_results(self.connection, moment, [row])
        return _serialize_point(graph, graph.key_results[id])


def _serialize_point(graph: GoalGraph, goal: Goal) -> JsonObject:
    standing = goal.standing if isinstance(goal, EvaluatedKeyResult) else NOTHING_STATED
    health = goal.health
    return {
        "on": graph.moment.effective_on.isoformat(),
        "position": graph.moment.position,
        "value": standing.value,
        "progress": goal.progress.as_dict() if goal.progress else None,
        "confidence": standing.confidence,
        "status": health.reported if health else None,
        "health": health.effective if health else None,
        "elapsed": format_decimal(graph.rules[goal.row.cycle_id].elapsed),
    }
