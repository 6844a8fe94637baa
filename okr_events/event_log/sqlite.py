"""The log on SQLite: one file in WAL mode; every commit reaches the disk before it returns."""

import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import orjson
from eventsourcing.persistence import ConnectionUnavailableError, InterfaceError
from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from okr_events.domain.errors import LogBusy, LogUnwritable, StoreReadOnly, VersionConflict
from okr_events.event_log.clock import read_clock
from okr_events.event_log.constraints import RunStatement
from okr_events.event_log.hash_chain import GENESIS, Head, RecordedEvent
from okr_events.event_log.looks import LOOK_UP_QUERIES
from okr_events.event_log.recorder import APPEND_ONLY_TABLES, SNAPSHOTS, LogRecorder, table_statements

BUSY_SECONDS = 5
LOCKED = ("locked", "busy")
READ_ONLY = "readonly"
UNWRITABLE = (READ_ONLY, "full", "disk I/O", "unable to open")
"""Words of SQLite's messages about a file that is locked, and about one that cannot be written; both pass."""
LOOK_UPS = {
    kind: query.format(among="IN (SELECT value FROM json_each(%s))", stream="value", each="json_each(%s)")
    for kind, query in LOOK_UP_QUERIES.items()
}
TABLES = (
    "CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, originator_id TEXT NOT NULL,"
    " originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL,"
    " UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS ledger (position INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL UNIQUE,"
    " envelope BLOB NOT NULL, chain BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL,"
    " recorded_at INTEGER NOT NULL, chain BLOB NOT NULL, peaks BLOB NOT NULL DEFAULT x'')",
    f"INSERT INTO head (one, position, recorded_at, chain) VALUES (1, 0, 0, x'{GENESIS.hex()}') ON CONFLICT DO NOTHING",
    *table_statements(log="", binary="BLOB"),
    *(
        f"CREATE TRIGGER IF NOT EXISTS {table}_{verb} BEFORE {verb} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, 'the log is append only'); END"
        for table in APPEND_ONLY_TABLES
        for verb in ("UPDATE", "DELETE")
    ),
)


class DurablePool(SQLiteConnectionPool):
    """The library's pool on a file of any name, whose commits reach the disk.

    An absolute path never reads as a URI.
    """

    @staticmethod
    def detect_memory_mode(db_name: str) -> bool:  # noqa: ARG004 - the library's signature
        return False

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous = FULL")
        return connection

    def drop_idle(self) -> None:
        """Close the connections that nobody uses; the pool opens others in their place."""
        with self._put_condition:
            for connection in self._pool:
                connection.close()


def says(error: BaseException | None, words: Collection[str]) -> bool:
    """Return whether SQLite's message has one of these words."""
    return any(word in str(error) for word in words)


def check_file_writable(path: Path) -> None:
    """Check that a database file and its folder, which takes the write-ahead log, can be written. Raises `StoreReadOnly`."""
    if not (os.access(path.parent, os.W_OK) and (os.access(path, os.W_OK) or not path.exists())):
        raise StoreReadOnly


class SQLiteLog(LogRecorder, SQLiteApplicationRecorder):
    """The recorder of a log in one SQLite file."""

    engine = "sqlite"
    look_ups = LOOK_UPS
    guards_query = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'"
    snapshots_query = f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{SNAPSHOTS}'"
    guard_count = 2 * len(APPEND_ONLY_TABLES)

    def __init__(self, path: Path, *, prepare: bool = True) -> None:
        """Create missing tables and triggers, unless `prepare` is false."""
        self.path = path
        datastore = SQLiteDatastore(str(path), pool_size=20)
        datastore.pool.close()
        self.pool = DurablePool(db_name=str(path.absolute()), lock_timeout=BUSY_SECONDS, pool_size=20)
        datastore.pool = self.pool
        super().__init__(datastore, events_table_name="events")
        self.snapshots = SQLiteAggregateRecorder(datastore, events_table_name=SNAPSHOTS)
        if prepare:
            self.create_table()
            self.snapshots.create_table()

    def construct_create_table_statements(self) -> list[str]:
        return list(TABLES)

    def create_table(self) -> None:
        with self.append_transaction() as run:
            for statement in self.create_table_statements:
                run(statement, ())
            if not run("SELECT 1 FROM pragma_table_info('head') WHERE name = 'peaks'", ()):
                run("ALTER TABLE head ADD COLUMN peaks BLOB NOT NULL DEFAULT x''", ())

    @contextmanager
    def append_transaction(self) -> Iterator[RunStatement]:
        with self._connect(commit=True) as connection:
            run = _statement_runner(connection)
            run("BEGIN IMMEDIATE", ())
            try:
                yield run
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def read_transaction(self) -> Iterator[RunStatement]:
        """Open a connection for reading; each statement sees the log as it is then."""
        with self._connect(commit=False) as connection:
            yield _statement_runner(connection)

    @contextmanager
    def _connect(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """Take a connection, whose errors become the domain's.

        One that was opened while the file was read-only stays so, and is dropped with the others.
        """
        try:
            with self.datastore.get_connection(commit=commit) as connection:
                try:
                    yield connection
                except sqlite3.OperationalError as error:
                    if says(error, [READ_ONLY]):
                        connection.close()
                        self.pool.drop_idle()
                    raise
        except sqlite3.OperationalError as error:
            if says(error, LOCKED):
                raise LogBusy from error
            if says(error, UNWRITABLE):
                raise LogUnwritable from error
            raise
        except InterfaceError as error:  # the file does not open
            raise LogUnwritable from error
        except ConnectionUnavailableError as error:
            raise LogBusy from error

    def check_writable(self) -> None:
        check_file_writable(self.path)

    def lock_head(self, run: RunStatement) -> tuple[Head, int]:
        return Head(*run("SELECT position, recorded_at, chain, peaks FROM head", ())[0]), read_clock()

    def list_parameter(self, values: Collection[str]) -> str:
        return orjson.dumps(sorted(values)).decode()

    def write(self, run: RunStatement, recorded: Sequence[RecordedEvent], nodes: Sequence[bytes], head: Head) -> None:
        try:
            for e, completed in zip(recorded, nodes, strict=True):
                run(
                    "INSERT INTO events VALUES (%s, %s, %s, %s, %s)",
                    (e.position, e.originator_id.hex, e.originator_version, e.topic, e.state),
                )
                run("INSERT INTO ledger VALUES (%s, %s, %s, %s)", (e.position, e.recorded_at, e.envelope, e.chain))
                run("INSERT INTO tree VALUES (%s, %s)", (e.position, completed))
        except sqlite3.IntegrityError as error:
            if "events.originator_id" not in str(error):
                raise
            raise VersionConflict from error
        run("UPDATE head SET position = %s, recorded_at = %s, chain = %s, peaks = %s", head.stored)

    def close(self) -> None:
        self.datastore.close()


def _statement_runner(connection: SQLiteConnection) -> RunStatement:
    execute = connection.cursor().sqlite_cursor.execute
    return lambda statement, params: execute(_with_question_marks(statement), params).fetchall()


@lru_cache(maxsize=512)
def _with_question_marks(statement: str) -> str:
    return statement.replace("%s", "?")
