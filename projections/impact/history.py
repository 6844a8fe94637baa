"""Facts about aligned objectives that an objective felt: what touched it, as it was linked at the time."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from projections.impact.links import find_affected_objectives
from projections.store.batching import BATCH_SIZE, batches
from projections.store.links import CONTRIBUTING_KINDS, IS_LIVE_LINK, SIDE_KINDS
from projections.store.tables import OPEN_ENDED, alignments, facts, felt_facts, key_results, objectives

PROPAGATED_EVENTS = (
    "Alignment.Ended",
    "Alignment.Linked",
    "Alignment.Reweighted",
    "KeyResult.Cancelled",
    "KeyResult.Reassigned",
    "KeyResult.Reweighted",
    "KeyResult.TargetRevised",
    "Objective.Cancelled",
    "Objective.Closed",
    "Objective.ProgressDriverChanged",
    "Objective.Reassigned",
)
"""Revising, reassigning, ending, weighing and re-linking: of anything else nobody but the thing itself takes note."""

Span = tuple[str, int, int]
"""What something is linked to, from one position to another."""
Interval = tuple[int, int]


class ImpactHistory:
    """What an objective felt up to a position.

    Links are followed up and down as far as they go; key results stand between their objectives and those who inherit them.
    """

    def __init__(self, connection: Connection, objective_id: str, position: int) -> None:
        self.connection = connection
        self.id = objective_id
        self.position = position
        ways = (self._follow_links(self._spans_up), self._follow_links(self._spans_down), {objective_id: self._side_spans()})
        self.cancelled_at = self._cancellation_positions(
            {self.id, *(id for way in ways for spans in way.values() for id, _, _ in spans)}
        )
        self.linked_intervals: dict[str, list[Interval]] = defaultdict(list)
        for way in ways:
            self._add_linked_intervals(way)

    def facts(self, after: int) -> Iterator[tuple[Any, str]]:
        """The facts felt after a position, in order, each with the objective that it was about."""
        rows = self._fetch_batch(after) if self.linked_intervals else []
        while rows:
            whose = resolve_subjects(self.connection, rows)
            for row in rows:
                objective, thing = whose[row.stream_id]
                if objective != self.id and self._is_linked(thing, row.position):
                    yield row, objective
            rows = self._fetch_batch(rows[-1].position) if len(rows) == BATCH_SIZE else []

    def _fetch_batch(self, after: int) -> list[Any]:
        between = (felt_facts.c.position > after) & (felt_facts.c.position <= self.position)
        query = select(facts).join(felt_facts, felt_facts.c.position == facts.c.position).where(between)
        if len(self.linked_intervals) <= BATCH_SIZE:
            links = select(alignments.c.id).where(alignments.c.child_id.in_(self.linked_intervals))
            query = query.where(felt_facts.c.stream_id.in_(self.linked_intervals) | felt_facts.c.stream_id.in_(links))
        return list(self.connection.execute(query.order_by(felt_facts.c.position).limit(BATCH_SIZE)))

    def _is_linked(self, thing: str, position: int) -> bool:
        """Whether it was linked to the objective, directly or not, right before an event or right after it."""
        return any(begins <= position and position - 1 < ends for begins, ends in self.linked_intervals.get(thing, ()))

    def _add_linked_intervals(self, spans: dict[str, list[Span]]) -> None:
        """Find when each thing was linked to the objective along these spans: never through what had been cancelled."""
        found: dict[str, list[Interval]] = {self.id: [(0, self.cancelled_at.get(self.id, OPEN_ENDED))]}
        waiting = [self.id]
        while waiting:
            id = waiting.pop()
            for other, begins, ends in spans.get(id, ()):
                span = (begins, min(ends, self.cancelled_at.get(other, OPEN_ENDED)))
                times = merge_intervals([*found.get(other, ()), *intersect_intervals(found[id], span)])
                if times != found.get(other, []):
                    found[other] = times
                    waiting.append(other)
        for id, times in found.items():
            if id != self.id:
                self.linked_intervals[id] += times

    def _cancellation_positions(self, ids: Collection[str]) -> dict[str, int]:
        """Where those of them that were cancelled were."""
        found: dict[str, int] = {}
        for table in (objectives, key_results):
            over = select(table.c.id, func.min(table.c.from_position)).where(table.c.state == "cancelled").group_by(table.c.id)
            for some in batches(ids):
                found.update(tuple(row) for row in self.connection.execute(over.where(table.c.id.in_(some))))
        return found

    def _follow_links(self, step: Any) -> dict[str, list[Span]]:
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

    def _spans_up(self, ids: Collection[str]) -> Iterator[tuple[str, Span]]:
        yield from self._link_spans(alignments.c.child_id, ids, alignments.c.parent_id)
        for row in _fetch_newest(self.connection, key_results, key_results.c.id, ids):
            yield row.id, (row.objective_id, row.created, OPEN_ENDED)

    def _spans_down(self, ids: Collection[str]) -> Iterator[tuple[str, Span]]:
        yield from self._link_spans(alignments.c.parent_id, ids, alignments.c.child_id)
        for row in _fetch_newest(self.connection, key_results, key_results.c.objective_id, ids):
            yield row.objective_id, (row.id, row.created, OPEN_ENDED)

    def _side_spans(self) -> list[Span]:
        """What the objective depends on or takes as a guide, with the objective of a key result, and what does so with it."""
        above = [span for _, span in self._link_spans(alignments.c.child_id, [self.id], alignments.c.parent_id, SIDE_KINDS)]
        of = {
            row.id: row.objective_id
            for row in _fetch_newest(self.connection, key_results, key_results.c.id, [span[0] for span in above])
        }
        own = [row.id for row in _fetch_newest(self.connection, key_results, key_results.c.objective_id, [self.id])]
        below = self._link_spans(alignments.c.parent_id, [self.id, *own], alignments.c.child_id, SIDE_KINDS)
        return [*above, *((of[id], *turns) for id, *turns in above if id in of), *(span for _, span in below)]

    def _link_spans(
        self,
        column: ColumnElement[Any],
        ids: Collection[str],
        other: ColumnElement[Any],
        kinds: Collection[str] = CONTRIBUTING_KINDS,
    ) -> Iterator[tuple[str, Span]]:
        chosen = IS_LIVE_LINK & alignments.c.kind.in_(kinds)
        for some in batches(ids):
            ends = select(column, other, alignments.c.from_position, alignments.c.to_position)
            for id, far, start, end in self.connection.execute(ends.where(column.in_(some), chosen)):
                yield id, (far, start, end)


def resolve_subjects(connection: Connection, rows: Collection[Any]) -> dict[str, tuple[str, str]]:
    """For each fact's stream the objective that it is about, and the thing that changed: a link is its child's."""
    streams = {row.stream_id for row in rows}
    found = {id: (id, id) for id in streams}
    found |= {row.id: (row.objective_id, row.id) for row in _fetch_newest(connection, key_results, key_results.c.id, streams)}
    return found | {
        row.id: (row.child_id, row.child_id) for row in _fetch_newest(connection, alignments, alignments.c.id, streams)
    }


def affected_objectives_between(connection: Connection, after: int, upto: int) -> dict[str, list[dict[str, Any]]]:
    """Whom the events after one position and up to another touched: those who feel them."""
    query = select(facts).join(felt_facts, felt_facts.c.position == facts.c.position)
    query = query.where(felt_facts.c.position > after, felt_facts.c.position <= upto)
    rows = list(connection.execute(query.order_by(facts.c.position)))
    whose, found = resolve_subjects(connection, rows), {"up": dict[str, Any](), "down": dict[str, Any]()}
    for objective_id, thing in dict.fromkeys(whose[row.stream_id] for row in rows):
        key_result_id = None if thing == objective_id else thing
        told = find_affected_objectives(connection, objective_id, [upto, after], key_result_id=key_result_id)
        for way, entries in told.items():
            found[way] = {entry["id"]: entry for entry in entries} | found[way]
    return {way: list(entries.values()) for way, entries in found.items()}


def merge_intervals(times: Collection[Interval]) -> list[Interval]:
    """The same times, in order, where they meet as one."""
    found: list[Interval] = []
    for begins, ends in sorted(times):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def intersect_intervals(times: Collection[Interval], span: Interval) -> list[Interval]:
    """The parts of the times that lie within the span."""
    common = ((max(begins, span[0]), min(ends, span[1])) for begins, ends in times)
    return [(begins, ends) for begins, ends in common if begins < ends]


def _fetch_newest(connection: Connection, table: Table, column: ColumnElement[Any], ids: Collection[str]) -> list[Any]:
    """The newest version of each row: whose a thing is never changes."""
    newest = table.c.to_position == OPEN_ENDED
    return [row for some in batches(ids) for row in connection.execute(select(table).where(newest, column.in_(some)))]
