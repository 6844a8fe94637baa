"""Pools of PostgreSQL connections, for every store alike: a dead or read-only connection is replaced, none grows old.

A connection that was just used is taken unless its socket shows news: a server that went away has closed it. One that
rested longer is pinged, because a host that vanished closes nothing.
"""

from collections.abc import Callable, Collection
from select import POLLIN, poll
from time import monotonic

import psycopg
from psycopg.pq import ExecStatus
from psycopg.rows import DictRow
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, Pool, QueuePool

from okr_events.domain.errors import StoreBusy, StoreReadOnly

POOL_SIZE = 8
POOL_SECONDS = 5
RECYCLE_SECONDS = 300
"""Connections are closed at this age, so that after a failover none stays on the old server for long."""
REST_SECONDS = 1.0
READ_ONLY = "25006"
"""The SQLSTATE of a write in a session that became read-only: its server is a standby now, or was told to refuse writes."""
UNWRITABLE = {"53100", "58030"}
"""The SQLSTATEs of a disk that is full or fails. The statement was rolled back, a commit too."""
LIMITS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Connection parameters that bound the wait for a host that vanished."""


def limits_beside(parameters: Collection[str]) -> dict[str, int]:
    """Return the limits that the parameters of a URL leave open."""
    return {name: value for name, value in LIMITS.items() if name not in parameters}


def open_pool(connect: Callable[[], psycopg.Connection[DictRow]]) -> QueuePool:
    """Return a pool of the connections that `connect` opens, in autocommit mode."""
    pool = QueuePool(
        connect,  # type: ignore[arg-type]
        pool_size=POOL_SIZE,
        max_overflow=0,
        timeout=POOL_SECONDS,
        recycle=RECYCLE_SECONDS,
        reset_on_return=None,
    )
    replace_dead_connections(pool)
    return pool


def replace_dead_connections(pool: Pool | Engine) -> None:
    """Let a pool, or an engine's pool, check each connection that it hands out."""
    event.listen(pool, "checkout", _check_alive)
    event.listen(pool, "checkin", _note_use)


def translate_error(context: ExceptionContext) -> Exception | None:
    """Return the domain's error for one of an engine whose connection cannot be used any more, and drop the connection."""
    if is_read_only(context.original_exception):
        context.is_disconnect = True
        return StoreReadOnly()
    return StoreBusy() if context.is_disconnect and not isinstance(context.sqlalchemy_exception, OperationalError) else None


def is_read_only(error: BaseException | None) -> bool:
    return isinstance(error, psycopg.Error) and error.sqlstate == READ_ONLY


def _note_use(_: object, entry: ConnectionPoolEntry) -> None:
    entry.info["used_at"] = monotonic()


def _check_alive(connection: psycopg.Connection, entry: ConnectionPoolEntry, _: object) -> None:
    used_at = entry.info.get("used_at")
    if used_at is None:
        return  # it was opened just now
    if connection.closed or ((monotonic() - used_at > REST_SECONDS or _has_news(connection)) and not _answers(connection)):
        raise InvalidatePoolError


def _has_news(connection: psycopg.Connection) -> bool:
    """Return whether the server sent something unasked: a notice, a changed setting, or the end of the connection."""
    socket = poll()
    socket.register(connection.pgconn.socket, POLLIN)
    return bool(socket.poll(0))


def _answers(connection: psycopg.Connection) -> bool:
    return connection.pgconn.exec_(b"").status == ExecStatus.EMPTY_QUERY
