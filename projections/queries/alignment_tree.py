"""The alignment tree: the OKR map at a moment, as a tree or as a graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import KeyResultAt
from projections.evaluation.objectives import Below, ObjectiveAt
from projections.queries import serializers

DEEPEST = 60
"""As deep as answers can be written: below a key result an objective stands four levels of JSON deeper, and 254 is the end."""
LIVE = ("active", "proposed", "confirmed")
"""The states of a link that has neither ended nor been declined."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a graph an answer shows: a cycle's, some units', what stands below one root; `ended` with what is cancelled."""

    cycle: str | None = None
    units: frozenset[str] | None = None
    root: str | None = None
    depth: int = DEEPEST
    ended: bool = False

    def __call__(self, objective: ObjectiveAt) -> bool:
        row = objective.row
        return (
            (self.ended or objective.live)
            and (self.units is None or row.unit_id in self.units)
            and (self.cycle is None or row.cycle_id == self.cycle)
        )


class AlignmentTree:
    """The answer in the making: `told` are the objectives in it so far, `homes` say below what each is told."""

    def __init__(
        self, graph: Graph, shown: Shown, units: Iterable[Any], priorities: Iterable[Any] = (), sides: Iterable[Any] = ()
    ) -> None:
        """`sides` are the links that count in no roll-up."""
        self.graph = graph
        self.sides = sides
        self.shown = shown
        self.units = list(units)
        self.priorities = [row for row in priorities if shown.ended or row.state == "active"]
        self.priority_ids = {row.id for row in self.priorities}
        self.told: set[str] = set()
        self.homes: dict[str, str | None] = {}

    def as_tree(self) -> dict[str, Any]:
        """`roots` hold their children; an objective met a second time, or below the depth asked, is `{"ref": id}`."""
        found = self._roots()
        self._settle([(root, None) for root in found])
        roots = [self._node(objective, None) for objective in found]
        return {**self._around(), "roots": roots, "alignments": self._links()}

    def as_graph(self) -> dict[str, Any]:
        """The same objectives and links, flat."""
        self._settle([(root, None) for root in self._roots()])
        self.told = set(self.homes)
        nodes = [self._alone(objective) for id, objective in self.graph.objectives.items() if id in self.told]
        return {**self._around(), "objectives": nodes, "alignments": self._links()}

    def of_key_result(self, id: str) -> dict[str, Any]:
        """A key result with the objectives that inherit it."""
        heirs = self._in(self.graph.heirs.get(id, []))
        self._settle([(child, id) for _, child in heirs])
        return self._key_result(self.graph.key_results[id])

    def _alone(self, objective: ObjectiveAt) -> dict[str, Any]:
        return {
            **serializers.objective(objective),
            "key_results": [serializers.key_result(part) for part in self._parts(objective)],
        }

    def _roots(self) -> list[ObjectiveAt]:
        """The objectives that serve none inside the answer."""
        inside = [objective for objective in self.graph.objectives.values() if self.shown(objective)]
        if self.shown.root:
            return [objective for objective in inside if objective.row.id == self.shown.root]
        serving = {child.row.id for objective in inside for _, child in self._below(objective)}
        roots = [objective for objective in inside if objective.row.id not in serving]
        return roots + self._circled(inside, roots) if self.shown.ended else roots

    def _circled(self, inside: list[ObjectiveAt], roots: list[ObjectiveAt]) -> list[ObjectiveAt]:
        """One of each circle that ended links close: no root leads there."""
        reached, found = self._reached(roots), list[ObjectiveAt]()
        for objective in inside:
            if objective.row.id not in reached:
                found.append(objective)
                reached |= self._reached([objective])
        return found

    def _reached(self, objectives: list[ObjectiveAt]) -> set[str]:
        reached, waiting = set[str](), list(objectives)
        while waiting:
            objective = waiting.pop()
            if objective.row.id not in reached:
                reached.add(objective.row.id)
                waiting += [child for _, child in self._below(objective)]
        return reached

    def _below(self, objective: ObjectiveAt) -> Iterator[tuple[str, ObjectiveAt]]:
        """What contributes to the objective, and under which id it is told: the objective's or its key result's."""
        for _, child in self._in(objective.children):
            yield objective.row.id, child
        for part in self._parts(objective) if self.graph.heirs else ():
            for _, child in self._in(self.graph.heirs.get(part.row.id, [])):
                yield part.row.id, child

    def _in(self, links: Below) -> Below:
        return [(link, child) for link, child in links if self._stands(link) and self.shown(child)]

    def _stands(self, link: Any) -> bool:
        return self.shown.ended or link.state in LIVE

    def _parts(self, objective: ObjectiveAt) -> list[KeyResultAt]:
        return [part for part in objective.key_results if self.shown.ended or part.live]

    def _settle(self, level: list[tuple[ObjectiveAt, str | None]]) -> None:
        """Find for every objective within the depth the parent under which it is told: the one nearest to the first level."""
        for _ in range(self.shown.depth + 1):
            met = [(objective, parent) for objective, parent in level if self._first(objective.row.id, parent)]
            level = [(child, home) for objective, _ in met for home, child in self._below(objective)]

    def _first(self, id: str, parent: str | None) -> bool:
        return id not in self.homes and self.homes.setdefault(id, parent) == parent

    def _node(self, objective: ObjectiveAt, home: str | None) -> dict[str, Any]:
        id = objective.row.id
        if id in self.told or self.homes.get(id, id) != home:
            return {"ref": id}
        self.told.add(id)
        parts = [self._key_result(part) for part in self._parts(objective)]
        return {**serializers.objective(objective), "key_results": parts, "children": self._nodes(objective.children, id)}

    def _key_result(self, part: KeyResultAt) -> dict[str, Any]:
        heirs = self.graph.heirs.get(part.row.id)
        return {**serializers.key_result(part), "children": self._nodes(heirs, part.row.id) if heirs else []}

    def _nodes(self, links: Below, home: str) -> list[dict[str, Any]]:
        told = ((link, self._node(child, home)) for link, child in self._in(links))
        return [{**node, "alignment_id": link.id, "weight": link.weight} for link, node in told]

    def _around(self) -> dict[str, Any]:
        priorities = [serializers.priority(row) for row in self.priorities]
        return {**self.graph.moment.as_dict(), "units": [serializers.unit(row) for row in self.units], "priorities": priorities}

    def _links(self) -> list[dict[str, Any]]:
        """The links with both ends in the answer."""
        found = sorted([*self.graph.links.values(), *self.sides], key=lambda link: link.created)
        return [serializers.link(link) for link in found if self._stands(link) and self._ends_here(link)]

    def _ends_here(self, link: Any) -> bool:
        if link.child_id not in self.told:
            return False
        if link.parent_type == "priority":
            return link.parent_id in self.priority_ids
        part = self.graph.key_results.get(link.parent_id)
        if part is None:
            return link.parent_id in self.told
        return part.row.objective_id in self.told and (self.shown.ended or part.live)
