"""Impact: which aligned objectives a change touches, upwards and downwards."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from projections.judged import batches
from projections.tables import alignments, at, key_results, objectives

LIVE = alignments.c.state.in_(("active", "proposed", "confirmed"))
CONTRIBUTES = ("vertical", "explicit")
BESIDE = ("horizontal", "directional")

Step = tuple[str, str]
"""An objective and the kind of the link that leads to it."""


def touched(
    connection: Connection, objective_id: str, positions: Collection[int], *, key_result_id: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """What a change of an objective, or of one of its key results, touches, as linked at any of the positions.

    `up` is what it contributes to, however far, and what it depends on or takes as a guide; `down` what contributes to it,
    however far, and what depends on it or takes it as a guide. A key result's own objective is the first thing above it.
    """
    up, down = dict[str, tuple[str, int]](), dict[str, tuple[str, int]]()
    for position in positions:
        reach = Reach(connection, position)
        first = [(objective_id, "key_result")] if key_result_id else reach.above([objective_id], CONTRIBUTES + BESIDE)
        below = reach.to([key_result_id] if key_result_id else reach.ends([objective_id]), CONTRIBUTES + BESIDE)
        for found, steps, onward in ((up, first, reach.above), (down, below, reach.below)):
            for id, step in _far(steps, onward, but=None if key_result_id else objective_id):
                found.setdefault(id, step)
    newest = Reach(connection, max(positions))
    return {"up": newest.told(up), "down": newest.told(down)}


class Reach:
    """Steps along the links as they stood at a position."""

    def __init__(self, connection: Connection, position: int) -> None:
        self.connection = connection
        self.position = position

    def above(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTES) -> list[Step]:
        """The objectives to which these are linked, or to whose key results."""
        links = self._links(alignments.c.child_id, ids, kinds)
        of = {row.id: row.objective_id for row in self._rows(key_results, key_results.c.id, [link.parent_id for link in links])}
        return [(of.get(link.parent_id, link.parent_id), link.kind) for link in links]

    def below(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTES) -> list[Step]:
        """The objectives that are linked to these, or to their key results."""
        return self.to(self.ends(ids), kinds)

    def to(self, ends: Collection[str], kinds: Collection[str]) -> list[Step]:
        return [(link.child_id, link.kind) for link in self._links(alignments.c.parent_id, ends, kinds)]

    def ends(self, ids: Collection[str]) -> list[str]:
        """The objectives and their key results: links may lead to both."""
        return [*ids, *(row.id for row in self._rows(key_results, key_results.c.objective_id, ids))]

    def told(self, found: dict[str, tuple[str, int]]) -> list[dict[str, Any]]:
        """The live ones as answers show them, the nearest first."""
        rows = {row.id: row for row in self._rows(objectives, objectives.c.id, found) if row.state != "cancelled"}
        nearest = sorted((steps, rows[id].created, id, kind) for id, (kind, steps) in found.items() if id in rows)
        return [_entry(rows[id], kind, steps) for steps, _, id, kind in nearest]

    def _links(self, column: ColumnElement[Any], ids: Collection[str], kinds: Collection[str]) -> list[Any]:
        return self._rows(alignments, column, ids, LIVE, alignments.c.kind.in_(kinds))

    def _rows(self, table: Any, column: ColumnElement[Any], ids: Collection[str], *chosen: ColumnElement[bool]) -> list[Any]:
        found: list[Any] = []
        for some in batches(set(ids)):
            found += self.connection.execute(select(table).where(at(table, self.position), column.in_(some), *chosen))
        return sorted(found, key=lambda row: int(row.created))


def _far(
    steps: list[Step], onward: Callable[[Collection[str]], list[Step]], *, but: str | None
) -> Iterable[tuple[str, tuple[str, int]]]:
    """Each objective reached with its kind of link and its distance: on from the first step by contribution alone."""
    seen, distance = {but}, 1
    while steps:
        level = {id: kind for id, kind in reversed(steps) if id not in seen}
        seen |= level.keys()
        yield from ((id, (kind, distance)) for id, kind in level.items())
        onwards = [id for id, kind in level.items() if kind not in BESIDE]
        steps, distance = onward(onwards) if onwards else [], distance + 1


def _entry(row: Any, kind: str, distance: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "unit_id": row.unit_id,
        "owner": row.owner,
        "kind": kind,
        "distance": distance,
    }
