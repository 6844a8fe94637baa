"""Buffered rows: what a batch of events does to the tables, written by one `executemany` per table."""

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

import orjson
from eventsourcing.utils import get_topic
from sqlalchemy import Connection, Dialect, Table, bindparam, select

from okr_events.domain.values import EncryptedText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import RecordedEvent
from projections.store.tables import OPEN_ENDED

Row = dict[str, Any]
Statement = tuple[str, tuple[str, ...]]


class EventMetadata:
    """What stands beside an event for a handler: its place in the log, who recorded it, and why."""

    def __init__(self, recorded: RecordedEvent) -> None:
        self.recorded = recorded
        self.id = str(recorded.originator_id)
        self.version = recorded.originator_version

    @cached_property
    def actor(self) -> str:
        return str(UUID(orjson.loads(self.recorded.envelope)["actor"]))

    @property
    def reason(self) -> str | None:
        """The sealed reason's token."""
        envelope = Envelope.decode(self.recorded.envelope, self.recorded.originator_id, self.version)
        return envelope.reason.token if isinstance(envelope.reason, EncryptedText) else None


Handler = Callable[[Any, EventMetadata, "RowBuffer"], None]
H = TypeVar("H", bound=Handler)
handlers: dict[str, list[Handler]] = defaultdict(list)


def handles(*events: type[Any]) -> Callable[[H], H]:
    """Run the function for these events: it takes the event, its fact and the rows to change."""

    def register(handler: H) -> H:
        for event in events:
            handlers[get_topic(event)].append(handler)
        return handler

    return register


class RowBuffer:
    """The rows that a batch touches. Versions of rows are never overwritten: a change closes one and opens the next."""

    def __init__(self, connection: Connection, position: int) -> None:
        """`position` is the last one that the tables hold already; later ones are set event by event."""
        self.connection = connection
        self.position = self.flushed_position = position
        self._current: dict[tuple[str, str], Row | None] = {}
        self._inserts: dict[Table, list[Row]] = defaultdict(list)
        self._closings: dict[Table, list[Row]] = defaultdict(list)

    def prefetch(self, table: Table, ids: Collection[str]) -> None:
        """Read the open rows of these ids in one query."""
        self._current |= dict.fromkeys(((table.name, id) for id in ids), None)
        query = select(table).where(table.c.id.in_(ids), table.c.to_position == OPEN_ENDED)
        for row in self.connection.execute(query).mappings().all():
            self._current[table.name, row["id"]] = dict(row)

    def current(self, table: Table, id: str) -> Row:
        """The row as it stands after the events so far; raises `LookupError` when there is none."""
        if (table.name, id) not in self._current:
            self.prefetch(table, [id])
        row = self._current[table.name, id]
        if row is None:
            raise LookupError(f"{table.name} {id}")
        return row

    def insert(self, table: Table, id: str, **values: Any) -> Row:
        """The first version of a row; gives it."""
        return self._buffer_version(table, {"created": self.position, **values, "id": id})

    def upsert(self, table: Table, id: str, **values: Any) -> None:
        """The first version of a row, or the next one when there is a row already."""
        try:
            self.current(table, id)
        except LookupError:
            self.insert(table, id, **values)
        else:
            self.update(table, id, **values)

    def update(self, table: Table, id: str, **changes: Any) -> None:
        """Close the row's present version and open the next, with what changed."""
        row = self.current(table, id)
        if row["from_position"] == self.position:
            row.update(changes)
            return
        if row["from_position"] <= self.flushed_position:
            self._closings[table].append({"_id": id, "_from": row["from_position"], "_to": self.position})
        row["to_position"] = self.position
        self._buffer_version(table, {**row, **changes})

    def _buffer_version(self, table: Table, row: Row) -> Row:
        row |= {"from_position": self.position, "to_position": OPEN_ENDED}
        self._current[table.name, row["id"]] = row
        self._inserts[table].append(row)
        return row

    def append(self, table: Table, **values: Any) -> None:
        """A row that is never changed."""
        self._inserts[table].append(values)

    def flush(self) -> None:
        """Write what is buffered: one `executemany` for the closed rows of a table and one for its new ones."""
        dialect = self.connection.dialect
        for table, closed in self._closings.items():
            self._write(close_version_statement(table, dialect), closed)
        for table, unwritten in self._inserts.items():
            self._write(insert_statement(table, dialect), unwritten)
        self._closings.clear()
        self._inserts.clear()
        self.flushed_position = self.position

    def _write(self, statement: Statement, rows: list[Row]) -> None:
        text, names = statement
        self.connection.exec_driver_sql(text, list(map(itemgetter(*names), rows)))


@cache
def insert_statement(table: Table, dialect: Dialect) -> Statement:
    return _compile(table.insert(), dialect)


@cache
def close_version_statement(table: Table, dialect: Dialect) -> Statement:
    """Ends one version of a row: `_id`, `_from` and `_to` are its id, its first position and the one that ends it."""
    version = (table.c.id == bindparam("_id")) & (table.c.from_position == bindparam("_from"))
    return _compile(table.update().where(version).values(to_position=bindparam("_to")), dialect)


def _compile(statement: Any, dialect: Dialect) -> Statement:
    """The driver's text of a statement, and the names of its parameters in order: binding row by row is the slow part."""
    spelling: Any = type(dialect)
    positional = spelling(paramstyle="qmark" if dialect.name == "sqlite" else "format")
    compiled = statement.compile(dialect=positional)
    return str(compiled), tuple(compiled.positiontup)
