"""Database engines of the register and the views."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

BUSY_MILLISECONDS = 2_000
SQLITE_POOL_SIZE = 20
POSTGRES_POOL_SIZE = 8
POOL_SECONDS = 5
CACHE_KIBIBYTES = 32_768


def open_sqlite(path: Path, *, durable: bool) -> Engine:
    """Return an engine on a SQLite file in WAL mode.

    If durable, commits wait for the disk and deleted data is overwritten. The execution option `write=True` makes a
    transaction take the write lock when it begins.
    """
    engine = create_engine(
        f"sqlite:///{path}",
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
        kind = "IMMEDIATE" if connection.get_execution_options().get("write") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def open_postgres(url: str, schema: str) -> Engine:
    """Return an engine on a schema of a PostgreSQL database; create the schema if it is missing."""
    engine = postgres_engine(url, schema)
    create_schema(engine, schema)
    return engine


def postgres_engine(url: str, schema: str) -> Engine:
    """Return an engine on a schema of a PostgreSQL database, without connecting."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    options = f"{address.query.get('options', '')} -c search_path={schema} -c lock_timeout={BUSY_MILLISECONDS}"
    return create_engine(
        address,
        pool_size=POSTGRES_POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options},
    )


def create_schema(engine: Engine, schema: str) -> None:
    """Create a schema if it is missing."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema))"), {"schema": schema})
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))


def dialect_insert(engine: Engine) -> type[postgresql.Insert | sqlite.Insert]:
    """Return the `insert` of the engine's dialect, which supports `on_conflict_do_nothing`."""
    return postgresql.Insert if engine.dialect.name == "postgresql" else sqlite.Insert
