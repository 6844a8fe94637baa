"""Review history: the positions of reviews, of the events that they link as adjustments, of scores and of closings."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, Connection, select, union

from okr_events.domain.cycle import Cycle
from okr_events.json_types import JsonObject
from okr_events.row_types import RowTable
from projections.queries.scope import Scope
from projections.store.column_values import parse_positions
from projections.store.lookups import fetch_rows_at
from projections.store.tables import ReviewRow, cycles, key_results, objectives, reviews, valid_at

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A position, the ids of the reviews that link the event there, and whether it came after its cycle's closing."""

    position: int
    reviews: list[str]
    after_seal: bool

    def review_fields(self, type: str) -> JsonObject:
        """The fields that it adds to its fact; the sealing of a report is part of its cycle's closing."""
        return {"reviews": self.reviews, "after_seal": self.after_seal and type != Cycle.Sealed.TOPIC}


class ReviewHistory:
    """The review history of a scope as it stood at a position."""

    def __init__(self, connection: Connection, position: int, scope: Scope) -> None:
        self.connection = connection
        self.position = position
        self.scope = scope

    def fetch_entries(self, *, after: int, limit: int) -> list[HistoryEntry]:
        """The first entries after a position, in order."""
        links, closings = self._linked_reviews(), self._closing_positions()
        cycle_ids = {position: reviews[0][1] for position, reviews in links.items() if position > after}
        cycle_ids |= self._event_positions(after, limit)
        return [
            HistoryEntry(
                position, [id for id, _ in links.get(position, ())], position > closings.get(cycle_ids[position], position)
            )
            for position in sorted(cycle_ids)[:limit]
        ]

    def _event_positions(self, after: int, limit: int) -> dict[int, str]:
        """The first positions of reviews, scores and closings after a position, with their cycles' ids."""
        found: dict[int, str] = {}
        for position, cycle_id, conditions in self._sources():
            between = (position > after) & (position <= self.position)
            query = select(position, cycle_id).where(between, *conditions).order_by(position).limit(limit)
            found |= dict(self.connection.execute(query).all())
        return found

    def _sources(self) -> Iterator[tuple[ColumnElement[int], ColumnElement[str], Conditions]]:
        """Yield columns of positions and cycle ids, and conditions; the version of a row begins at its event's position."""
        yield reviews.c.from_position, reviews.c.cycle_id, self._scope_conditions(reviews)
        is_closed = [objectives.c.state == "closed", *self._scope_conditions(objectives)]
        yield objectives.c.from_position, objectives.c.cycle_id, is_closed
        is_scored = [key_results.c.scored_at == key_results.c.from_position, *self._key_result_conditions()]
        yield key_results.c.scored_at, key_results.c.cycle_id, is_scored
        for column in (cycles.c.closed_at, cycles.c.sealed_at):
            yield column, cycles.c.id, [column == cycles.c.from_position, *self._cycle_row_conditions()]

    def _linked_reviews(self) -> dict[int, list[tuple[str, str]]]:
        """The ids and cycles of the reviews that link an event, by its position."""
        linking = (reviews.c.adjustments != "[]", *self._scope_conditions(reviews))
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for row in fetch_rows_at(self.connection, ReviewRow, self.position, *linking):
            for position in parse_positions(row.adjustments):
                found[position].append((row.id, row.cycle_id))
        return found

    def _closing_positions(self) -> dict[str, int]:
        closed = select(cycles.c.id, cycles.c.closed_at).where(valid_at(cycles, self.position), cycles.c.closed_at.is_not(None))
        return dict(self.connection.execute(closed).all())

    def _scope_conditions(self, table: RowTable) -> Conditions:
        """Conditions on a table with a unit and a cycle."""
        units = [] if self.scope.units is None else [table.c.unit_id.in_(self.scope.units)]
        return [*units, *self._cycle_conditions(table.c.cycle_id)]

    def _cycle_conditions(self, column: ColumnElement[str]) -> Conditions:
        return [] if self.scope.cycle_id is None else [column == self.scope.cycle_id]

    def _key_result_conditions(self) -> Conditions:
        if self.scope.units is None:
            return self._cycle_conditions(key_results.c.cycle_id)
        return [key_results.c.objective_id.in_(select(objectives.c.id).where(*self._scope_conditions(objectives)))]

    def _cycle_row_conditions(self) -> Conditions:
        """The cycle of the scope, or those in which its units have objectives or reviews."""
        if self.scope.cycle_id or self.scope.units is None:
            return self._cycle_conditions(cycles.c.id)
        return [cycles.c.id.in_(self._cycle_ids_of_units())]

    def _cycle_ids_of_units(self) -> CompoundSelect[tuple[str]]:
        """Objectives and reviews created after the position do not count."""
        created = ((table, table.c.created <= self.position) for table in (objectives, reviews))
        return union(*(select(table.c.cycle_id).where(known, *self._scope_conditions(table)) for table, known in created))
