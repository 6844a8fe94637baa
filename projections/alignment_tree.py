"""The alignment tree: the OKR map at a moment, as a tree or as a graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from projections import shapes
from projections.graph import Graph, ObjectiveAt

DEEPEST = 100


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
    """The answer in the making: `told` are the objectives in it so far."""

    def __init__(self, graph: Graph, shown: Shown, units: Iterable[Any]) -> None:
        self.graph = graph
        self.shown = shown
        self.units = list(units)
        self.told: set[str] = set()
        self.homes: dict[str, str | None] = {}

    def as_tree(self) -> dict[str, Any]:
        """`roots` hold their children; an objective met a second time, or below the depth asked, is `{"ref": id}`."""
        found = self._roots()
        self._settle(found)
        roots = [self._node(objective, None) for objective in found]
        return {**self._around(), "roots": roots, "alignments": self._links()}

    def as_graph(self) -> dict[str, Any]:
        """The same objectives and links, flat."""
        self._settle(self._roots())
        self.told = set(self.homes)
        nodes = [self._alone(objective) for id, objective in self.graph.objectives.items() if id in self.told]
        return {**self._around(), "objectives": nodes, "alignments": self._links()}

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

    def _below(self, objective: ObjectiveAt) -> Iterator[tuple[Any, ObjectiveAt]]:
        for link, child in objective.children:
            if (self.shown.ended or link.state == "active") and self.shown(child):
                yield link, child

    def _settle(self, roots: list[ObjectiveAt]) -> None:
        """Find for every objective within the depth the parent under which it is told: the one nearest to a root."""
        level: list[tuple[ObjectiveAt, str | None]] = [(root, None) for root in roots]
        for _ in range(self.shown.depth + 1):
            met = [(objective, parent) for objective, parent in level if self._first(objective.row.id, parent)]
            level = [(child, objective.row.id) for objective, _ in met for _, child in self._below(objective)]

    def _first(self, id: str, parent: str | None) -> bool:
        return id not in self.homes and self.homes.setdefault(id, parent) == parent

    def _node(self, objective: ObjectiveAt, parent: str | None) -> dict[str, Any]:
        id = objective.row.id
        if id in self.told or self.homes.get(id, id) != parent:
            return {"ref": id}
        self.told.add(id)
        return {**self._alone(objective), "children": [self._child(*below, id) for below in self._below(objective)]}

    def _child(self, link: Any, child: ObjectiveAt, parent: str) -> dict[str, Any]:
        return {**self._node(child, parent), "alignment_id": link.id, "weight": link.weight}

    def _alone(self, objective: ObjectiveAt) -> dict[str, Any]:
        told = [part for part in objective.key_results if self.shown.ended or part.live]
        return {**shapes.objective(objective), "key_results": [shapes.key_result(part) for part in told]}

    def _around(self) -> dict[str, Any]:
        return {**self.graph.moment.as_dict(), "units": [shapes.unit(row) for row in self.units], "priorities": []}

    def _links(self) -> list[dict[str, Any]]:
        """The links with both ends in the answer."""
        return [
            shapes.link(link)
            for link in self.graph.links.values()
            if link.child_id in self.told and link.parent_id in self.told and (self.shown.ended or link.state == "active")
        ]
