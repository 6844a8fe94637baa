"""Secure erasure: removes deleted rows from the register's files."""

from time import monotonic, sleep

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

TIMEOUT_SECONDS = 3.0
RETRY_SECONDS = 0.05
OLDER_TRANSACTIONS = """SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
 AND (age(backend_xmin) > age(%s::text::xid) OR age(backend_xid) > age(%s::text::xid))"""
"""Counts transactions older than a given one, for which PostgreSQL still keeps deleted rows."""


def overwrite_deleted(engine: Engine, patience: float = TIMEOUT_SECONDS) -> bool:
    """Remove deleted rows from the files; return false if readers prevented it for `patience` seconds.

    SQLite overwrites pages when deleting; this truncates its write-ahead log. On PostgreSQL it rewrites the tables of keys and
    people; PostgreSQL's own write-ahead log is not affected.
    """
    attempt = _vacuum_full if engine.dialect.name == "postgresql" else _truncate_wal
    deadline = monotonic() + patience
    while not attempt(engine):
        if monotonic() > deadline:
            return False
        sleep(RETRY_SECONDS)
    return True


def _truncate_wal(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(busy, _, _)] = cursor.fetchall()
    finally:
        connection.close()
    return not busy


def _vacuum_full(engine: Engine) -> bool:
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            now = str(connection.exec_driver_sql("SELECT pg_current_xact_id()::xid::text").scalar())
            if connection.exec_driver_sql(OLDER_TRANSACTIONS, (now, now)).scalar():
                return False
            for table in ("word_keys", "people", "signing_keys"):
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    except OperationalError:
        return False
    return True
