"""The log on PostgreSQL. The head row is the append lock: positions have no gaps and follow the order of commits."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple

import psycopg
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg_pool import PoolTimeout

from okr_events.domain.errors import LogBusy, LogUnreachable, VersionConflict
from okr_events.event_log.constraints import RunStatement
from okr_events.event_log.hash_chain import GENESIS, Head, RecordedEvent
from okr_events.event_log.recorder import APPEND_ONLY_TABLES, SNAPSHOTS, LogRecorder, table_statements
from okr_events.json_types import Json

LOCK_SECONDS = 5
POOL_SIZE = 8
TABLES = (
    "CREATE SCHEMA IF NOT EXISTS log",
    "CREATE TABLE IF NOT EXISTS log.events (position BIGINT PRIMARY KEY, originator_id UUID NOT NULL,"
    " originator_version BIGINT NOT NULL, topic TEXT NOT NULL, state BYTEA NOT NULL,"
    " CONSTRAINT events_version UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS log.ledger (position BIGINT PRIMARY KEY, recorded_at BIGINT NOT NULL UNIQUE,"
    " envelope BYTEA NOT NULL, chain BYTEA NOT NULL)",
    "CREATE TABLE IF NOT EXISTS log.head (one INTEGER PRIMARY KEY CHECK (one = 1), position BIGINT NOT NULL,"
    " recorded_at BIGINT NOT NULL, chain BYTEA NOT NULL, peaks BYTEA NOT NULL DEFAULT '')",
    f"INSERT INTO log.head (one, position, recorded_at, chain) VALUES (1, 0, 0, '\\x{GENESIS.hex()}') ON CONFLICT DO NOTHING",
    *table_statements(log="log.", binary="BYTEA"),
)
TRIGGERS = (
    "CREATE OR REPLACE FUNCTION log.append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$BEGIN RAISE EXCEPTION 'the log is append only'; END$$",
    *(
        f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION log.append_only()"
        for table in APPEND_ONLY_TABLES
    ),
)
PEAKS_COLUMN = """SELECT 1 FROM information_schema.columns
 WHERE table_schema = 'log' AND table_name = 'head' AND column_name = 'peaks'"""


class LogDatastore(PostgresDatastore):
    def after_connect_func(self) -> Callable[[Connection[DictRow]], None]:
        def configure(connection: Connection[DictRow]) -> None:
            connection.autocommit = True
            connection.execute(f"SET search_path = log; SET lock_timeout = '{LOCK_SECONDS}s'")

        return configure


class PostgresLog(LogRecorder, PostgresApplicationRecorder):
    """The recorder of a log in the schema `log` of a PostgreSQL database."""

    engine = "postgresql"
    guards_query = "SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled <> 'D'"
    guard_count = len(APPEND_ONLY_TABLES)

    def __init__(self, url: str, *, prepare: bool = True) -> None:
        """Create missing tables and triggers, unless `prepare` is false."""
        parts = conninfo_to_dict(url)
        datastore = LogDatastore(
            dbname=str(parts.get("dbname") or "postgres"),
            host=str(parts.get("host") or ""),
            port=str(parts.get("port") or ""),
            user=str(parts.get("user") or ""),
            password=str(parts.get("password") or ""),
            schema="log",
            pool_size=1,
            max_overflow=POOL_SIZE - 1,
        )
        datastore.pool.kwargs = {"row_factory": dict_row, **parts}  # the library drops other parameters, such as sslmode
        super().__init__(datastore, events_table_name="events")
        if prepare:
            self.create_table()
        self.snapshots = PostgresAggregateRecorder(datastore, events_table_name=SNAPSHOTS)
        if prepare:
            self.snapshots.create_table()

    def create_table(self) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('okr_events.event_log'))")
            for statement in TABLES:
                cursor.execute(statement, prepare=False)
            if not cursor.execute(PEAKS_COLUMN).fetchone():
                cursor.execute("ALTER TABLE log.head ADD COLUMN peaks BYTEA NOT NULL DEFAULT ''", prepare=False)
            guarded = cursor.execute(self.guards_query).fetchone()
            for statement in () if guarded and guarded["count"] == self.guard_count else TRIGGERS:
                cursor.execute(statement, prepare=False)

    @contextmanager
    def append_transaction(self) -> Iterator[RunStatement]:
        with _translate_errors(), self.datastore.get_connection() as connection, connection.transaction():
            yield _statement_runner(connection)

    @contextmanager
    def read_transaction(self) -> Iterator[RunStatement]:
        with _translate_errors(), self.datastore.get_connection() as connection:
            yield _statement_runner(connection)

    def lock_head(self, run: RunStatement) -> tuple[Head, int]:
        position, recorded_at, chain, peaks, now = run(
            "SELECT position, recorded_at, chain, peaks, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
            " FROM head FOR UPDATE",
            (),
        )[0]
        return Head(position, recorded_at, bytes(chain), bytes(peaks)), now

    def write(self, run: RunStatement, recorded: Sequence[RecordedEvent], nodes: Sequence[bytes], head: Head) -> None:
        events = [v for e in recorded for v in (e.position, e.originator_id, e.originator_version, e.topic, e.state)]
        ledger = [v for e in recorded for v in (e.position, e.recorded_at, e.envelope, e.chain)]
        tree = [v for e, completed in zip(recorded, nodes, strict=True) for v in (e.position, completed)]
        run(_insert_statement(len(recorded)), [*events, *ledger, *tree, *astuple(head)])

    def close(self) -> None:
        self.datastore.close()


def _insert_statement(count: int) -> str:
    """Return one statement that inserts `count` events. Plain values: arrays double the time of a single event."""
    rows = ("(%s, %s, %s, %s, %s)", "(%s, %s, %s, %s)", "(%s, %s)")
    events, ledger, tree = (", ".join([row] * count) for row in rows)
    return (
        f"WITH e AS (INSERT INTO events (position, originator_id, originator_version, topic, state) VALUES {events}),"
        f" l AS (INSERT INTO ledger (position, recorded_at, envelope, chain) VALUES {ledger}),"
        f" t AS (INSERT INTO tree (position, nodes) VALUES {tree})"
        " UPDATE head SET position = %s, recorded_at = %s, chain = %s, peaks = %s"
    )


def _statement_runner(connection: Connection[DictRow]) -> RunStatement:
    cursor = connection.cursor(row_factory=tuple_row)

    def run(statement: str, params: Sequence[object]) -> list[tuple[Json, ...]]:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []

    return run


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate the driver's errors into those of the domain."""
    try:
        yield
    except Exception as error:
        cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
        match cause:
            case psycopg.errors.UniqueViolation() if cause.diag.constraint_name == "events_version":
                raise VersionConflict from error
            case psycopg.errors.LockNotAvailable() | PoolTimeout():
                raise LogBusy from error
            case psycopg.OperationalError() | psycopg.InterfaceError():
                raise LogUnreachable from error
        raise
