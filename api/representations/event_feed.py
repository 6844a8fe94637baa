"""The event feed: the events that match a query's filters, as CloudEvents, in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection

from api.operations.stores import Stores
from api.representations.decryption import decrypt_and_name
from okr_events.domain.errors import NotFound, UnknownId
from okr_events.event_log.event_mapper import CLASSES_BY_NAME
from okr_events.json_types import Json, JsonObject
from projections.queries import event_filters
from projections.queries.cloud_events import cloud_event, serialize_ledger_fact
from projections.store import lookups

BATCH_SIZE = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """CloudEvents, and the position up to which the log was searched for them."""

    events: list[JsonObject]
    upto: int


@dataclass(frozen=True, slots=True)
class FilteredFeed:
    """The feed of a query's filters. They are resolved anew for every batch, since a unit or a cycle may grow."""

    stores: Stores
    filters: JsonObject

    def read_batch(self, *, after: int, upto: int, limit: int | None = None) -> Batch:
        """The first events after one position and up to another. Raises `UnknownId`."""
        limit = limit or BATCH_SIZE
        if self.filters:
            positions = self._matching_positions(after, upto, limit)
        else:
            positions = list(range(after + 1, min(upto, after + limit) + 1))
        return Batch(self._cloud_events(positions), positions[-1] if len(positions) == limit else max(after, upto))

    def iterate_batches(self, *, after: int, upto: int) -> Iterator[Batch]:
        """All batches; no connection is held between two of them."""
        while after < upto:
            batch = self.read_batch(after=after, upto=upto)
            after = batch.upto
            yield batch

    def check_filters(self, upto: int) -> None:
        """Raise `UnknownId` when a filter names nothing."""
        if self.filters:
            self._matching_positions(upto, upto, 1)

    def _matching_positions(self, after: int, upto: int, limit: int) -> list[int]:
        """Only filters need the views: the unfiltered feed works while the views fail."""
        self.stores.views.catch_up()
        with self.stores.views.connect() as connection:
            conditions = [_condition(connection, name, value, upto) for name, value in self.filters.items()]
            return event_filters.find_positions(connection, conditions, after=after, upto=upto, limit=limit)

    def _cloud_events(self, positions: list[int]) -> list[JsonObject]:
        mapper, log_name = self.stores.okrs.mapper, self.stores.register.log_name(self.stores.settings.log_name)
        facts = [serialize_ledger_fact(recorded, mapper) for recorded in self.stores.log.events_at(positions)]
        return [cloud_event(fact, log_name) for fact in decrypt_and_name(self.stores.register, facts)]


def _condition(connection: Connection, name: str, value: Json, upto: int) -> ColumnElement[bool]:
    """The condition of one filter. Raises `UnknownId` that points at the parameter."""
    try:
        return CONDITIONS[name](connection, value, upto)
    except NotFound:
        raise UnknownId(f"/{name}", f"No {name} called {value}.") from None


def _types_condition(_: Connection, texts: list[str], __: int) -> ColumnElement[bool]:
    parts = [part.strip() for text in texts for part in text.split(",")]
    return event_filters.types_condition([name for part in parts for name in _matching_types(part)])


CONDITIONS: dict[str, Callable[[Connection, Json, int], ColumnElement[bool]]] = {
    "cycle": lambda connection, cycle, upto: event_filters.cycle_condition(lookups.find_cycle(connection, cycle, upto).id),
    "unit": lambda connection, unit, upto: event_filters.units_condition(lookups.fetch_unit_subtree(connection, unit, upto)),
    "subject": lambda connection, subject, _: event_filters.subject_condition(connection, subject),
    "type": _types_condition,
    "actor": lambda _, actor, __: event_filters.actor_condition(actor),
}


def _matching_types(part: str) -> list[str]:
    """The event types that are called so, or begin with a prefix that ends with a dot. Raises `UnknownId`."""
    names = [name for name in CLASSES_BY_NAME if name == part or (part.endswith(".") and name.startswith(part))]
    if not names:
        raise UnknownId("/type", f"No event type is called {part} or begins with it; a prefix must end with a dot.")
    return names
