"""The alignment tree: the goals at a moment with all that contributes to them, as a tree or as a graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective
from projections.queries import goal_serializers
from projections.store.link_conditions import LIVE_LINK_STATES
from projections.store.tables import AlignmentRow, PriorityRow, UnitRow

MAX_DEPTH = 60
"""The JSON writer stops at 254 levels, and each objective below a key result takes four."""


@dataclass(frozen=True, slots=True)
class TreeFilter:
    """What an answer includes: one cycle, some units, the objectives below a root; `ended` adds what was cancelled."""

    cycle: str | None = None
    units: frozenset[str] | None = None
    root: str | None = None
    depth: int = MAX_DEPTH
    ended: bool = False

    def __call__(self, objective: EvaluatedObjective) -> bool:
        row = objective.row
        return (
            (self.ended or objective.live)
            and (self.units is None or row.unit_id in self.units)
            and (self.cycle is None or row.cycle_id == self.cycle)
        )


class AlignmentTree:
    """Builds one answer: `included_ids` are the objectives in it so far, `parent_ids` the parent of each in the tree."""

    def __init__(
        self,
        graph: GoalGraph,
        tree_filter: TreeFilter,
        units: Iterable[UnitRow],
        priorities: Iterable[PriorityRow] = (),
        side_links: Iterable[AlignmentRow] = (),
    ) -> None:
        """`side_links` are the links that count in no roll-up."""
        self.graph = graph
        self.side_links = side_links
        self.tree_filter = tree_filter
        self.units = list(units)
        self.priorities = [row for row in priorities if tree_filter.ended or row.state == "active"]
        self.priority_ids = {row.id for row in self.priorities}
        self.included_ids: set[str] = set()
        self.parent_ids: dict[str, str | None] = {}

    def as_tree(self) -> JsonObject:
        """`roots` hold their children; a second occurrence, or an objective below the depth, is `{"ref": id}`."""
        roots = self._roots()
        self._assign_parents([(root, None) for root in roots])
        nodes = [self._node(objective, None) for objective in roots]
        return {**self._common_fields(), "roots": nodes, "alignments": self._links()}

    def as_graph(self) -> JsonObject:
        """The same objectives and links, flat."""
        self._assign_parents([(root, None) for root in self._roots()])
        self.included_ids = set(self.parent_ids)
        nodes = [self._flat_node(objective) for id, objective in self.graph.objectives.items() if id in self.included_ids]
        return {**self._common_fields(), "objectives": nodes, "alignments": self._links()}

    def serialize_key_result(self, id: str) -> JsonObject:
        """A key result with the objectives that inherit it."""
        heirs = self._visible_links(self.graph.heirs.get(id, []))
        self._assign_parents([(child, id) for _, child in heirs])
        return self._key_result_node(self.graph.key_results[id])

    def _flat_node(self, objective: EvaluatedObjective) -> JsonObject:
        return {
            **goal_serializers.serialize_objective(objective),
            "key_results": [goal_serializers.serialize_key_result(part) for part in self._visible_key_results(objective)],
        }

    def _roots(self) -> list[EvaluatedObjective]:
        """The included objectives that contribute to no other included one."""
        inside = [objective for objective in self.graph.objectives.values() if self.tree_filter(objective)]
        if self.tree_filter.root:
            return [objective for objective in inside if objective.row.id == self.tree_filter.root]
        serving = {child.row.id for objective in inside for _, child in self._children_with_parent(objective)}
        roots = [objective for objective in inside if objective.row.id not in serving]
        return roots + self._loop_entries(inside, roots) if self.tree_filter.ended else roots

    def _loop_entries(self, inside: list[EvaluatedObjective], roots: list[EvaluatedObjective]) -> list[EvaluatedObjective]:
        """One objective of each circle that ended links close, since no root leads there."""
        reached, found = self._reachable_ids(roots), list[EvaluatedObjective]()
        for objective in inside:
            if objective.row.id not in reached:
                found.append(objective)
                reached |= self._reachable_ids([objective])
        return found

    def _reachable_ids(self, objectives: list[EvaluatedObjective]) -> set[str]:
        reached, waiting = set[str](), list(objectives)
        while waiting:
            objective = waiting.pop()
            if objective.row.id not in reached:
                reached.add(objective.row.id)
                waiting += [child for _, child in self._children_with_parent(objective)]
        return reached

    def _children_with_parent(self, objective: EvaluatedObjective) -> Iterator[tuple[str, EvaluatedObjective]]:
        """Yield the children, each with the id that it contributes to: the objective's or that of one of its key results."""
        for _, child in self._visible_links(objective.children):
            yield objective.row.id, child
        for part in self._visible_key_results(objective) if self.graph.heirs else ():
            for _, child in self._visible_links(self.graph.heirs.get(part.row.id, [])):
                yield part.row.id, child

    def _visible_links(self, links: ChildLinks) -> ChildLinks:
        return [(link, child) for link, child in links if self._is_visible_link(link) and self.tree_filter(child)]

    def _is_visible_link(self, link: AlignmentRow) -> bool:
        return self.tree_filter.ended or link.state in LIVE_LINK_STATES

    def _visible_key_results(self, objective: EvaluatedObjective) -> list[EvaluatedKeyResult]:
        return [part for part in objective.key_results if self.tree_filter.ended or part.live]

    def _assign_parents(self, level: list[tuple[EvaluatedObjective, str | None]]) -> None:
        """Set the parent of every objective within the depth: the one nearest to the first level."""
        for _ in range(self.tree_filter.depth + 1):
            new = [objective for objective, parent in level if self._claim_parent(objective.row.id, parent)]
            level = [(child, parent) for objective in new for parent, child in self._children_with_parent(objective)]

    def _claim_parent(self, id: str, parent: str | None) -> bool:
        return id not in self.parent_ids and self.parent_ids.setdefault(id, parent) == parent

    def _node(self, objective: EvaluatedObjective, parent: str | None) -> JsonObject:
        id = objective.row.id
        if id in self.included_ids or self.parent_ids.get(id, id) != parent:
            return {"ref": id}
        self.included_ids.add(id)
        parts = [self._key_result_node(part) for part in self._visible_key_results(objective)]
        children = self._child_nodes(objective.children, id)
        return {**goal_serializers.serialize_objective(objective), "key_results": parts, "children": children}

    def _key_result_node(self, part: EvaluatedKeyResult) -> JsonObject:
        heirs = self.graph.heirs.get(part.row.id)
        return {
            **goal_serializers.serialize_key_result(part),
            "children": self._child_nodes(heirs, part.row.id) if heirs else [],
        }

    def _child_nodes(self, links: ChildLinks, parent: str) -> list[JsonObject]:
        return [
            {**self._node(child, parent), "alignment_id": link.id, "weight": link.weight}
            for link, child in self._visible_links(links)
        ]

    def _common_fields(self) -> JsonObject:
        units = [goal_serializers.serialize_unit(row) for row in self.units]
        priorities = [goal_serializers.serialize_priority(row) for row in self.priorities]
        return {**self.graph.moment.as_dict(), "units": units, "priorities": priorities}

    def _links(self) -> list[JsonObject]:
        """The visible links with both ends in the answer."""
        links = sorted([*self.graph.links.values(), *self.side_links], key=lambda link: link.created)
        return [
            goal_serializers.serialize_link(link) for link in links if self._is_visible_link(link) and self._has_both_ends(link)
        ]

    def _has_both_ends(self, link: AlignmentRow) -> bool:
        if link.child_id not in self.included_ids:
            return False
        if link.parent_type == "priority":
            return link.parent_id in self.priority_ids
        part = self.graph.key_results.get(link.parent_id)
        if part is None:
            return link.parent_id in self.included_ids
        return part.row.objective_id in self.included_ids and (self.tree_filter.ended or part.live)
