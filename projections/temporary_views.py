"""Temporary views: what handlers make of chosen events of the log, in a private database that is deleted at the end."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from okr_events.domain.errors import LogDamaged
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.recorder import LogRecorder
from projections.event_processing import process_events
from projections.store.tables import metadata


@contextmanager
def replay_positions(
    log: LogRecorder, mapper: Mapper[UUID], positions: Sequence[int], progress: Callable[[int], object] = lambda _: None
) -> Iterator[Connection]:
    """Yield views that hold the events at these rising positions and nothing else.

    `progress` is called with the number of events after each batch. Raises `LogDamaged` when an event is missing.
    """
    with _engine().connect() as connection:
        last = 0
        for start in range(0, len(positions), CHUNK):
            batch = list(positions[start : start + CHUNK])
            recorded = log.events_at(batch)
            if len(recorded) != len(batch):
                raise LogDamaged
            process_events(connection, mapper, recorded, position=last)
            last = batch[-1]
            progress(len(batch))
        yield connection


@cache
def _engine() -> Engine:
    """The engine whose every connection is a database of its own; one for all, since it remembers compiled queries."""
    return create_engine("sqlite://", creator=_open_private_database, poolclass=NullPool)


def _open_private_database() -> sqlite3.Connection:
    """Open a database that SQLite deletes when it is closed; it goes to the disk only when it outgrows the memory."""
    connection = sqlite3.connect("", check_same_thread=False)
    connection.executescript(_table_script())
    return connection


@cache
def _table_script() -> str:
    """The statements that create all tables, in one script: SQLAlchemy takes five times as long for each one by itself."""
    tables = metadata.sorted_tables
    statements: list[CreateTable | CreateIndex] = [CreateTable(table) for table in tables]
    statements += [CreateIndex(index) for table in tables for index in table.indexes]
    lines = (str(statement.compile(dialect=sqlite.dialect())) for statement in statements)
    return ";".join(("PRAGMA synchronous = OFF", "BEGIN", *lines, "COMMIT"))
