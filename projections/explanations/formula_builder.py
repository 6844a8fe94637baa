"""Builds the formula of each number in a graph, with the events behind it, from an objective down to its check-ins."""

from collections.abc import Iterable

from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, active_links, link_drivers
from projections.explanations import metrics
from projections.explanations.evidence import DRIVER_EVENTS, WEIGHT_EVENTS, Evidence, Goal
from projections.explanations.formula import Formula, MeanPart, mean_formula

NO_DRIVERS = "Nothing counts in the progress: there is no live key result or contributing objective that counts."


class FormulaBuilder:
    """The formulas of a graph's numbers; what belongs to a sealed cycle is explained as of the sealing."""

    def __init__(self, graph: GoalGraph, evidence: Evidence) -> None:
        self.graph = graph
        self.evidence = evidence
        self._dependency_cache: dict[str, tuple[set[int], list[Goal]]] = {}
        self._sealed_builders: dict[str, FormulaBuilder] = {}

    def live_heirs(self, key_result: EvaluatedKeyResult) -> ChildLinks:
        """The live objectives that inherited a live key result, with their links; their mean is its progress."""
        return active_links(self.graph.heirs.get(key_result.row.id, [])) if key_result.live else []

    def key_result_formula(self, key_result: EvaluatedKeyResult) -> Formula:
        """The progress of a key result: the weighted mean of its heirs, or the formula of its metric."""
        if heirs := self.live_heirs(key_result):
            return mean_formula(self._objective_parts(heirs), name="p", empty_reason=NO_DRIVERS)
        return metrics.metric_formula(key_result, self.graph.rules[key_result.row.cycle_id], self.evidence)

    def objective_formula(self, objective: EvaluatedObjective) -> Formula:
        key_results, links = objective.progress_sources
        parts = [*map(self._key_result_part, key_results), *self._objective_parts(links)]
        return mean_formula(parts, name="p", empty_reason=NO_DRIVERS)

    def driver_positions(self, objective: EvaluatedObjective) -> list[int]:
        """The event that set the progress driver of an objective."""
        return self.evidence.newest_positions(objective.row.id, *DRIVER_EVENTS)

    def event_positions(self, goal: Goal) -> set[int]:
        """All events behind the progress of a goal and of everything that counts in it."""
        positions, seen, waiting = set[int](), {goal.row.id}, [goal]
        while waiting:
            own, below = self._dependencies(waiting.pop())
            positions |= own
            waiting += [each for each in below if each.row.id not in seen]
            seen |= {each.row.id for each in below}
        return positions

    def _sealed_positions(self, cycle_id: str, id: str) -> set[int]:
        """The events behind the progress of a goal when its cycle was sealed."""
        if cycle_id not in self._sealed_builders:
            moment = self.graph.rules[cycle_id].seal_moment or self.graph.moment
            own = [id for id, objective in self.graph.objectives.items() if objective.row.cycle_id == cycle_id]
            graph = GoalGraph.for_objectives(self.graph.connection, moment, own)
            self._sealed_builders[cycle_id] = FormulaBuilder(graph, Evidence(graph.connection, self.evidence.mapper, graph))
        builder = self._sealed_builders[cycle_id]
        return builder.event_positions(builder.graph.objectives.get(id) or builder.graph.key_results[id])

    def _dependencies(self, goal: Goal) -> tuple[set[int], list[Goal]]:
        """The events that a goal's progress depends on directly, and the goals that count in it."""
        if goal.row.id not in self._dependency_cache:
            self._dependency_cache[goal.row.id] = self._find_dependencies(goal)
        return self._dependency_cache[goal.row.id]

    def _find_dependencies(self, goal: Goal) -> tuple[set[int], list[Goal]]:
        if self.graph.rules[goal.row.cycle_id].seal_moment:
            return self._sealed_positions(goal.row.cycle_id, goal.row.id), []
        if isinstance(goal, EvaluatedObjective):
            key_results, links = goal.progress_sources
            ids = [*(key_result.row.id for key_result in key_results), *(link.id for link, _ in links)]
            own = {*self.driver_positions(goal), *self._weight_positions(ids)}
            return own, [*key_results, *(child for _, child in links)]
        if heirs := self.live_heirs(goal):
            return set(self._weight_positions(link.id for link, _ in heirs)), [child for _, child in heirs]
        return set(self.key_result_formula(goal).positions), []

    def _weight_positions(self, ids: Iterable[str]) -> Iterable[int]:
        return (position for id in ids for position in self.evidence.newest_positions(id, *WEIGHT_EVENTS))

    def _key_result_part(self, key_result: EvaluatedKeyResult) -> MeanPart:
        id, progress = key_result.row.id, key_result.progress
        weighed_at = self.evidence.newest_positions(id, *WEIGHT_EVENTS)
        number = progress.value if progress else None
        return MeanPart("key_result", id, key_result.weight, weighed_at, number, self.event_positions(key_result))

    def _objective_parts(self, links: ChildLinks) -> list[MeanPart]:
        return [
            MeanPart(
                "objective",
                child.row.id,
                driver.weight,
                self.evidence.newest_positions(link.id, *WEIGHT_EVENTS),
                driver.progress.value if driver.progress else None,
                self.event_positions(child),
            )
            for (link, child), driver in zip(links, link_drivers(links), strict=True)
        ]
