"""Rolling: the progress of objectives carried from one position to the next, working out anew only what was moved."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

from okr_events.domain.progress import Progress
from okr_events.domain.schedule.due_dates import DueDays
from projections.changes.affected_rows import Closure
from projections.evaluation.cadences import Cadences
from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import CycleRules, KeyResultAt, Said, metric_of, progress_of
from projections.evaluation.objectives import Below, ObjectiveAt, counting, inherit
from projections.handlers.check_ins import standing_of
from projections.moment import Moment
from projections.store.tables import alignments, check_ins, cycles, key_results, objectives, standings, units


class Rolling:
    """The objectives of a closure as they stood at a position, then at a later one, and so on.

    Check-ins count that were measured up to the moment's effective day.
    """

    def __init__(self, closure: Closure, moment: Moment) -> None:
        self.moment = moment
        self.objectives: dict[str, ObjectiveAt] = {}
        self.key_results: dict[str, KeyResultAt] = {}
        self.rules: dict[str, CycleRules] = {}
        self.cadences = Cadences()
        self._links: dict[str, dict[str, Any]] = defaultdict(dict)
        self._upwards: dict[str, dict[str, Any]] = defaultdict(dict)
        self._reports: dict[str, dict[str, Said]] = defaultdict(dict)
        self._moved: set[str] = set()
        self._closure = closure
        self._ahead = list(closure.turns())[::-1]

    def roll(self, position: int) -> None:
        """Go on to a position, not before the one where it stands."""
        while self._ahead and self._ahead[-1][0] <= position:
            _, table, row = self._ahead.pop()
            TAKE[table](self, row)
        self._work_out()

    def values(self) -> dict[str, Progress | None]:
        return {id: objective.progress for id, objective in self.objectives.items()}

    def above(self, ids: Iterable[str]) -> dict[str, int]:
        """Those of these that are there, and all to which they contribute, each with the number of links between."""
        found: dict[str, int] = {}
        level, distance = {id for id in ids if id in self.objectives}, 0
        while level:
            found |= dict.fromkeys(level, distance)
            level = {parent for id in level for parent in self._parents(id)} - found.keys()
            distance += 1
        return found

    def _parents(self, id: str) -> list[str]:
        """The objectives to which one contributes, itself or through their key results."""
        links = [(link, self.objectives[id]) for link in self._upwards[id].values()]
        goals = (self._goal(link.parent_id) for link, _ in counting(links))
        return [goal for goal in goals if goal in self.objectives]

    def _goal(self, end: str) -> str:
        """The objective that a link leads to, itself or by its key result."""
        part = self.key_results.get(end)
        return str(part.row.objective_id) if part else end

    def _below(self, end: str) -> Below:
        return [(link, self.objectives[link.child_id]) for link in self._links.get(end, {}).values()]

    def take_cycle(self, row: Any) -> None:
        if row.state == "closed":
            self._work_out()
        self.rules[row.id] = CycleRules(row, self.moment)
        self._ask([part for part in self.key_results.values() if part.row.cycle_id == row.id])

    def take_unit(self, row: Any) -> None:
        """What stands below it may have another cadence from now on."""
        self.cadences.take(row)
        self._ask(list(self.key_results.values()))

    def _ask(self, parts: Iterable[KeyResultAt]) -> None:
        for part in parts:
            part.due = self._due(part.unit_id, part.row)
            self._moved.add(part.row.objective_id)

    def _due(self, unit_id: str, row: Any) -> DueDays:
        return self.rules[row.cycle_id].due(self.cadences.parts(unit_id, row.cadence))

    def take_objective(self, row: Any) -> None:
        objective = self.objectives.setdefault(row.id, ObjectiveAt(row))
        objective.row = row
        for part in objective.key_results:
            part.live = part.row.state == "open" and objective.live
        self._moved |= {row.id, *(self._goal(link.parent_id) for link in self._upwards[row.id].values())}

    def take_key_result(self, row: Any) -> None:
        objective = self.objectives[row.objective_id]
        unit_id = objective.row.unit_id
        due = self._due(unit_id, row)
        if row.id not in self.key_results:
            self.key_results[row.id] = KeyResultAt(row, live=True, weight=Decimal(row.weight), due=due, unit_id=unit_id)
            objective.key_results.append(self.key_results[row.id])
        part = self.key_results[row.id]
        part.due = due
        part.row, part.weight, part.live = row, Decimal(row.weight), row.state == "open" and objective.live
        self._moved.add(row.objective_id)

    def take_standing(self, row: Any) -> None:
        part = self.key_results[row.id]
        part.standing = row._asdict()
        self._moved.add(part.row.objective_id)

    def take_report(self, row: Any) -> None:
        self._reports[row.key_result_id][row.id] = row._asdict()

    def take_link(self, row: Any) -> None:
        self._links[row.parent_id][row.id] = self._upwards[row.child_id][row.id] = row
        self._moved.add(self._goal(row.parent_id))

    def _work_out(self) -> None:
        """What moved and all above it, the lowest first."""
        concerned = self.above(self._moved)
        below = {id: {child.row.id for _, child in self._contributing(id)} & concerned.keys() for id in concerned}
        for id in TopologicalSorter(below).static_order():
            self._roll_up(self.objectives[id])
        self._moved.clear()

    def _contributing(self, id: str) -> Below:
        ends = (id, *(part.row.id for part in self.objectives[id].key_results))
        return [each for end in ends for each in counting(self._below(end))]

    def _roll_up(self, objective: ObjectiveAt) -> None:
        """Anew from what contributes; what belongs to a sealed cycle keeps what it ended with."""
        if self.rules[objective.row.cycle_id].closed:
            self._end(objective)
            return
        for part in objective.key_results:
            part.progress = self._own(part)
        list(inherit(objective.key_results, {part.row.id: self._below(part.row.id) for part in objective.key_results}))
        objective.children = self._below(objective.row.id)
        objective.roll_up()

    def _end(self, objective: ObjectiveAt) -> None:
        """Where the cycle was closed on the way, the numbers are there already."""
        ended = self._ended_before
        objective.progress = ended.get(objective.row.id, objective.progress)
        for part in objective.key_results:
            part.progress = ended.get(part.row.id, part.progress)

    @cached_property
    def _ended_before(self) -> dict[str, Progress | None]:
        """What objectives and key results ended with whose cycles were closed where it began, or before."""
        found: dict[str, Progress | None] = {}
        for id, rules in self._closure.rules(self.moment).items():
            mine = self._closure.objectives_of(id)
            if mine and rules.sealed:
                graph = Graph.of_objectives(self._closure.connection, rules.sealed, mine)
                things = (graph.objectives, graph.key_results)
                found |= {each: at.progress for some in things for each, at in some.items() if at.row.cycle_id == id}
        return found

    def _own(self, part: KeyResultAt) -> Progress | None:
        """The key result's own progress, whoever inherits it."""
        metric, cycle, early = metric_of(part.row.metric), self.rules[part.row.cycle_id], self._early
        reports = self._in_force(part.row.id) if metric.periodic or early else []
        said = replace(part, standing={**part.standing, **standing_of(reports)}) if early else part
        return progress_of(metric, said, cycle, self.moment, reports)

    @property
    def _early(self) -> bool:
        """Whether the day asked leaves check-ins out that are in force."""
        return self.moment.effective_on < self.moment.today

    def _in_force(self, key_result_id: str) -> list[Said]:
        day = self.moment.effective_on.isoformat()
        reports = self._reports[key_result_id].values()
        counted = [each for each in reports if not each["retracted"] and each["measured_on"] <= day]
        return sorted(counted, key=lambda each: (each["measured_on"], each["created"]))


TAKE: dict[Any, Callable[[Rolling, Any], None]] = {
    units: Rolling.take_unit,
    cycles: Rolling.take_cycle,
    objectives: Rolling.take_objective,
    key_results: Rolling.take_key_result,
    standings: Rolling.take_standing,
    check_ins: Rolling.take_report,
    alignments: Rolling.take_link,
}
