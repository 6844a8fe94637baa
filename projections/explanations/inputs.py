"""Grounds: what the numbers of a graph rest on, from an objective down to the check-ins below it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import KeyResultAt
from projections.evaluation.objectives import Below, ObjectiveAt, counting
from projections.explanations import metrics, roll_ups
from projections.explanations.evidence import DRIVEN, LINKED, WEIGHED, Evidence
from projections.explanations.formula import Formula
from projections.explanations.roll_ups import Part

Thing = KeyResultAt | ObjectiveAt
NOTHING = "Nothing drives it: it has no live key result that counts, and no live objective that counts contributes to it."


class Grounds:
    def __init__(self, graph: Graph, evidence: Evidence) -> None:
        self.graph = graph
        self.evidence = evidence
        self._own: dict[str, tuple[set[int], list[Thing]]] = {}
        self._sealed: dict[str, Grounds] = {}

    def heirs(self, each: KeyResultAt) -> Below:
        """The live objectives that a live key result was inherited by, with their links: their progress is its own."""
        return counting(self.graph.heirs.get(each.row.id, [])) if each.live else []

    def of(self, each: KeyResultAt) -> Formula:
        """A key result's progress: its heirs' weighted mean, or what its own check-ins give."""
        if heirs := self.heirs(each):
            return roll_ups.mean([self._aligned(link, child) for link, child in heirs], name="p", without=NOTHING)
        return metrics.explained(each, self.graph.rules[each.row.cycle_id], self.evidence)

    def of_objective(self, objective: ObjectiveAt) -> Formula:
        parts, below = objective.driving
        found = [*(self._measure(part) for part in parts), *(self._aligned(link, child) for link, child in below)]
        return roll_ups.mean(found, name="p", without=NOTHING)

    def driven_at(self, objective: ObjectiveAt) -> list[int]:
        """What said what drives an objective."""
        return self.evidence.newest(objective.row.id, *DRIVEN)

    def behind(self, thing: Thing) -> set[int]:
        """All events that a number rests on, itself with everything that counts in it."""
        found, seen, waiting = set[int](), {thing.row.id}, [thing]
        while waiting:
            own, below = self._step(waiting.pop())
            found |= own
            waiting += [each for each in below if each.row.id not in seen]
            seen |= {each.row.id for each in below}
        return found

    def behind_id(self, id: str) -> set[int]:
        graph = self.graph
        return self.behind(graph.objectives[id] if id in graph.objectives else graph.key_results[id])

    def _as_sealed(self, cycle_id: str) -> "Grounds":
        """The grounds of what belongs to a sealed cycle: those of when it was sealed."""
        if cycle_id not in self._sealed:
            moment = self.graph.rules[cycle_id].sealed or self.graph.moment
            mine = [id for id, each in self.graph.objectives.items() if each.row.cycle_id == cycle_id]
            graph = Graph.of_objectives(self.graph.connection, moment, mine)
            self._sealed[cycle_id] = Grounds(graph, self.evidence.of(graph))
        return self._sealed[cycle_id]

    def _step(self, thing: Thing) -> tuple[set[int], list[Thing]]:
        """What a number rests on itself, and whose numbers count in it."""
        if thing.row.id not in self._own:
            self._own[thing.row.id] = self._found(thing)
        return self._own[thing.row.id]

    def _found(self, thing: Thing) -> tuple[set[int], list[Thing]]:
        if self.graph.rules[thing.row.cycle_id].sealed:
            return self._as_sealed(thing.row.cycle_id).behind_id(thing.row.id), []
        if isinstance(thing, ObjectiveAt):
            parts, below = thing.driving
            own = {*self.driven_at(thing), *self._weighed(parts), *self._linked(below)}
            return own, [*parts, *(child for _, child in below)]
        if heirs := self.heirs(thing):
            return set(self._linked(heirs)), [child for _, child in heirs]
        return set(self.of(thing).positions), []

    def _weighed(self, parts: Iterable[KeyResultAt]) -> Iterable[int]:
        return (place for part in parts for place in self.evidence.newest(part.row.id, *WEIGHED))

    def _linked(self, below: Below) -> Iterable[int]:
        return (place for link, _ in below for place in self.evidence.newest(link.id, *LINKED))

    def _measure(self, part: KeyResultAt) -> Part:
        number = part.progress.value if part.progress else None
        weighed_at = self.evidence.newest(part.row.id, *WEIGHED)
        return Part("key_result", part.row.id, part.weight, weighed_at, number, self.behind(part))

    def _aligned(self, link: Any, child: ObjectiveAt) -> Part:
        number = child.progress.value if child.progress else None
        weighed_at = self.evidence.newest(link.id, *LINKED)
        return Part("objective", child.row.id, Decimal(link.weight), weighed_at, number, self.behind(child))
