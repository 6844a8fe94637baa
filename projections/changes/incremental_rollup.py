"""Carries the progress of objectives from one position to the next, recalculating only what changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, partial
from graphlib import TopologicalSorter
from operator import attrgetter, itemgetter

from okr_events.domain.progress import Progress
from projections.changes.affected_rows import AffectedRows
from projections.evaluation.cadences import Cadences
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, compute_progress, parse_metric
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, active_links, inherit_progress
from projections.moment import Moment
from projections.store import tables
from projections.store.lookups import R
from projections.store.standings import compute_standing

Links = dict[str, dict[str, tables.AlignmentRow]]
PendingChange = tuple[int, Callable[[], None]]
"""The position from which a row is valid, and what applies it."""


class IncrementalRollup:
    """The affected objectives at a position that advances. Check-ins count up to the moment's effective day."""

    def __init__(self, affected_rows: AffectedRows, moment: Moment) -> None:
        self.moment = moment
        self.objectives: dict[str, EvaluatedObjective] = {}
        self.key_results: dict[str, EvaluatedKeyResult] = {}
        self.rules: dict[str, CycleRules] = {}
        self.cadences = Cadences()
        self._links_by_parent: Links = defaultdict(dict)
        self._links_by_child: Links = defaultdict(dict)
        self._check_ins_by_key_result: dict[str, dict[str, tables.CheckInRow]] = defaultdict(dict)
        self._dirty_ids: set[str] = set()
        self._affected_rows = affected_rows
        self._pending = self._order_changes()[::-1]

    def advance_to(self, position: int) -> None:
        """Apply all rows up to a position, which must not lie before the present one."""
        while self._pending and self._pending[-1][0] <= position:
            _, apply = self._pending.pop()
            apply()
        self._recalculate()

    def _order_changes(self) -> list[PendingChange]:
        """The rows to apply, by position; at one position, a row follows the rows that it refers to."""
        rows = self._affected_rows
        changes = [
            *self._list_changes(rows.units, self.apply_unit),
            *self._list_changes(rows.cycles, self.apply_cycle),
            *self._list_changes(rows.objectives, self.apply_objective),
            *self._list_changes(rows.key_results, self.apply_key_result),
            *self._list_changes(rows.standings, self.apply_standing),
            *self._list_changes(rows.check_ins, self.apply_check_in),
            *self._list_changes(rows.links, self.apply_link),
        ]
        return sorted(changes, key=itemgetter(0))

    def _list_changes(self, rows: Iterable[R], apply: Callable[[R], None]) -> Iterator[PendingChange]:
        for row in sorted(rows, key=attrgetter("from_position")):
            yield max(row.from_position, self._affected_rows.first), partial(apply, row)

    def progress_by_objective(self) -> dict[str, Progress | None]:
        return {id: objective.progress for id, objective in self.objectives.items()}

    def ancestor_distances(self, ids: Iterable[str]) -> dict[str, int]:
        """The known objectives among `ids` and all to which they contribute, with the number of links between."""
        distances: dict[str, int] = {}
        level, distance = {id for id in ids if id in self.objectives}, 0
        while level:
            distances |= dict.fromkeys(level, distance)
            level = {parent for id in level for parent in self._parents(id)} - distances.keys()
            distance += 1
        return distances

    def _parents(self, id: str) -> list[str]:
        """The known objectives to which one contributes, directly or through their key results."""
        links = active_links([(link, self.objectives[id]) for link in self._links_by_child[id].values()])
        parents = (self._parent_objective_id(link) for link, _ in links)
        return [parent for parent in parents if parent in self.objectives]

    def _parent_objective_id(self, link: tables.AlignmentRow) -> str:
        key_result = self.key_results.get(link.parent_id)
        return key_result.row.objective_id if key_result else link.parent_id

    def _child_links(self, parent_id: str) -> ChildLinks:
        return [(link, self.objectives[link.child_id]) for link in self._links_by_parent.get(parent_id, {}).values()]

    def apply_cycle(self, row: tables.CycleRow) -> None:
        if row.state == "closed":
            self._recalculate()
        self.rules[row.id] = CycleRules(row, self.moment)
        self._refresh_due_days(each for each in self.key_results.values() if each.row.cycle_id == row.id)

    def apply_unit(self, row: tables.UnitRow) -> None:
        self.cadences.replace_unit(row)
        self._refresh_due_days(self.key_results.values())

    def _refresh_due_days(self, key_results: Iterable[EvaluatedKeyResult]) -> None:
        for key_result in key_results:
            parts = self.cadences.effective_parts(key_result.unit_id, key_result.row.cadence)
            key_result.due_days = self.rules[key_result.row.cycle_id].due_days(parts)
            self._dirty_ids.add(key_result.row.objective_id)

    def apply_objective(self, row: tables.ObjectiveRow) -> None:
        objective = self.objectives.setdefault(row.id, EvaluatedObjective(row))
        objective.row = row
        for key_result in objective.key_results:
            key_result.live = key_result.row.state == "open" and objective.live
        self._dirty_ids |= {row.id, *map(self._parent_objective_id, self._links_by_child[row.id].values())}

    def apply_key_result(self, row: tables.KeyResultRow) -> None:
        objective, weight = self.objectives[row.objective_id], Decimal(row.weight)
        live = row.state == "open" and objective.live
        if row.id not in self.key_results:
            due_days, unit_id = self.rules[row.cycle_id].due_days(), objective.row.unit_id
            self.key_results[row.id] = EvaluatedKeyResult(row, live=live, weight=weight, due_days=due_days, unit_id=unit_id)
            objective.key_results.append(self.key_results[row.id])
        key_result = self.key_results[row.id]
        key_result.row, key_result.weight, key_result.live = row, weight, live
        self._refresh_due_days([key_result])

    def apply_standing(self, row: tables.StandingRow) -> None:
        key_result = self.key_results[row.id]
        key_result.standing = row
        self._dirty_ids.add(key_result.row.objective_id)

    def apply_check_in(self, row: tables.CheckInRow) -> None:
        self._check_ins_by_key_result[row.key_result_id][row.id] = row

    def apply_link(self, row: tables.AlignmentRow) -> None:
        self._links_by_parent[row.parent_id][row.id] = self._links_by_child[row.child_id][row.id] = row
        self._dirty_ids.add(self._parent_objective_id(row))

    def _recalculate(self) -> None:
        """Roll up the changed objectives and all objectives above them, children first."""
        ids = self.ancestor_distances(self._dirty_ids)
        children = {id: {child.row.id for _, child in self._contributing_links(id)} & ids.keys() for id in ids}
        for id in TopologicalSorter(children).static_order():
            self._roll_up(self.objectives[id])
        self._dirty_ids.clear()

    def _contributing_links(self, id: str) -> ChildLinks:
        parent_ids = (id, *(key_result.row.id for key_result in self.objectives[id].key_results))
        return [link for parent_id in parent_ids for link in active_links(self._child_links(parent_id))]

    def _roll_up(self, objective: EvaluatedObjective) -> None:
        if self.rules[objective.row.cycle_id].closed:
            self._freeze_at_seal(objective)
            return
        for key_result in objective.key_results:
            key_result.progress = self._own_progress(key_result)
        heirs = {key_result.row.id: self._child_links(key_result.row.id) for key_result in objective.key_results}
        list(inherit_progress(objective.key_results, heirs))
        objective.children = self._child_links(objective.row.id)
        objective.roll_up()

    def _freeze_at_seal(self, objective: EvaluatedObjective) -> None:
        """Set the final progress, which is the present one for a cycle that was closed after the first position."""
        sealed = self._sealed_progress
        objective.progress = sealed.get(objective.row.id, objective.progress)
        for key_result in objective.key_results:
            key_result.progress = sealed.get(key_result.row.id, key_result.progress)

    @cached_property
    def _sealed_progress(self) -> dict[str, Progress | None]:
        """The final progress of the goals of cycles that were closed up to the first position."""
        progress: dict[str, Progress | None] = {}
        for cycle_id, rules in self._affected_rows.closed_cycle_rules(self.moment).items():
            ids = self._affected_rows.objective_ids_in_cycle(cycle_id)
            if ids and rules.seal_moment:
                graph = GoalGraph.for_objectives(self._affected_rows.connection, rules.seal_moment, ids)
                progress |= {id: each.progress for id, each in graph.objectives.items() if each.row.cycle_id == cycle_id}
                progress |= {id: each.progress for id, each in graph.key_results.items() if each.row.cycle_id == cycle_id}
        return progress

    def _own_progress(self, key_result: EvaluatedKeyResult) -> Progress | None:
        """The progress of a key result by its own check-ins, without heirs."""
        metric, cycle = parse_metric(key_result.row.metric), self.rules[key_result.row.cycle_id]
        is_early = self.moment.effective_on < self.moment.today
        reports = self._check_ins_in_force(key_result.row.id) if metric.periodic or is_early else []
        if is_early:
            key_result = replace(key_result, standing=tables.row_from_values(tables.StandingRow, compute_standing(reports)))
        return compute_progress(metric, key_result, cycle, self.moment, reports)

    def _check_ins_in_force(self, key_result_id: str) -> list[tables.CheckInRow]:
        day = self.moment.effective_on.isoformat()
        reports = self._check_ins_by_key_result[key_result_id].values()
        in_force = [report for report in reports if not report.retracted and report.measured_on <= day]
        return sorted(in_force, key=lambda report: (report.measured_on, report.created))
