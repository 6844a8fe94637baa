"""Facts about aligned objectives that an objective felt: what touched it, as it was linked at the time."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from projections.impact import BESIDE, CONTRIBUTES, LIVE
from projections.judged import BATCH, batches
from projections.tables import OPEN, alignments, facts, key_results, objectives

FELT = (
    "Alignment.Ended",
    "Alignment.Linked",
    "Alignment.Reweighted",
    "KeyResult.Cancelled",
    "KeyResult.Reassigned",
    "KeyResult.Reweighted",
    "KeyResult.TargetRevised",
    "Objective.Cancelled",
    "Objective.Reassigned",
)
"""Revising, reassigning, cancelling and re-linking: of anything else nobody but the thing itself takes note."""

Span = tuple[str, int, int]
"""What something is linked to, from one position to another."""


class Felt:
    """What an objective felt up to a position.

    Links are followed up and down as far as they go; key results stand between their objectives and those who inherit them.
    """

    def __init__(self, connection: Connection, objective_id: str, position: int) -> None:
        self.connection = connection
        self.id = objective_id
        self.position = position
        self.ways = (self._followed(self._upwards), self._followed(self._downwards), {objective_id: self._beside()})
        spans = [span for way in self.ways for found in way.values() for span in found]
        self.ended = self._ended({self.id, *(id for id, _, _ in spans)})
        self.turns = sorted({turn for _, *turns in spans for turn in turns} | set(self.ended.values()))
        self.reached: dict[int, set[str]] = {}

    def facts(self, after: int) -> Iterator[tuple[Any, str]]:
        """The facts felt after a position, in order, each with the objective that it was about."""
        rows = self._batch(after) if self.turns else []
        while rows:
            about = self._about(rows)
            for row in rows:
                objective, thing = about[row.stream_id]
                if objective != self.id and thing in self._linked(row.position) | self._linked(row.position - 1):
                    yield row, objective
            rows = self._batch(rows[-1].position) if len(rows) == BATCH else []

    def _batch(self, after: int) -> list[Any]:
        between = (facts.c.position > after) & (facts.c.position <= self.position)
        query = select(facts).where(facts.c.type.in_(FELT), between).order_by(facts.c.position).limit(BATCH)
        return list(self.connection.execute(query))

    def _about(self, rows: Collection[Any]) -> dict[str, tuple[str, str]]:
        """For each stream the objective that it is about, and the thing that changed: a link is its child's."""
        streams = {row.stream_id for row in rows}
        about = {id: (id, id) for id in streams}
        about |= {row.id: (row.objective_id, row.id) for row in self._rows(key_results, key_results.c.id, streams)}
        return about | {row.id: (row.child_id, row.child_id) for row in self._rows(alignments, alignments.c.id, streams)}

    def _linked(self, position: int) -> set[str]:
        """All that was linked to the objective at a position, directly or not; the same until the next link changes."""
        turn = bisect_right(self.turns, position)
        if turn not in self.reached:
            live = position < self.ended.get(self.id, OPEN)
            self.reached[turn] = {id for way in self.ways for id in self._reach(way, position)} if live else set()
        return self.reached[turn]

    def _reach(self, spans: dict[str, list[Span]], position: int) -> set[str]:
        """What the spans lead to at a position: never through what had been cancelled."""
        reached, waiting = set[str](), [self.id]
        while waiting:
            for other, begins, ends in spans.get(waiting.pop(), ()):
                if begins <= position < min(ends, self.ended.get(other, OPEN)) and other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached

    def _ended(self, ids: Collection[str]) -> dict[str, int]:
        """Where those of them that were cancelled were."""
        found: dict[str, int] = {}
        for table in (objectives, key_results):
            over = select(table.c.id, func.min(table.c.from_position)).where(table.c.state == "cancelled").group_by(table.c.id)
            for some in batches(ids):
                found.update(tuple(row) for row in self.connection.execute(over.where(table.c.id.in_(some))))
        return found

    def _followed(self, step: Any) -> dict[str, list[Span]]:
        """The spans found by one step after the other, under the ids where each begins."""
        found: dict[str, list[Span]] = {}
        level = {self.id}
        while level:
            spans: dict[str, list[Span]] = defaultdict(list)
            for id, span in step(level):
                spans[id].append(span)
            found |= {id: spans.get(id, []) for id in level}
            level = {span[0] for each in spans.values() for span in each} - found.keys()
        return found

    def _upwards(self, ids: Collection[str]) -> Iterator[tuple[str, Span]]:
        yield from self._links(alignments.c.child_id, ids, alignments.c.parent_id)
        for row in self._rows(key_results, key_results.c.id, ids):
            yield row.id, (row.objective_id, row.created, OPEN)

    def _downwards(self, ids: Collection[str]) -> Iterator[tuple[str, Span]]:
        yield from self._links(alignments.c.parent_id, ids, alignments.c.child_id)
        for row in self._rows(key_results, key_results.c.objective_id, ids):
            yield row.objective_id, (row.id, row.created, OPEN)

    def _beside(self) -> list[Span]:
        """What the objective depends on or takes as a guide, with the objective of a key result, and what does so with it."""
        above = [span for _, span in self._links(alignments.c.child_id, [self.id], alignments.c.parent_id, BESIDE)]
        of = {row.id: row.objective_id for row in self._rows(key_results, key_results.c.id, [span[0] for span in above])}
        own = [row.id for row in self._rows(key_results, key_results.c.objective_id, [self.id])]
        below = self._links(alignments.c.parent_id, [self.id, *own], alignments.c.child_id, BESIDE)
        return [*above, *((of[id], *turns) for id, *turns in above if id in of), *(span for _, span in below)]

    def _links(
        self, column: ColumnElement[Any], ids: Collection[str], other: ColumnElement[Any], kinds: Collection[str] = CONTRIBUTES
    ) -> Iterator[tuple[str, Span]]:
        chosen = LIVE & alignments.c.kind.in_(kinds)
        for some in batches(ids):
            ends = select(column, other, alignments.c.from_position, alignments.c.to_position)
            for id, far, start, end in self.connection.execute(ends.where(column.in_(some), chosen)):
                yield id, (far, start, end)

    def _rows(self, table: Table, column: ColumnElement[Any], ids: Collection[str]) -> list[Any]:
        """The newest version of each row: whose a thing is never changes."""
        newest = table.c.to_position == OPEN
        return [row for some in batches(ids) for row in self.connection.execute(select(table).where(newest, column.in_(some)))]
