"""Feeding: the facts that somebody asked for, as CloudEvents, a batch at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection

from api.http import responses
from api.http.context import stores
from api.representations import resources
from okr_events.domain.errors import NotFound, Unknown
from okr_events.event_log.event_mapper import NAMES
from projections.queries import event_filters
from projections.queries.cloud_events import cloud_event, fact_of
from projections.store import lookups

BATCH = 200
Condition = Callable[[Connection, Any, int], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some CloudEvents, and the position up to which the log was looked through for them."""

    events: list[dict[str, Any]]
    upto: int


@dataclass(frozen=True, slots=True)
class Feed:
    """What is asked for: the query's own filters. They are read anew for every batch, since what they name may grow."""

    filters: dict[str, Any]

    def batch(self, *, after: int, upto: int, limit: int | None = None) -> Batch:
        """The first events after one position and up to another. Raises `Unknown`."""
        limit = limit or BATCH
        found = self._filtered(after, upto, limit) if self.filters else list(range(after + 1, min(upto, after + limit) + 1))
        return Batch(_events(found), found[-1] if len(found) == limit else max(after, upto))

    def batches(self, *, after: int, upto: int) -> Iterator[Batch]:
        """All of them, with no connection held between two."""
        while after < upto:
            batch = self.batch(after=after, upto=upto)
            after = batch.upto
            yield batch

    def check(self, upto: int) -> None:
        """Raise `Unknown` where a filter names nothing."""
        if self.filters:
            self._filtered(upto, upto, 1)

    def _filtered(self, after: int, upto: int, limit: int) -> list[int]:
        """What is not filtered needs no views: it is read even while they cannot be."""
        stores().views.catch_up()
        with stores().views.reading() as connection:
            chosen = [CONDITIONS[name](connection, asked, upto) for name, asked in self.filters.items()]
            return event_filters.positions(connection, chosen, after=after, upto=upto, limit=limit)


def _events(positions: list[int]) -> list[dict[str, Any]]:
    mapper = stores().okrs.mapper
    facts = [fact_of(recorded, mapper) for recorded in stores().log.at(positions)]
    return [cloud_event(fact) for fact in resources.named(responses.opened(facts))]


def _of_cycle(connection: Connection, text: str, upto: int) -> ColumnElement[bool]:
    try:
        return event_filters.of_cycle(lookups.cycle_named(connection, text, upto).id)
    except NotFound:
        raise Unknown("/cycle", "There is no cycle with this id or name.") from None


def _of_unit(connection: Connection, id: UUID, upto: int) -> ColumnElement[bool]:
    try:
        return event_filters.of_units(lookups.below(connection, id, upto))
    except NotFound:
        raise Unknown("/unit", "There is no unit with this id.") from None


def _of_subject(connection: Connection, id: UUID, _: int) -> ColumnElement[bool]:
    try:
        return event_filters.of_subject(connection, id)
    except NotFound:
        raise Unknown("/subject", "There is nothing with this id.") from None


def _of_types(_connection: Connection, text: str, _: int) -> ColumnElement[bool]:
    return event_filters.of_types([name for part in text.split(",") for name in named(part.strip())])


def _by_actor(_connection: Connection, id: UUID, _: int) -> ColumnElement[bool]:
    return event_filters.by_actor(id)


CONDITIONS: dict[str, Condition] = {
    "cycle": _of_cycle,
    "unit": _of_unit,
    "subject": _of_subject,
    "type": _of_types,
    "actor": _by_actor,
}


def named(part: str) -> list[str]:
    """The stored names that a name, or a prefix with a dot at its end, stands for. Raises `Unknown`."""
    found = [name for name in NAMES if name == part or (part.endswith(".") and name.startswith(part))]
    if not found:
        raise Unknown("/type", f"No event has the name {part}, nor a name that begins so; a prefix ends with a dot.")
    return found
