"""Impact: which aligned objectives a change touches, upwards and downwards."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from projections.store.batching import batches
from projections.store.links import CONTRIBUTING_KINDS, IS_LIVE_LINK, SIDE_KINDS
from projections.store.tables import alignments, key_results, objectives, valid_at

IS_LIVE_OBJECTIVE = objectives.c.state != "cancelled"
IS_LIVE_KEY_RESULT = key_results.c.state != "cancelled"

LinkStep = tuple[str, str]
"""An objective and the kind of the link that leads to it."""
LinkDistances = dict[str, tuple[str, int]]
"""Objectives with the kind of the link that leads to each, and how many links away it is."""


def find_affected_objectives(
    connection: Connection, objective_id: str, positions: Collection[int], *, key_result_id: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """What a change of an objective, or of one of its key results, touches, as linked at any of the positions.

    `up` is what it contributes to, however far, and what it depends on or takes as a guide; `down` what contributes to it,
    however far, and what depends on it or takes it as a guide. A key result's own objective is the first thing above it.
    """
    up, down = LinkDistances(), LinkDistances()
    for position in positions:
        reach = LinkTraversal(connection, position)
        ends = [key_result_id] if key_result_id else reach.link_targets([objective_id])
        first = [(objective_id, "key_result")] if key_result_id else reach.step_up([objective_id])
        beside = [] if key_result_id else reach.step_up([objective_id], SIDE_KINDS)
        for found, steps, direct, onward in (
            (up, first, beside, reach.step_up),
            (down, reach.objectives_linked_to(ends), reach.objectives_linked_to(ends, SIDE_KINDS), reach.step_down),
        ):
            for id, step in [*_traverse(steps, onward), *((id, (kind, 1)) for id, kind in direct)]:
                if id != objective_id or (key_result_id and found is up):
                    found.setdefault(id, step)
    newest = LinkTraversal(connection, max(positions))
    return {"up": newest.serialize(up), "down": newest.serialize(down)}


class LinkTraversal:
    """Steps along the links as they stood at a position."""

    def __init__(self, connection: Connection, position: int) -> None:
        self.connection = connection
        self.position = position

    def step_up(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTING_KINDS) -> list[LinkStep]:
        """The live objectives to which these are linked, or to whose open key results."""
        links = self._links(alignments.c.child_id, ids, kinds)
        ends = [link.parent_id for link in links]
        of = {row.id: row.objective_id for row in self._rows(key_results, key_results.c.id, ends, IS_LIVE_KEY_RESULT)}
        return self._filter_live([(of.get(link.parent_id, link.parent_id), link.kind) for link in links])

    def step_down(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTING_KINDS) -> list[LinkStep]:
        """The live objectives that are linked to these, or to their open key results."""
        return self.objectives_linked_to(self.link_targets(ids), kinds)

    def objectives_linked_to(self, ends: Collection[str], kinds: Collection[str] = CONTRIBUTING_KINDS) -> list[LinkStep]:
        return self._filter_live([(link.child_id, link.kind) for link in self._links(alignments.c.parent_id, ends, kinds)])

    def link_targets(self, ids: Collection[str]) -> list[str]:
        """The objectives and their open key results: links may lead to both."""
        return [*ids, *(row.id for row in self._rows(key_results, key_results.c.objective_id, ids, IS_LIVE_KEY_RESULT))]

    def _filter_live(self, steps: list[LinkStep]) -> list[LinkStep]:
        """Nothing goes on through what was cancelled."""
        live = {row.id for row in self._rows(objectives, objectives.c.id, [id for id, _ in steps], IS_LIVE_OBJECTIVE)}
        return [(id, kind) for id, kind in steps if id in live]

    def serialize(self, found: LinkDistances) -> list[dict[str, Any]]:
        """The live ones as answers show them, the nearest first."""
        rows = {row.id: row for row in self._rows(objectives, objectives.c.id, found, IS_LIVE_OBJECTIVE)}
        nearest = sorted((steps, rows[id].created, id, kind) for id, (kind, steps) in found.items() if id in rows)
        return [_serialize_objective(rows[id], kind, steps) for steps, _, id, kind in nearest]

    def _links(self, column: ColumnElement[Any], ids: Collection[str], kinds: Collection[str]) -> list[Any]:
        return self._rows(alignments, column, ids, IS_LIVE_LINK, alignments.c.kind.in_(kinds))

    def _rows(self, table: Any, column: ColumnElement[Any], ids: Collection[str], *chosen: ColumnElement[bool]) -> list[Any]:
        found: list[Any] = []
        for some in batches(set(ids)):
            found += self.connection.execute(select(table).where(valid_at(table, self.position), column.in_(some), *chosen))
        return sorted(found, key=lambda row: int(row.created))


def _traverse(
    steps: list[LinkStep], onward: Callable[[Collection[str]], list[LinkStep]]
) -> Iterable[tuple[str, tuple[str, int]]]:
    """Each objective that contribution leads to, with its kind of link and its distance."""
    seen, distance = set[str](), 1
    while steps:
        level = {id: kind for id, kind in reversed(steps) if id not in seen}
        seen |= level.keys()
        yield from ((id, (kind, distance)) for id, kind in level.items())
        steps, distance = onward(level) if level else [], distance + 1


def _serialize_objective(row: Any, kind: str, distance: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "unit_id": row.unit_id,
        "owner": row.owner,
        "kind": kind,
        "distance": distance,
    }
