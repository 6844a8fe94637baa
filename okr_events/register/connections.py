"""Connections to the register: a thread with a write transaction has no second one, and threads write one at a time."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Lock, local
from typing import cast

from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from okr_events.domain.errors import StoreBusy
from okr_events.register.engine import autocommitting

WRITE_SECONDS = 5.0
"""How long a write waits for the writes of other threads."""


class OpenTransaction(local):
    """The connection of the write transaction that this thread has open."""

    connection: Connection | None = None


class RegisterConnections:
    """Hands out connections.

    A thread that waited for a second connection while it held the first would keep both from the others, and would
    wait for its own lock.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.after_write: Callable[[], None] = lambda: None
        self._reading = autocommitting(engine)
        self._write_lock = Lock()
        self._open = OpenTransaction()

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Yield the connection of the thread's write transaction, or else one for reading."""
        if self._open.connection is not None:
            yield self._open.connection
            return
        with self._reading.connect() as connection:
            yield connection

    def fetch_row(self, statement: str) -> tuple[int, ...]:
        """The one row of a statement that every request sends: by the driver's connection, without what SQLAlchemy adds."""
        if not self.is_writing:
            with suppress(
                self.engine.dialect.loaded_dbapi.Error
            ):  # SQLAlchemy meets the error again, and treats it as any other
                return self._fetch_by_driver(statement)
        with self.connect() as connection:
            return tuple(connection.exec_driver_sql(statement).one())

    def _fetch_by_driver(self, statement: str) -> tuple[int, ...]:
        begins = self.engine.dialect.name == "postgresql"  # a transaction, by itself
        with closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            driver = cast("DBAPIConnection", connection.dbapi_connection)
            try:
                if begins:
                    driver.autocommit = True
                cursor.execute(statement)
                (row,) = cursor.fetchall()
            finally:
                if begins:
                    driver.autocommit = False
            return tuple(row)

    @property
    def is_writing(self) -> bool:
        """Whether this thread has a write transaction open."""
        return self._open.connection is not None

    @contextmanager
    def write_transaction(self) -> Iterator[Connection]:
        """Open a write transaction; there is one at a time. `after_write` is called at its end. Raises `StoreBusy`."""
        if self._open.connection is not None:
            raise RuntimeError("this thread has a write transaction already")
        with self._take_turn(), self.engine.connect().execution_options(write=True) as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT number FROM revision FOR UPDATE")
            self._open.connection = connection
            try:
                yield connection
            finally:
                self._open.connection = None
        self.after_write()

    @contextmanager
    def _take_turn(self) -> Iterator[None]:
        """Wait for the other threads here, where they queue, and not in the database, whose waits are unfair and short."""
        if not self._write_lock.acquire(timeout=WRITE_SECONDS):
            raise StoreBusy
        try:
            yield
        finally:
            self._write_lock.release()
