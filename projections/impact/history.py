"""Finds the facts about aligned objectives that the history of an objective shows, by the links of their time."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from sqlalchemy import Column, Connection, Select, func, select

from okr_events.json_types import JsonObject
from okr_events.row_types import fetch_rows
from projections.impact.affected_objectives import find_affected_objectives
from projections.store.batching import BATCH_SIZE, batches
from projections.store.link_conditions import CONTRIBUTING_KINDS, IS_LIVE_LINK, SIDE_KINDS
from projections.store.lookups import fetch_newest, fetch_rows_in
from projections.store.tables import (
    OPEN_ENDED,
    AlignmentRow,
    FactRow,
    KeyResultRow,
    alignments,
    facts,
    felt_facts,
    key_results,
    objectives,
)

Span = tuple[str, int, int]
"""The goal at the other end of a link, and the positions from which and up to which the link is live."""
Interval = tuple[int, int]


class ImpactHistory:
    """The facts up to a position about the objectives that one is aligned with.

    Contribution is followed up and down at any distance, through inherited key results; other links are followed once.
    """

    def __init__(self, connection: Connection, objective_id: str, position: int) -> None:
        self.connection = connection
        self.id = objective_id
        self.position = position
        up, down = self._follow_links(self._spans_up), self._follow_links(self._spans_down)
        directions = (up, down, {objective_id: self._side_spans()})
        linked_ids = {id for spans in directions for ends in spans.values() for id, _, _ in ends}
        self.cancelled_at = self._cancellation_positions(linked_ids | {self.id})
        self.linked_intervals: dict[str, list[Interval]] = defaultdict(list)
        for spans in directions:
            self._add_linked_intervals(spans)

    def facts(self, after: int) -> Iterator[tuple[FactRow, str]]:
        """The facts after a position in order, each with the objective that it is about."""
        rows = self._fetch_batch(after) if self.linked_intervals else []
        while rows:
            subjects = resolve_subjects(self.connection, rows)
            for row in rows:
                objective_id, goal_id = subjects[row.stream_id]
                if objective_id != self.id and self._is_linked(goal_id, row.position):
                    yield row, objective_id
            rows = self._fetch_batch(rows[-1].position) if len(rows) == BATCH_SIZE else []

    def _fetch_batch(self, after: int) -> list[FactRow]:
        query = _propagated_facts(after, self.position)
        if len(self.linked_intervals) <= BATCH_SIZE:
            links = select(alignments.c.id).where(alignments.c.child_id.in_(self.linked_intervals))
            query = query.where(felt_facts.c.stream_id.in_(self.linked_intervals) | felt_facts.c.stream_id.in_(links))
        return list(fetch_rows(self.connection, FactRow, query.limit(BATCH_SIZE)))

    def _is_linked(self, id: str, position: int) -> bool:
        """Whether a goal was linked to the objective right before an event or right after it."""
        return any(begins <= position and position - 1 < ends for begins, ends in self.linked_intervals.get(id, ()))

    def _add_linked_intervals(self, spans: dict[str, list[Span]]) -> None:
        """Add the intervals in which each goal was linked to the objective along these spans, not through cancelled goals."""
        intervals: dict[str, list[Interval]] = {self.id: [(0, self.cancelled_at.get(self.id, OPEN_ENDED))]}
        waiting = [self.id]
        while waiting:
            id = waiting.pop()
            for other, begins, ends in spans.get(id, ()):
                span = (begins, min(ends, self.cancelled_at.get(other, OPEN_ENDED)))
                merged = merge_intervals([*intervals.get(other, ()), *intersect_intervals(intervals[id], span)])
                if merged != intervals.get(other, []):
                    intervals[other] = merged
                    waiting.append(other)
        del intervals[self.id]
        for id, linked in intervals.items():
            self.linked_intervals[id] += linked

    def _cancellation_positions(self, ids: Collection[str]) -> dict[str, int]:
        positions: dict[str, int] = {}
        for table in (objectives, key_results):
            query = select(table.c.id, func.min(table.c.from_position)).where(table.c.state == "cancelled").group_by(table.c.id)
            results = (self.connection.execute(query.where(table.c.id.in_(batch))) for batch in batches(ids))
            positions |= {id: position for result in results for id, position in result}
        return positions

    def _follow_links(self, step: Callable[[Collection[str]], Iterable[tuple[str, Span]]]) -> dict[str, list[Span]]:
        """The spans that repeated steps find, by the id at which each begins."""
        spans: dict[str, list[Span]] = {}
        level = {self.id}
        while level:
            spans |= {id: [] for id in level}
            for id, span in step(level):
                spans[id].append(span)
            level = {other for id in level for other, _, _ in spans[id]} - spans.keys()
        return spans

    def _spans_up(self, ids: Collection[str]) -> Iterator[tuple[str, Span]]:
        yield from self._link_spans(alignments.c.child_id, ids, alignments.c.parent_id)
        for row in fetch_newest(self.connection, KeyResultRow, ids).values():
            yield row.id, (row.objective_id, row.created, OPEN_ENDED)

    def _spans_down(self, ids: Collection[str]) -> Iterator[tuple[str, Span]]:
        yield from self._link_spans(alignments.c.parent_id, ids, alignments.c.child_id)
        for row in self._own_key_results(ids):
            yield row.objective_id, (row.id, row.created, OPEN_ENDED)

    def _own_key_results(self, objective_ids: Collection[str]) -> list[KeyResultRow]:
        return fetch_rows_in(self.connection, KeyResultRow, OPEN_ENDED - 1, key_results.c.objective_id, objective_ids)

    def _side_spans(self) -> list[Span]:
        """The goals that the objective depends on or takes as a guide, with their objectives, and those that do so with it."""
        above = [span for _, span in self._link_spans(alignments.c.child_id, [self.id], alignments.c.parent_id, SIDE_KINDS)]
        parts = fetch_newest(self.connection, KeyResultRow, [id for id, _, _ in above])
        own = [row.id for row in self._own_key_results([self.id])]
        below = self._link_spans(alignments.c.parent_id, [self.id, *own], alignments.c.child_id, SIDE_KINDS)
        through_parts = ((parts[id].objective_id, begins, ends) for id, begins, ends in above if id in parts)
        return [*above, *through_parts, *(span for _, span in below)]

    def _link_spans(
        self, column: Column[str], ids: Collection[str], other: Column[str], kinds: Collection[str] = CONTRIBUTING_KINDS
    ) -> Iterator[tuple[str, Span]]:
        query = select(column, other, alignments.c.from_position, alignments.c.to_position)
        query = query.where(IS_LIVE_LINK & alignments.c.kind.in_(kinds))
        for batch in batches(ids):
            for id, other_id, begins, ends in self.connection.execute(query.where(column.in_(batch))):
                yield id, (other_id, begins, ends)


def resolve_subjects(connection: Connection, rows: Iterable[FactRow]) -> dict[str, tuple[str, str]]:
    """For the stream of each fact the objective that it is about and the changed goal: for a link, its child."""
    streams = {row.stream_id for row in rows}
    parts, links = fetch_newest(connection, KeyResultRow, streams), fetch_newest(connection, AlignmentRow, streams)
    subjects = {id: (id, id) for id in streams} | {id: (row.objective_id, id) for id, row in parts.items()}
    return subjects | {id: (link.child_id, link.child_id) for id, link in links.items()}


def affected_objectives_between(connection: Connection, after: int, upto: int) -> dict[str, list[JsonObject]]:
    """The objectives that the propagated facts between two positions affect."""
    rows = list(fetch_rows(connection, FactRow, _propagated_facts(after, upto)))
    subjects, entries = resolve_subjects(connection, rows), {"up": dict[str, JsonObject](), "down": dict[str, JsonObject]()}
    for objective_id, goal_id in dict.fromkeys(subjects[row.stream_id] for row in rows):
        key_result_id = None if goal_id == objective_id else goal_id
        affected = find_affected_objectives(connection, objective_id, [upto, after], key_result_id=key_result_id)
        for direction, found in affected.items():
            entries[direction] = {entry["id"]: entry for entry in found} | entries[direction]
    return {direction: list(found.values()) for direction, found in entries.items()}


def _propagated_facts(after: int, upto: int) -> Select[tuple[object, ...]]:
    query = select(facts).join(felt_facts, felt_facts.c.position == facts.c.position)
    return query.where(felt_facts.c.position > after, felt_facts.c.position <= upto).order_by(felt_facts.c.position)


def merge_intervals(intervals: Iterable[Interval]) -> list[Interval]:
    """The intervals in order, with overlapping and adjacent ones merged."""
    merged: list[Interval] = []
    for begins, ends in sorted(intervals):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return merged


def intersect_intervals(intervals: Iterable[Interval], span: Interval) -> list[Interval]:
    """The parts of the intervals that lie within the span."""
    common = ((max(begins, span[0]), min(ends, span[1])) for begins, ends in intervals)
    return [(begins, ends) for begins, ends in common if begins < ends]
