"""The log on PostgreSQL. The head row is the append lock: positions have no gaps and follow the order of commits."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import ReadOnlySqlTransaction
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.types.composite import register_composite
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from okr_events.domain.errors import LogBusy, LogUnreachable, LogUnwritable, StoreReadOnly, VersionConflict
from okr_events.event_log.constraints import RunStatement
from okr_events.event_log.hash_chain import GENESIS, Head, RecordedEvent
from okr_events.event_log.looks import LOOK_UP_QUERIES
from okr_events.event_log.postgres_pool import is_read_only, limits_beside, open_pool
from okr_events.event_log.recorder import APPEND_ONLY_TABLES, SNAPSHOTS, LogRecorder, table_statements
from okr_events.json_types import Json

LOCK_SECONDS = 5
LOOK_UPS = {
    kind: query.format(among="= ANY(%s)", stream="value::uuid", each="unnest(%s::text[]) AS each (value)")
    for kind, query in LOOK_UP_QUERIES.items()
}
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


ENDED_SESSION = ("FATAL", "PANIC")
"""The severities of errors that end the session: its commit may be on the disk, also where the disk is full."""


class LogDatastore(PostgresDatastore):
    """The library's datastore over our own pool; its errors are the domain's."""

    def __init__(self, url: str) -> None:
        super().__init__(dbname="", host="", port="", user="", password="", schema="log")
        self.address = make_conninfo(url, **limits_beside(conninfo_to_dict(url)))
        self.connections = open_pool(self._connect)

    def _connect(self) -> Connection[DictRow]:
        connection = psycopg.connect(self.address, row_factory=dict_row, autocommit=True)
        connection.execute(f"SET search_path = log; SET lock_timeout = '{LOCK_SECONDS}s'")
        return connection

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        with _translate_errors(), closing(self.connections.connect()) as pooled:
            connection = pooled.dbapi_connection
            if not isinstance(connection, Connection):
                raise TypeError(connection)
            for composite in self.psycopg_type_adapters.values():
                if not connection.adapters.types.get(composite.oid):
                    register_composite(composite, connection)
            try:
                yield connection
            except psycopg.Error as error:
                if connection.closed or is_read_only(error):
                    pooled.invalidate()
                    self._replace_pool()
                raise

    def _replace_pool(self) -> None:
        """Drop the other connections too: they lead to the same server."""
        self.connections.dispose()
        self.connections = self.connections.recreate()

    def close(self) -> None:
        self.connections.dispose()


class PostgresLog(LogRecorder, PostgresApplicationRecorder):
    """The recorder of a log in the schema `log` of a PostgreSQL database."""

    engine = "postgresql"
    look_ups = LOOK_UPS
    snapshots_query = f"SELECT 1 FROM pg_tables WHERE schemaname = 'log' AND tablename = '{SNAPSHOTS}'"
    guards_query = "SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled <> 'D'"
    guard_count = len(APPEND_ONLY_TABLES)

    def __init__(self, url: str, *, prepare: bool = True) -> None:
        """Create missing tables and triggers, unless `prepare` is false."""
        datastore = LogDatastore(url)
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
        with self.datastore.get_connection() as connection, connection.transaction():
            yield _statement_runner(connection)

    @contextmanager
    def read_transaction(self) -> Iterator[RunStatement]:
        with self.datastore.get_connection() as connection:
            yield _statement_runner(connection)

    def check_writable(self) -> None:
        with self.read_transaction() as run:
            if run("SHOW transaction_read_only", ()) == [("on",)]:
                raise ReadOnlySqlTransaction

    def lock_head(self, run: RunStatement) -> tuple[Head, int]:
        position, recorded_at, chain, peaks, now = run(
            "SELECT position, recorded_at, chain, peaks, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
            " FROM head FOR UPDATE",
            (),
        )[0]
        return Head(position, recorded_at, bytes(chain), bytes(peaks)), now

    def list_parameter(self, values: Collection[str]) -> list[str]:
        return sorted(values)

    def write(self, run: RunStatement, recorded: Sequence[RecordedEvent], nodes: Sequence[bytes], head: Head) -> None:
        events = [v for e in recorded for v in (e.position, e.originator_id, e.originator_version, e.topic, e.state)]
        ledger = [v for e in recorded for v in (e.position, e.recorded_at, e.envelope, e.chain)]
        tree = [v for e, completed in zip(recorded, nodes, strict=True) for v in (e.position, completed)]
        run(_insert_statement(len(recorded)), [*events, *ledger, *tree, *head.stored])

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
    except psycopg.Error as error:
        match error:
            case psycopg.errors.UniqueViolation() if error.diag.constraint_name == "events_version":
                raise VersionConflict from error
            case psycopg.errors.LockNotAvailable():
                raise LogBusy from error
            case psycopg.Error() if error.diag.severity_nonlocalized in ENDED_SESSION:
                raise LogUnreachable from error
            case psycopg.errors.DiskFull() | psycopg.errors.IoError():
                raise LogUnwritable from error
            case psycopg.OperationalError() | psycopg.InterfaceError():
                raise LogUnreachable from error
        if is_read_only(error):
            raise StoreReadOnly from error
        raise PersistenceError(str(error)) from error
    except PoolTimeout as error:
        raise LogBusy from error
    except InvalidRequestError as error:  # a new connection was lost at once
        raise LogUnreachable from error
