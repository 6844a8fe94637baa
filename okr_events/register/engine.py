"""Database engines of the register and the views."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.pool import QueuePool

from okr_events.domain.errors import StoreReadOnly
from okr_events.event_log.sqlite import READ_ONLY, check_file_writable, says

BUSY_MILLISECONDS = 2_000
SQLITE_POOL_SIZE = 20
CACHE_KIBIBYTES = 32_768


def open_sqlite(path: Path, *, durable: bool) -> Engine:
    """Return an engine on a SQLite file in WAL mode.

    If durable, commits wait for the disk and deleted data is overwritten. The execution option `write=True` makes a
    transaction take the write lock when it begins.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=SQLITE_POOL_SIZE,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    pragmas = (
        f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}",
        f"PRAGMA secure_delete = {'ON' if durable else 'OFF'}",
        f"PRAGMA wal_autocheckpoint = {1_000 if durable else 10_000}",
        f"PRAGMA cache_size = {-CACHE_KIBIBYTES}",
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("autocommit"):
            return
        kind = "IMMEDIATE" if options.get("write") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    @event.listens_for(engine, "handle_error")
    def _drop_read_only(context: ExceptionContext) -> None:
        """Drop connections that were opened while the file was read-only: they stay so."""
        context.is_disconnect = context.is_disconnect or says(context.original_exception, [READ_ONLY])

    return engine


def autocommitting(engine: Engine) -> Engine:
    """Return an engine over the same connections for single reads: no transaction is begun for them."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(autocommit=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def open_postgres(url: str, schema: str) -> Engine:
    """Return an engine on a schema of a PostgreSQL database; create the schema if it is missing."""
    engine = postgres_engine(url, schema)
    create_schema(engine, schema)
    return engine


def postgres_engine(url: str, schema: str) -> Engine:
    """Return an engine on a schema of a PostgreSQL database, without connecting."""
    from okr_events.event_log import postgres_pool  # noqa: PLC0415 - optional dependency

    address = make_url(url).set(drivername="postgresql+psycopg")
    options = f"{address.query.get('options', '')} -c search_path={schema} -c lock_timeout={BUSY_MILLISECONDS}"
    engine = create_engine(
        address,
        pool_size=postgres_pool.POOL_SIZE,
        max_overflow=0,
        pool_timeout=postgres_pool.POOL_SECONDS,
        pool_recycle=postgres_pool.RECYCLE_SECONDS,
        hide_parameters=True,
        connect_args={**postgres_pool.limits_beside(address.query), "options": options},
    )
    postgres_pool.replace_dead_connections(engine)
    event.listen(engine, "handle_error", postgres_pool.translate_error)
    return engine


def create_schema(engine: Engine, schema: str) -> None:
    """Create a schema if it is missing."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema))"), {"schema": schema})
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))


def check_writable(engine: Engine) -> None:
    """Check that a store takes writes, without writing. Raises `StoreReadOnly`."""
    if engine.dialect.name == "sqlite":
        check_file_writable(Path(engine.url.database or ""))
        return
    with engine.connect() as connection:
        read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    if read_only:
        engine.dispose()  # the other connections lead to the same server
        raise StoreReadOnly


def dialect_insert(engine: Engine) -> type[postgresql.Insert | sqlite.Insert]:
    """Return the `insert` of the engine's dialect, which supports `on_conflict_do_nothing`."""
    return postgresql.Insert if engine.dialect.name == "postgresql" else sqlite.Insert
