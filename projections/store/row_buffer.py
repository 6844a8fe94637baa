"""The row buffer: collects what a batch of events changes and writes it by one `executemany` per table."""

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import cache, cached_property
from operator import itemgetter
from typing import Never, TypeVar, cast
from uuid import UUID

import orjson
from eventsourcing.utils import get_topic
from sqlalchemy import Connection, Dialect, Insert, Update, bindparam, select
from sqlalchemy.engine.default import DefaultDialect

from okr_events.domain.values import EncryptedText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.row_types import RowTable
from projections.store.column_values import column_names
from projections.store.tables import OPEN_ENDED, R, RowValues, row_from_values

Statement = tuple[str, tuple[str, ...]]


class EventMetadata:
    """An event's place in the log, its time, its actor and its reason, for handlers."""

    def __init__(self, recorded: RecordedEvent) -> None:
        self.recorded = recorded
        self.recorded_at = recorded.time
        self.id = str(recorded.originator_id)
        self.version = recorded.originator_version

    @cached_property
    def actor(self) -> str:
        return str(UUID(orjson.loads(self.recorded.envelope)["actor"]))

    @property
    def reason(self) -> str | None:
        """The encrypted reason's token."""
        envelope = Envelope.decode(self.recorded.envelope, self.recorded.originator_id, self.version)
        return envelope.reason.token if isinstance(envelope.reason, EncryptedText) else None


Handler = Callable[[object, EventMetadata, "RowBuffer"], None]
H = TypeVar("H", bound=Callable[[Never, EventMetadata, "RowBuffer"], None])
handlers: dict[str, list[Handler]] = defaultdict(list)
"""The handlers of each stored event name."""


def handles(*events: type[object]) -> Callable[[H], H]:
    """Register a handler of these events; it takes the event, its metadata and the row buffer."""

    def register(handler: H) -> H:
        for event in events:
            handlers[get_topic(event)].append(cast("Handler", handler))
        return handler

    return register


class RowBuffer:
    """The rows that a batch changes. A change closes the present version of a row and inserts the next."""

    def __init__(self, connection: Connection, position: int) -> None:
        """`position` is the last one that the tables hold; the projector sets it for each event."""
        self.connection = connection
        self.position = self.flushed_position = position
        self._current: dict[tuple[str, str], RowValues | None] = {}
        self._inserts: dict[RowTable, list[RowValues]] = defaultdict(list)
        self._closings: dict[RowTable, list[RowValues]] = defaultdict(list)

    def prefetch(self, table: RowTable, ids: Collection[str]) -> None:
        """Read the current rows with these ids in one query."""
        self._current |= dict.fromkeys(((table.name, id) for id in ids), None)
        query = select(table).where(table.c.id.in_(ids), table.c.to_position == OPEN_ENDED)
        for row in self.connection.execute(query).mappings().all():
            self._current[table.name, row["id"]] = dict(row)

    def current_values(self, table: RowTable, id: str) -> RowValues:
        """The row after the events so far. Raises `LookupError` when there is none."""
        if (table.name, id) not in self._current:
            self.prefetch(table, [id])
        row = self._current[table.name, id]
        if row is None:
            raise LookupError(f"{table.name} {id}")
        return row

    def current(self, row_type: type[R], id: str) -> R:
        """The same with the type of the row."""
        return row_from_values(row_type, self.current_values(row_type.table, id))

    def insert(self, table: RowTable, id: str, **values: object) -> RowValues:
        """Insert the first version of a row and return it; columns without a value are null."""
        return self._buffer_version(table, {**dict.fromkeys(column_names(table)), "created": self.position, **values, "id": id})

    def upsert(self, table: RowTable, id: str, **values: object) -> None:
        """Insert the first version of a row, or the next one if the row exists."""
        try:
            self.current_values(table, id)
        except LookupError:
            self.insert(table, id, **values)
        else:
            self.update(table, id, **values)

    def update(self, table: RowTable, id: str, **changes: object) -> None:
        """Close the row's present version and insert the next with these changes."""
        row = self.current_values(table, id)
        if row["from_position"] == self.position:
            row.update(changes)
            return
        if row["from_position"] <= self.flushed_position:
            self._closings[table].append({"_id": id, "_from": row["from_position"], "_to": self.position})
        row["to_position"] = self.position
        self._buffer_version(table, {**row, **changes})

    def _buffer_version(self, table: RowTable, row: RowValues) -> RowValues:
        row |= {"from_position": self.position, "to_position": OPEN_ENDED}
        self._current[table.name, row["id"]] = row
        self._inserts[table].append(row)
        return row

    def append(self, table: RowTable, **values: object) -> None:
        """Insert a row of a table without versions."""
        self._inserts[table].append(values)

    def flush(self) -> None:
        """Write the buffered rows: per table one `executemany` for closed versions and one for new ones."""
        dialect = self.connection.dialect
        for table, closed in self._closings.items():
            self._write(close_version_statement(self._target(table), dialect), closed)
        for table, inserted in self._inserts.items():
            self._write(insert_statement(self._target(table), dialect), inserted)
        self._closings.clear()
        self._inserts.clear()
        self.flushed_position = self.position

    def _target(self, table: RowTable) -> RowTable:
        """The table that takes the rows."""
        return table

    def _write(self, statement: Statement, rows: list[RowValues]) -> None:
        text, names = statement
        self.connection.exec_driver_sql(text, list(map(itemgetter(*names), rows)))


@cache
def insert_statement(table: RowTable, dialect: Dialect) -> Statement:
    return _compile(table.insert(), dialect)


@cache
def close_version_statement(table: RowTable, dialect: Dialect) -> Statement:
    """Closes a version: `_id`, `_from` and `_to` are the row's id, the version's first position and the one that ends it."""
    version = (table.c.id == bindparam("_id")) & (table.c.from_position == bindparam("_from"))
    return _compile(table.update().where(version).values(to_position=bindparam("_to")), dialect)


def _compile(statement: Insert | Update, dialect: Dialect) -> Statement:
    """The driver's SQL and its parameters' names in order: SQLAlchemy's own binding of each row is slow."""
    dialect_type = cast("type[DefaultDialect]", type(dialect))
    positional = dialect_type(paramstyle="qmark" if dialect.name == "sqlite" else "format")
    compiled = positional.statement_compiler(positional, statement)
    return str(compiled), tuple(compiled.positiontup or ())
