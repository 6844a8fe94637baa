"""Grounds: what the numbers of a graph rest on, from an objective down to the check-ins below it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, active_links
from projections.explanations import metrics, roll_ups
from projections.explanations.evidence import DRIVER_EVENTS, WEIGHT_EVENTS, Evidence
from projections.explanations.formula import Formula
from projections.explanations.roll_ups import MeanPart

Goal = EvaluatedKeyResult | EvaluatedObjective
NO_DRIVERS = "Nothing drives it: it has no live key result that counts, and no live objective that counts contributes to it."


class FormulaBuilder:
    def __init__(self, graph: GoalGraph, evidence: Evidence) -> None:
        self.graph = graph
        self.evidence = evidence
        self._dependency_cache: dict[str, tuple[set[int], list[Goal]]] = {}
        self._sealed_builders: dict[str, FormulaBuilder] = {}

    def live_heirs(self, each: EvaluatedKeyResult) -> ChildLinks:
        """The live objectives that a live key result was inherited by, with their links: their progress is its own."""
        return active_links(self.graph.heirs.get(each.row.id, [])) if each.live else []

    def key_result_formula(self, each: EvaluatedKeyResult) -> Formula:
        """A key result's progress: its heirs' weighted mean, or what its own check-ins give."""
        if heirs := self.live_heirs(each):
            return roll_ups.mean_formula(
                [self._objective_part(link, child) for link, child in heirs], name="p", without=NO_DRIVERS
            )
        return metrics.metric_formula(each, self.graph.rules[each.row.cycle_id], self.evidence)

    def objective_formula(self, objective: EvaluatedObjective) -> Formula:
        parts, below = objective.progress_sources
        found = [
            *(self._key_result_part(part) for part in parts),
            *(self._objective_part(link, child) for link, child in below),
        ]
        return roll_ups.mean_formula(found, name="p", without=NO_DRIVERS)

    def driver_positions(self, objective: EvaluatedObjective) -> list[int]:
        """What said what drives an objective."""
        return self.evidence.newest_positions(objective.row.id, *DRIVER_EVENTS)

    def event_positions(self, thing: Goal) -> set[int]:
        """All events that a number rests on, itself with everything that counts in it."""
        found, seen, waiting = set[int](), {thing.row.id}, [thing]
        while waiting:
            own, below = self._dependencies(waiting.pop())
            found |= own
            waiting += [each for each in below if each.row.id not in seen]
            seen |= {each.row.id for each in below}
        return found

    def event_positions_by_id(self, id: str) -> set[int]:
        graph = self.graph
        return self.event_positions(graph.objectives[id] if id in graph.objectives else graph.key_results[id])

    def _sealed_builder(self, cycle_id: str) -> "FormulaBuilder":
        """The grounds of what belongs to a sealed cycle: those of when it was sealed."""
        if cycle_id not in self._sealed_builders:
            moment = self.graph.rules[cycle_id].seal_moment or self.graph.moment
            mine = [id for id, each in self.graph.objectives.items() if each.row.cycle_id == cycle_id]
            graph = GoalGraph.for_objectives(self.graph.connection, moment, mine)
            self._sealed_builders[cycle_id] = FormulaBuilder(graph, self.evidence.for_graph(graph))
        return self._sealed_builders[cycle_id]

    def _dependencies(self, thing: Goal) -> tuple[set[int], list[Goal]]:
        """What a number rests on itself, and whose numbers count in it."""
        if thing.row.id not in self._dependency_cache:
            self._dependency_cache[thing.row.id] = self._find_dependencies(thing)
        return self._dependency_cache[thing.row.id]

    def _find_dependencies(self, thing: Goal) -> tuple[set[int], list[Goal]]:
        if self.graph.rules[thing.row.cycle_id].seal_moment:
            return self._sealed_builder(thing.row.cycle_id).event_positions_by_id(thing.row.id), []
        if isinstance(thing, EvaluatedObjective):
            parts, below = thing.progress_sources
            own = {*self.driver_positions(thing), *self._weight_positions(parts), *self._link_positions(below)}
            return own, [*parts, *(child for _, child in below)]
        if heirs := self.live_heirs(thing):
            return set(self._link_positions(heirs)), [child for _, child in heirs]
        return set(self.key_result_formula(thing).positions), []

    def _weight_positions(self, parts: Iterable[EvaluatedKeyResult]) -> Iterable[int]:
        return (place for part in parts for place in self.evidence.newest_positions(part.row.id, *WEIGHT_EVENTS))

    def _link_positions(self, below: ChildLinks) -> Iterable[int]:
        return (place for link, _ in below for place in self.evidence.newest_positions(link.id, *WEIGHT_EVENTS))

    def _key_result_part(self, part: EvaluatedKeyResult) -> MeanPart:
        number = part.progress.value if part.progress else None
        weighed_at = self.evidence.newest_positions(part.row.id, *WEIGHT_EVENTS)
        return MeanPart("key_result", part.row.id, part.weight, weighed_at, number, self.event_positions(part))

    def _objective_part(self, link: Any, child: EvaluatedObjective) -> MeanPart:
        number = child.progress.value if child.progress else None
        weighed_at = self.evidence.newest_positions(link.id, *WEIGHT_EVENTS)
        return MeanPart("objective", child.row.id, Decimal(link.weight), weighed_at, number, self.event_positions(child))
