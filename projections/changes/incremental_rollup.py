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
from projections.changes.affected_rows import AffectedRows
from projections.evaluation.cadences import Cadences
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, compute_progress, parse_metric
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, active_links, inherit_progress
from projections.moment import Moment
from projections.store.standings import compute_standing, standing_from_row
from projections.store.tables import CheckInRow, alignments, check_ins, cycles, key_results, objectives, standings, units


class IncrementalRollup:
    """The objectives of a closure as they stood at a position, then at a later one, and so on.

    Check-ins count that were measured up to the moment's effective day.
    """

    def __init__(self, closure: AffectedRows, moment: Moment) -> None:
        self.moment = moment
        self.objectives: dict[str, EvaluatedObjective] = {}
        self.key_results: dict[str, EvaluatedKeyResult] = {}
        self.rules: dict[str, CycleRules] = {}
        self.cadences = Cadences()
        self._links_by_parent: dict[str, dict[str, Any]] = defaultdict(dict)
        self._links_by_child: dict[str, dict[str, Any]] = defaultdict(dict)
        self._check_ins_by_key_result: dict[str, dict[str, CheckInRow]] = defaultdict(dict)
        self._dirty_ids: set[str] = set()
        self._affected_rows = closure
        self._pending = list(closure.iter_versions())[::-1]

    def advance_to(self, position: int) -> None:
        """Go on to a position, not before the one where it stands."""
        while self._pending and self._pending[-1][0] <= position:
            _, table, row = self._pending.pop()
            ROW_HANDLERS[table](self, row)
        self._recalculate()

    def progress_by_objective(self) -> dict[str, Progress | None]:
        return {id: objective.progress for id, objective in self.objectives.items()}

    def ancestor_distances(self, ids: Iterable[str]) -> dict[str, int]:
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
        links = [(link, self.objectives[id]) for link in self._links_by_child[id].values()]
        goals = (self._parent_objective_id(link.parent_id) for link, _ in active_links(links))
        return [goal for goal in goals if goal in self.objectives]

    def _parent_objective_id(self, end: str) -> str:
        """The objective that a link leads to, itself or by its key result."""
        part = self.key_results.get(end)
        return str(part.row.objective_id) if part else end

    def _child_links(self, end: str) -> ChildLinks:
        return [(link, self.objectives[link.child_id]) for link in self._links_by_parent.get(end, {}).values()]

    def apply_cycle(self, row: Any) -> None:
        if row.state == "closed":
            self._recalculate()
        self.rules[row.id] = CycleRules(row, self.moment)
        self._refresh_due_days([part for part in self.key_results.values() if part.row.cycle_id == row.id])

    def apply_unit(self, row: Any) -> None:
        """What stands below it may have another cadence from now on."""
        self.cadences.replace_unit(row)
        self._refresh_due_days(list(self.key_results.values()))

    def _refresh_due_days(self, parts: Iterable[EvaluatedKeyResult]) -> None:
        for part in parts:
            part.due_days = self._due_days(part.unit_id, part.row)
            self._dirty_ids.add(part.row.objective_id)

    def _due_days(self, unit_id: str, row: Any) -> DueDays:
        return self.rules[row.cycle_id].due_days(self.cadences.effective_parts(unit_id, row.cadence))

    def apply_objective(self, row: Any) -> None:
        objective = self.objectives.setdefault(row.id, EvaluatedObjective(row))
        objective.row = row
        for part in objective.key_results:
            part.live = part.row.state == "open" and objective.live
        self._dirty_ids |= {
            row.id,
            *(self._parent_objective_id(link.parent_id) for link in self._links_by_child[row.id].values()),
        }

    def apply_key_result(self, row: Any) -> None:
        objective = self.objectives[row.objective_id]
        unit_id = objective.row.unit_id
        due = self._due_days(unit_id, row)
        if row.id not in self.key_results:
            self.key_results[row.id] = EvaluatedKeyResult(
                row, live=True, weight=Decimal(row.weight), due_days=due, unit_id=unit_id
            )
            objective.key_results.append(self.key_results[row.id])
        part = self.key_results[row.id]
        part.due_days = due
        part.row, part.weight, part.live = row, Decimal(row.weight), row.state == "open" and objective.live
        self._dirty_ids.add(row.objective_id)

    def apply_standing(self, row: Any) -> None:
        part = self.key_results[row.id]
        part.standing = standing_from_row(row)
        self._dirty_ids.add(part.row.objective_id)

    def apply_check_in(self, row: Any) -> None:
        self._check_ins_by_key_result[row.key_result_id][row.id] = row

    def apply_link(self, row: Any) -> None:
        self._links_by_parent[row.parent_id][row.id] = self._links_by_child[row.child_id][row.id] = row
        self._dirty_ids.add(self._parent_objective_id(row.parent_id))

    def _recalculate(self) -> None:
        """What moved and all above it, the lowest first."""
        concerned = self.ancestor_distances(self._dirty_ids)
        below = {id: {child.row.id for _, child in self._contributing_links(id)} & concerned.keys() for id in concerned}
        for id in TopologicalSorter(below).static_order():
            self._roll_up(self.objectives[id])
        self._dirty_ids.clear()

    def _contributing_links(self, id: str) -> ChildLinks:
        ends = (id, *(part.row.id for part in self.objectives[id].key_results))
        return [each for end in ends for each in active_links(self._child_links(end))]

    def _roll_up(self, objective: EvaluatedObjective) -> None:
        """Anew from what contributes; what belongs to a sealed cycle keeps what it ended with."""
        if self.rules[objective.row.cycle_id].closed:
            self._freeze_at_seal(objective)
            return
        for part in objective.key_results:
            part.progress = self._own_progress(part)
        list(
            inherit_progress(
                objective.key_results, {part.row.id: self._child_links(part.row.id) for part in objective.key_results}
            )
        )
        objective.children = self._child_links(objective.row.id)
        objective.roll_up()

    def _freeze_at_seal(self, objective: EvaluatedObjective) -> None:
        """Where the cycle was closed on the way, the numbers are there already."""
        ended = self._sealed_progress
        objective.progress = ended.get(objective.row.id, objective.progress)
        for part in objective.key_results:
            part.progress = ended.get(part.row.id, part.progress)

    @cached_property
    def _sealed_progress(self) -> dict[str, Progress | None]:
        """What objectives and key results ended with whose cycles were closed where it began, or before."""
        found: dict[str, Progress | None] = {}
        for id, rules in self._affected_rows.closed_cycle_rules(self.moment).items():
            mine = self._affected_rows.objective_ids_in_cycle(id)
            if mine and rules.seal_moment:
                graph = GoalGraph.for_objectives(self._affected_rows.connection, rules.seal_moment, mine)
                things = (graph.objectives, graph.key_results)
                found |= {each: at.progress for some in things for each, at in some.items() if at.row.cycle_id == id}
        return found

    def _own_progress(self, part: EvaluatedKeyResult) -> Progress | None:
        """The key result's own progress, whoever inherits it."""
        metric, cycle, early = parse_metric(part.row.metric), self.rules[part.row.cycle_id], self._is_effective_before_today
        reports = self._check_ins_in_force(part.row.id) if metric.periodic or early else []
        said = replace(part, standing=compute_standing(reports)) if early else part
        return compute_progress(metric, said, cycle, self.moment, reports)

    @property
    def _is_effective_before_today(self) -> bool:
        """Whether the day asked leaves check-ins out that are in force."""
        return self.moment.effective_on < self.moment.today

    def _check_ins_in_force(self, key_result_id: str) -> list[CheckInRow]:
        day = self.moment.effective_on.isoformat()
        reports = self._check_ins_by_key_result[key_result_id].values()
        counted = [each for each in reports if not each.retracted and each.measured_on <= day]
        return sorted(counted, key=lambda each: (each.measured_on, each.created))


ROW_HANDLERS: dict[Any, Callable[[IncrementalRollup, Any], None]] = {
    units: IncrementalRollup.apply_unit,
    cycles: IncrementalRollup.apply_cycle,
    objectives: IncrementalRollup.apply_objective,
    key_results: IncrementalRollup.apply_key_result,
    standings: IncrementalRollup.apply_standing,
    check_ins: IncrementalRollup.apply_check_in,
    alignments: IncrementalRollup.apply_link,
}
