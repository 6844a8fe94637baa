"""Series: a number over time, each point by what was known by the end of its day."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from okr_events.domain.decimals import plain
from okr_events.event_log.recorder import Recording
from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import KeyResultAt, batches
from projections.evaluation.objectives import ObjectiveAt
from projections.moment import Moment, end_of
from projections.store import lookups
from projections.store.tables import facts, key_results

EVERY = ("change", "day", "week")
DAYS = {"day": 1, "week": 7, "change": 7}
MOST = 400
FEWEST = 2
READ = 60_000
EACH = 50
"""How many things all points read together; each of them reads the whole graph anew, and counts as so many things more."""
CHANGING = (
    *("KeyResult.CheckedIn", "KeyResult.CheckInCorrected", "KeyResult.CheckInRetracted", "KeyResult.BaselineCaptured"),
    *("KeyResult.Defined", "KeyResult.TargetRevised", "KeyResult.Reweighted", "KeyResult.Cancelled"),
    *("KeyResult.CadenceSet", "Unit.CadenceSet", "Unit.Moved"),
    *("Objective.Created", "Objective.ProgressDriverChanged", "Objective.Cancelled"),
    *("Alignment.Linked", "Alignment.Reweighted", "Alignment.Ended", "Cycle.PolicyChanged", "Cycle.Closed"),
)
"""The events that numbers rest on."""


class Numbers(Graph):
    """A graph without those who work on it: numbers do not ask for them."""

    def _take_work(self) -> None:
        pass


class Series:
    """What an answer's series is drawn from: the graph at the moment itself, and the thing in it that is followed."""

    def __init__(self, log: Recording, graph: Graph, thing: KeyResultAt | ObjectiveAt) -> None:
        self.connection = graph.connection
        self.log = log
        self.graph = graph
        self.thing = thing
        moment, self.rules = graph.moment, graph.rules[thing.row.cycle_id]
        born = self.connection.scalar(select(facts.c.recorded_at).where(facts.c.position == thing.row.created))
        self.first = max(self.rules.starts_on, moment.day_of(born or 0))
        self.last = min(moment.effective_on, moment.today)
        self.end = min(self.last.toordinal(), self.rules.ends_on.toordinal() + 1)

    def as_dict(self, every: str) -> dict[str, Any]:
        """The points, and how far apart they are: coarser than asked where there would be too many."""
        days, given, apart = self._days(every)
        points = [self._point(end_of(day, self.graph.moment, self.log)) for day in days]
        return {"series": [*points, _told(self.graph, self.thing)], "every": given, "every_days": apart}

    def _days(self, every: str) -> tuple[list[date], str, int | None]:
        """The days before the last one; every so many days where those asked for are too many."""
        most = min(MOST, max(FEWEST, READ // (EACH + self._size))) - 1
        apart = DAYS[every]
        days = self._grid(apart) | (self._changes() if every == "change" else set())
        if len(days) <= most:
            return sorted(days), every, None if every == "change" else apart
        apart = max(DAYS["week"], -(-(self.end - self.first.toordinal()) // most))
        return sorted(self._grid(apart)), "week" if apart == DAYS["week"] else "days", apart

    @property
    def _size(self) -> int:
        return len(self.graph.objectives) + len(self.graph.key_results)

    def _grid(self, apart: int) -> set[date]:
        """Days so far apart, while the cycle runs and before the last point."""
        return {date.fromordinal(n) for n in range(self.first.toordinal(), self.end, apart)}

    def _changes(self) -> set[date]:
        """The days on which something was recorded that the number rests on, from the first day on."""
        graph, days = self.graph, set[date]()
        above = {each.row.objective_id for each in graph.key_results.values()}
        things: list[Any] = [*graph.key_results.values(), *graph.objectives.values()]
        cycles = {each.row.cycle_id for each in things}
        units = {id for each in graph.key_results.values() for id in graph.cadences.lineage(each.unit_id)}
        for some in batches({*graph.objectives, *graph.key_results, *graph.links, *above, *cycles, *units}):
            mine = facts.c.stream_id.in_(some) & facts.c.type.in_(CHANGING) & (facts.c.position <= graph.moment.position)
            days |= {graph.moment.day_of(at) for at in self.connection.scalars(select(facts.c.recorded_at).where(mine))}
        return {day for day in days if self.first <= day < self.last}

    def _point(self, moment: Moment) -> dict[str, Any]:
        id = self.thing.row.id
        if isinstance(self.thing, ObjectiveAt):
            graph = Numbers.of_objectives(self.connection, moment, [id])
            return _told(graph, graph.objectives[id])
        row = lookups.one(self.connection, key_results, UUID(id), moment.position)
        graph = Numbers.of_key_results(self.connection, moment, [row])
        return _told(graph, graph.key_results[id])


def _told(graph: Graph, thing: KeyResultAt | ObjectiveAt) -> dict[str, Any]:
    standing: Any = thing.standing if isinstance(thing, KeyResultAt) else {}
    health = thing.health
    return {
        "on": graph.moment.effective_on.isoformat(),
        "position": graph.moment.position,
        "value": standing.get("value"),
        "progress": thing.progress.as_dict() if thing.progress else None,
        "confidence": standing.get("confidence"),
        "status": health.reported if health else None,
        "health": health.effective if health else None,
        "elapsed": plain(graph.rules[thing.row.cycle_id].elapsed),
    }
