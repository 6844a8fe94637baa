"""Finds the aligned objectives that a change affects, upwards and downwards."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection

from okr_events.json_types import JsonObject
from projections.store.link_conditions import CONTRIBUTING_KINDS, IS_LIVE_LINK, SIDE_KINDS
from projections.store.lookups import R, fetch_rows_in
from projections.store.tables import AlignmentRow, KeyResultRow, ObjectiveRow, alignments, key_results, objectives

IS_LIVE_OBJECTIVE = objectives.c.state != "cancelled"
IS_LIVE_KEY_RESULT = key_results.c.state != "cancelled"

LinkStep = tuple[str, str]
"""An objective and the kind of the link that leads to it."""
LinkDistances = dict[str, tuple[str, int]]
"""By objective, the kind of the link that leads to it and its distance in links."""


def find_affected_objectives(
    connection: Connection, objective_id: str, positions: Collection[int], *, key_result_id: str | None = None
) -> dict[str, list[JsonObject]]:
    """The objectives that a change of an objective or of its key result affects, as linked at any of the positions.

    `up` holds those that it contributes to at any distance, and those that it depends on or takes as a guide; `down` the
    same in the other direction. The objective of a key result is the first one above it.
    """
    up, down = LinkDistances(), LinkDistances()
    for position in positions:
        links = LinkTraversal(connection, position)
        if key_result_id:
            ids, above, beside = [key_result_id], [(objective_id, "key_result")], []
        else:
            ids, above = links.link_targets([objective_id]), links.step_up([objective_id])
            beside = links.step_up([objective_id], SIDE_KINDS)
        below, dependents = links.objectives_linked_to(ids), links.objectives_linked_to(ids, SIDE_KINDS)
        for id, step in [*_traverse(above, links.step_up), *((id, (kind, 1)) for id, kind in beside)]:
            if id != objective_id or key_result_id:
                up.setdefault(id, step)
        for id, step in [*_traverse(below, links.step_down), *((id, (kind, 1)) for id, kind in dependents)]:
            if id != objective_id:
                down.setdefault(id, step)
    newest = LinkTraversal(connection, max(positions))
    return {"up": newest.serialize(up), "down": newest.serialize(down)}


@dataclass(frozen=True)
class LinkTraversal:
    """Follows links as they stood at a position, never through cancelled goals."""

    connection: Connection
    position: int

    def step_up(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTING_KINDS) -> list[LinkStep]:
        """The live objectives that these are linked to, directly or through a live key result."""
        links = self._links(alignments.c.child_id, ids, kinds)
        parent_ids = [link.parent_id for link in links]
        parts = {row.id: row for row in self._rows(KeyResultRow, key_results.c.id, parent_ids, IS_LIVE_KEY_RESULT)}
        parents = ((parts.get(link.parent_id), link) for link in links)
        return self._filter_live([(part.objective_id if part else link.parent_id, link.kind) for part, link in parents])

    def step_down(self, ids: Collection[str]) -> list[LinkStep]:
        """The live objectives that contribute to these or to their live key results."""
        return self.objectives_linked_to(self.link_targets(ids))

    def objectives_linked_to(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTING_KINDS) -> list[LinkStep]:
        return self._filter_live([(link.child_id, link.kind) for link in self._links(alignments.c.parent_id, ids, kinds)])

    def link_targets(self, ids: Collection[str]) -> list[str]:
        """The objectives and their live key results: links can lead to either."""
        return [*ids, *(row.id for row in self._rows(KeyResultRow, key_results.c.objective_id, ids, IS_LIVE_KEY_RESULT))]

    def _filter_live(self, steps: list[LinkStep]) -> list[LinkStep]:
        live = {row.id for row in self._rows(ObjectiveRow, objectives.c.id, [id for id, _ in steps], IS_LIVE_OBJECTIVE)}
        return [(id, kind) for id, kind in steps if id in live]

    def serialize(self, distances: LinkDistances) -> list[JsonObject]:
        """The live objectives, the nearest first."""
        rows = self._rows(ObjectiveRow, objectives.c.id, distances, IS_LIVE_OBJECTIVE)
        rows.sort(key=lambda row: (distances[row.id][1], row.created))
        return [_serialize_objective(row, *distances[row.id]) for row in rows]

    def _links(self, column: Column[str], ids: Collection[str], kinds: Collection[str]) -> list[AlignmentRow]:
        return self._rows(AlignmentRow, column, ids, IS_LIVE_LINK, alignments.c.kind.in_(kinds))

    def _rows(self, row_type: type[R], column: Column[str], ids: Collection[str], *conditions: ColumnElement[bool]) -> list[R]:
        rows = fetch_rows_in(self.connection, row_type, self.position, column, set(ids), *conditions)
        return sorted(rows, key=lambda row: row.created)


def _traverse(
    steps: list[LinkStep], step: Callable[[Collection[str]], list[LinkStep]]
) -> Iterable[tuple[str, tuple[str, int]]]:
    """Each objective that contribution leads to, with its kind of link and its distance."""
    seen, distance = set[str](), 1
    while steps:
        level = {id: kind for id, kind in reversed(steps) if id not in seen}
        seen |= level.keys()
        yield from ((id, (kind, distance)) for id, kind in level.items())
        steps, distance = step(level) if level else [], distance + 1


def _serialize_objective(row: ObjectiveRow, kind: str, distance: int) -> JsonObject:
    fields = {"id": row.id, "title": row.title, "unit_id": row.unit_id, "owner": row.owner}
    return {**fields, "kind": kind, "distance": distance}
