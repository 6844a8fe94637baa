"""Impact: which aligned objectives a change touches, upwards and downwards."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from projections.evaluation.key_results import batches
from projections.store.tables import alignments, at, key_results, objectives

LIVE = alignments.c.state.in_(("active", "proposed", "confirmed"))
LIVE_ONES = objectives.c.state != "cancelled"
OPEN_ONES = key_results.c.state != "cancelled"
CONTRIBUTES = ("vertical", "explicit")
BESIDE = ("horizontal", "directional")

Step = tuple[str, str]
"""An objective and the kind of the link that leads to it."""
Found = dict[str, tuple[str, int]]
"""Objectives with the kind of the link that leads to each, and how many links away it is."""


def touched(
    connection: Connection, objective_id: str, positions: Collection[int], *, key_result_id: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """What a change of an objective, or of one of its key results, touches, as linked at any of the positions.

    `up` is what it contributes to, however far, and what it depends on or takes as a guide; `down` what contributes to it,
    however far, and what depends on it or takes it as a guide. A key result's own objective is the first thing above it.
    """
    up, down = Found(), Found()
    for position in positions:
        reach = Reach(connection, position)
        ends = [key_result_id] if key_result_id else reach.ends([objective_id])
        first = [(objective_id, "key_result")] if key_result_id else reach.above([objective_id])
        beside = [] if key_result_id else reach.above([objective_id], BESIDE)
        for found, steps, direct, onward in (
            (up, first, beside, reach.above),
            (down, reach.to(ends), reach.to(ends, BESIDE), reach.below),
        ):
            for id, step in [*_far(steps, onward), *((id, (kind, 1)) for id, kind in direct)]:
                if id != objective_id or (key_result_id and found is up):
                    found.setdefault(id, step)
    newest = Reach(connection, max(positions))
    return {"up": newest.told(up), "down": newest.told(down)}


class Reach:
    """Steps along the links as they stood at a position."""

    def __init__(self, connection: Connection, position: int) -> None:
        self.connection = connection
        self.position = position

    def above(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTES) -> list[Step]:
        """The live objectives to which these are linked, or to whose open key results."""
        links = self._links(alignments.c.child_id, ids, kinds)
        ends = [link.parent_id for link in links]
        of = {row.id: row.objective_id for row in self._rows(key_results, key_results.c.id, ends, OPEN_ONES)}
        return self._live([(of.get(link.parent_id, link.parent_id), link.kind) for link in links])

    def below(self, ids: Collection[str], kinds: Collection[str] = CONTRIBUTES) -> list[Step]:
        """The live objectives that are linked to these, or to their open key results."""
        return self.to(self.ends(ids), kinds)

    def to(self, ends: Collection[str], kinds: Collection[str] = CONTRIBUTES) -> list[Step]:
        return self._live([(link.child_id, link.kind) for link in self._links(alignments.c.parent_id, ends, kinds)])

    def ends(self, ids: Collection[str]) -> list[str]:
        """The objectives and their open key results: links may lead to both."""
        return [*ids, *(row.id for row in self._rows(key_results, key_results.c.objective_id, ids, OPEN_ONES))]

    def _live(self, steps: list[Step]) -> list[Step]:
        """Nothing goes on through what was cancelled."""
        live = {row.id for row in self._rows(objectives, objectives.c.id, [id for id, _ in steps], LIVE_ONES)}
        return [(id, kind) for id, kind in steps if id in live]

    def told(self, found: Found) -> list[dict[str, Any]]:
        """The live ones as answers show them, the nearest first."""
        rows = {row.id: row for row in self._rows(objectives, objectives.c.id, found, LIVE_ONES)}
        nearest = sorted((steps, rows[id].created, id, kind) for id, (kind, steps) in found.items() if id in rows)
        return [_entry(rows[id], kind, steps) for steps, _, id, kind in nearest]

    def _links(self, column: ColumnElement[Any], ids: Collection[str], kinds: Collection[str]) -> list[Any]:
        return self._rows(alignments, column, ids, LIVE, alignments.c.kind.in_(kinds))

    def _rows(self, table: Any, column: ColumnElement[Any], ids: Collection[str], *chosen: ColumnElement[bool]) -> list[Any]:
        found: list[Any] = []
        for some in batches(set(ids)):
            found += self.connection.execute(select(table).where(at(table, self.position), column.in_(some), *chosen))
        return sorted(found, key=lambda row: int(row.created))


def _far(steps: list[Step], onward: Callable[[Collection[str]], list[Step]]) -> Iterable[tuple[str, tuple[str, int]]]:
    """Each objective that contribution leads to, with its kind of link and its distance."""
    seen, distance = set[str](), 1
    while steps:
        level = {id: kind for id, kind in reversed(steps) if id not in seen}
        seen |= level.keys()
        yield from ((id, (kind, distance)) for id, kind in level.items())
        steps, distance = onward(level) if level else [], distance + 1


def _entry(row: Any, kind: str, distance: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "unit_id": row.unit_id,
        "owner": row.owner,
        "kind": kind,
        "distance": distance,
    }
