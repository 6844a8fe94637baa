"""Review history: where the log holds reviews and the events that they name, scores, and what was closed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table, select, union

from okr_events.domain.cycle import Cycle
from projections.queries.scope import Scope
from projections.store.column_values import parse_positions
from projections.store.tables import cycles, key_results, objectives, reviews, valid_at

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A position, the reviews that name the event there, and whether it came after its cycle was sealed."""

    position: int
    reviews: list[str]
    after_seal: bool

    def review_fields(self, type: str) -> dict[str, Any]:
        """What it adds to its fact. The event that fixes a cycle's report is a part of the closing."""
        return {"reviews": self.reviews, "after_seal": self.after_seal and type != Cycle.Sealed.TOPIC}


class ReviewHistory:
    """What looks back on a cycle, or on what units did in any, as a position has it."""

    def __init__(self, connection: Connection, position: int, asked: Scope) -> None:
        self.connection = connection
        self.position = position
        self.scope = asked

    def fetch_entries(self, *, after: int, limit: int) -> list[HistoryEntry]:
        """The first places after a position, in order."""
        told, named, closed = self._event_positions(after, limit), self._linked_reviews(), self._closing_positions()
        about = {position: naming[0][1] for position, naming in named.items() if position > after} | told
        return [
            HistoryEntry(position, [id for id, _ in named.get(position, ())], position > closed.get(about[position], position))
            for position in sorted(about)[:limit]
        ]

    def _event_positions(self, after: int, limit: int) -> dict[int, str]:
        found: dict[int, str] = {}
        for position, cycle_id, chosen in self._sources():
            within = (position > after) & (position <= self.position)
            query = select(position, cycle_id).where(within, *chosen).order_by(position).limit(limit)
            found |= dict(self.connection.execute(query).all())
        return found

    def _sources(self) -> Iterator[tuple[ColumnElement[int], ColumnElement[str], Conditions]]:
        """Where events stand, their cycles, and which of them: a version of a row begins with its event."""
        yield reviews.c.from_position, reviews.c.cycle_id, self._scope_conditions(reviews)
        closed = [objectives.c.state == "closed", *self._scope_conditions(objectives)]
        yield objectives.c.from_position, objectives.c.cycle_id, closed
        scored = [key_results.c.scored_at == key_results.c.from_position, *self._key_result_conditions()]
        yield key_results.c.scored_at, key_results.c.cycle_id, scored
        for ended in (cycles.c.closed_at, cycles.c.sealed_at):
            yield ended, cycles.c.id, [ended == cycles.c.from_position, *self._cycle_row_conditions()]

    def _linked_reviews(self) -> dict[int, list[tuple[str, str]]]:
        """The ids and cycles of the reviews that name an event, by its position."""
        held = valid_at(reviews, self.position) & (reviews.c.adjustments != "[]")
        query = select(reviews.c.id, reviews.c.cycle_id, reviews.c.adjustments).where(held, *self._scope_conditions(reviews))
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for id, cycle_id, adjustments in self.connection.execute(query.order_by(reviews.c.created)):
            for position in parse_positions(adjustments):
                found[position].append((id, cycle_id))
        return found

    def _closing_positions(self) -> dict[str, int]:
        closed = select(cycles.c.id, cycles.c.closed_at).where(valid_at(cycles, self.position), cycles.c.closed_at.is_not(None))
        return dict(self.connection.execute(closed).all())

    def _scope_conditions(self, table: Table) -> Conditions:
        """Of a table that says a unit and a cycle."""
        units = [] if self.scope.units is None else [table.c.unit_id.in_(self.scope.units)]
        return [*units, *self._cycle_conditions(table.c.cycle_id)]

    def _cycle_conditions(self, column: ColumnElement[str]) -> Conditions:
        return [] if self.scope.cycle_id is None else [column == self.scope.cycle_id]

    def _key_result_conditions(self) -> Conditions:
        if self.scope.units is None:
            return self._cycle_conditions(key_results.c.cycle_id)
        return [key_results.c.objective_id.in_(select(objectives.c.id).where(*self._scope_conditions(objectives)))]

    def _cycle_row_conditions(self) -> Conditions:
        """The cycle asked about, or those in which the units have objectives or reviews."""
        if self.scope.cycle_id or self.scope.units is None:
            return self._cycle_conditions(cycles.c.id)
        return [cycles.c.id.in_(self._cycle_ids_of_units())]

    def _cycle_ids_of_units(self) -> CompoundSelect[tuple[str]]:
        """As the position has it: what is begun later changes no earlier answer."""
        begun = ((table, table.c.created <= self.position) for table in (objectives, reviews))
        return union(*(select(table.c.cycle_id).where(then, *self._scope_conditions(table)) for table, then in begun))
