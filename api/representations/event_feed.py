"""Feeding: the facts that somebody asked for, as CloudEvents, a batch at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection

from api.http import responses
from api.http.context import stores
from api.representations import resources
from okr_events.domain.errors import NotFound, UnknownId
from okr_events.event_log.event_mapper import CLASSES_BY_NAME
from projections.queries import event_filters
from projections.queries.cloud_events import cloud_event, serialize_ledger_fact
from projections.store import lookups

BATCH_SIZE = 200
Condition = Callable[[Connection, Any, int], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some CloudEvents, and the position up to which the log was looked through for them."""

    events: list[dict[str, Any]]
    upto: int


@dataclass(frozen=True, slots=True)
class FilteredFeed:
    """What is asked for: the query's own filters. They are read anew for every batch, since what they name may grow."""

    filters: dict[str, Any]

    def read_batch(self, *, after: int, upto: int, limit: int | None = None) -> Batch:
        """The first events after one position and up to another. Raises `Unknown`."""
        limit = limit or BATCH_SIZE
        found = (
            self._matching_positions(after, upto, limit)
            if self.filters
            else list(range(after + 1, min(upto, after + limit) + 1))
        )
        return Batch(_cloud_events(found), found[-1] if len(found) == limit else max(after, upto))

    def iterate_batches(self, *, after: int, upto: int) -> Iterator[Batch]:
        """All of them, with no connection held between two."""
        while after < upto:
            batch = self.read_batch(after=after, upto=upto)
            after = batch.upto
            yield batch

    def check_filters(self, upto: int) -> None:
        """Raise `Unknown` where a filter names nothing."""
        if self.filters:
            self._matching_positions(upto, upto, 1)

    def _matching_positions(self, after: int, upto: int, limit: int) -> list[int]:
        """What is not filtered needs no views: it is read even while they cannot be."""
        stores().views.catch_up()
        with stores().views.connect() as connection:
            chosen = [CONDITIONS[name](connection, asked, upto) for name, asked in self.filters.items()]
            return event_filters.find_positions(connection, chosen, after=after, upto=upto, limit=limit)


def _cloud_events(positions: list[int]) -> list[dict[str, Any]]:
    mapper = stores().okrs.mapper
    facts = [serialize_ledger_fact(recorded, mapper) for recorded in stores().log.events_at(positions)]
    return [cloud_event(fact) for fact in resources.with_person_names(responses.decrypt(facts))]


def _cycle_condition(connection: Connection, text: str, upto: int) -> ColumnElement[bool]:
    try:
        return event_filters.cycle_condition(lookups.find_cycle(connection, text, upto).id)
    except NotFound:
        raise UnknownId("/cycle", "There is no cycle with this id or name.") from None


def _unit_condition(connection: Connection, id: UUID, upto: int) -> ColumnElement[bool]:
    try:
        return event_filters.units_condition(lookups.fetch_unit_subtree(connection, id, upto))
    except NotFound:
        raise UnknownId("/unit", "There is no unit with this id.") from None


def _subject_condition(connection: Connection, id: UUID, _: int) -> ColumnElement[bool]:
    try:
        return event_filters.subject_condition(connection, id)
    except NotFound:
        raise UnknownId("/subject", "There is nothing with this id.") from None


def _type_condition(_connection: Connection, text: str, _: int) -> ColumnElement[bool]:
    return event_filters.types_condition([name for part in text.split(",") for name in matching_event_names(part.strip())])


def _actor_condition(_connection: Connection, id: UUID, _: int) -> ColumnElement[bool]:
    return event_filters.actor_condition(id)


CONDITIONS: dict[str, Condition] = {
    "cycle": _cycle_condition,
    "unit": _unit_condition,
    "subject": _subject_condition,
    "type": _type_condition,
    "actor": _actor_condition,
}


def matching_event_names(part: str) -> list[str]:
    """The stored names that a name, or a prefix with a dot at its end, stands for. Raises `Unknown`."""
    found = [name for name in CLASSES_BY_NAME if name == part or (part.endswith(".") and name.startswith(part))]
    if not found:
        raise UnknownId("/type", f"No event has the name {part}, nor a name that begins so; a prefix ends with a dot.")
    return found
