"""Series: a number over time, each point by what was known by the end of its day."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from okr_events.domain.decimals import format_decimal
from okr_events.event_log.recorder import LogRecorder
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment, moment_at_day_end
from projections.store import lookups
from projections.store.batching import batches
from projections.store.tables import KeyResultRow, facts

INTERVALS = ("change", "day", "week")
INTERVAL_DAYS = {"day": 1, "week": 7, "change": 7}
MAX_POINTS = 400
MIN_POINTS = 2
READ_BUDGET = 60_000
POINT_OVERHEAD = 50
"""How many things all points read together; each of them reads the whole graph anew, and counts as so many things more."""
SERIES_EVENTS = (
    *("KeyResult.CheckedIn", "KeyResult.CheckInCorrected", "KeyResult.CheckInRetracted", "KeyResult.BaselineCaptured"),
    *("KeyResult.Defined", "KeyResult.TargetRevised", "KeyResult.Reweighted", "KeyResult.Cancelled"),
    *("KeyResult.CadenceSet", "Unit.CadenceSet", "Unit.Moved"),
    *("Objective.Created", "Objective.ProgressDriverChanged", "Objective.Cancelled"),
    *("Alignment.Linked", "Alignment.Reweighted", "Alignment.Ended", "Cycle.PolicyChanged", "Cycle.Closed"),
)
"""The events that numbers rest on."""


class NumbersGraph(GoalGraph):
    """A graph without those who work on it: numbers do not ask for them."""

    def _attach_related_rows(self) -> None:
        pass


class TimeSeries:
    """What an answer's series is drawn from: the graph at the moment itself, and the thing in it that is followed."""

    def __init__(self, log: LogRecorder, graph: GoalGraph, thing: EvaluatedKeyResult | EvaluatedObjective) -> None:
        self.connection = graph.connection
        self.log = log
        self.graph = graph
        self.thing = thing
        moment, self.rules = graph.moment, graph.rules[thing.row.cycle_id]
        born = self.connection.scalar(select(facts.c.recorded_at).where(facts.c.position == thing.row.created))
        self.first = max(self.rules.starts_on, moment.recorded_day(born or 0))
        self.last = min(moment.effective_on, moment.today)
        self.end = min(self.last.toordinal(), self.rules.ends_on.toordinal() + 1)

    def as_dict(self, every: str) -> dict[str, Any]:
        """The points, and how far apart they are: coarser than asked where there would be too many."""
        days, given, apart = self._choose_days(every)
        points = [self._read_point(moment_at_day_end(day, self.graph.moment, self.log)) for day in days]
        return {"series": [*points, _serialize_point(self.graph, self.thing)], "every": given, "every_days": apart}

    def _choose_days(self, every: str) -> tuple[list[date], str, int | None]:
        """The days before the last one; every so many days where those asked for are too many."""
        most = min(MAX_POINTS, max(MIN_POINTS, READ_BUDGET // (POINT_OVERHEAD + self._size))) - 1
        apart = INTERVAL_DAYS[every]
        days = self._regular_days(apart) | (self._change_days() if every == "change" else set())
        if len(days) <= most:
            return sorted(days), every, None if every == "change" else apart
        apart = max(INTERVAL_DAYS["week"], -(-(self.end - self.first.toordinal()) // most))
        return sorted(self._regular_days(apart)), "week" if apart == INTERVAL_DAYS["week"] else "days", apart

    @property
    def _size(self) -> int:
        return len(self.graph.objectives) + len(self.graph.key_results)

    def _regular_days(self, apart: int) -> set[date]:
        """Days so far apart, while the cycle runs and before the last point."""
        return {date.fromordinal(n) for n in range(self.first.toordinal(), self.end, apart)}

    def _change_days(self) -> set[date]:
        """The days on which something was recorded that the number rests on, from the first day on."""
        graph, days = self.graph, set[date]()
        above = {each.row.objective_id for each in graph.key_results.values()}
        things: list[Any] = [*graph.key_results.values(), *graph.objectives.values()]
        cycles = {each.row.cycle_id for each in things}
        units = {id for each in graph.key_results.values() for id in graph.cadences.ancestor_ids(each.unit_id)}
        for some in batches({*graph.objectives, *graph.key_results, *graph.links, *above, *cycles, *units}):
            mine = facts.c.stream_id.in_(some) & facts.c.type.in_(SERIES_EVENTS) & (facts.c.position <= graph.moment.position)
            days |= {graph.moment.recorded_day(at) for at in self.connection.scalars(select(facts.c.recorded_at).where(mine))}
        return {day for day in days if self.first <= day < self.last}

    def _read_point(self, moment: Moment) -> dict[str, Any]:
        id = self.thing.row.id
        if isinstance(self.thing, EvaluatedObjective):
            graph = NumbersGraph.for_objectives(self.connection, moment, [id])
            return _serialize_point(graph, graph.objectives[id])
        row = lookups.fetch_row(self.connection, KeyResultRow, UUID(id), moment.position)
        graph = NumbersGraph.for_key_results(self.connection, moment, [row])
        return _serialize_point(graph, graph.key_results[id])


def _serialize_point(graph: GoalGraph, thing: EvaluatedKeyResult | EvaluatedObjective) -> dict[str, Any]:
    standing: Any = thing.standing if isinstance(thing, EvaluatedKeyResult) else {}
    health = thing.health
    return {
        "on": graph.moment.effective_on.isoformat(),
        "position": graph.moment.position,
        "value": standing.get("value"),
        "progress": thing.progress.as_dict() if thing.progress else None,
        "confidence": standing.get("confidence"),
        "status": health.reported if health else None,
        "health": health.effective if health else None,
        "elapsed": format_decimal(graph.rules[thing.row.cycle_id].elapsed),
    }
