"""The store of the views: connections, one writer at a time, and tables that are created when they are first needed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import Lock

import structlog
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from okr_events.domain.errors import Unavailable
from okr_events.event_log.hash_chain import GENESIS, Head
from projections.store.tables import metadata, tracking
from projections.store.views_place import ViewsPlace

LOCK_TIMEOUT = 2.0


class ViewsBehind(Unavailable):
    code = "views-behind"
    title = "The views are still catching up with the log. Try again in a moment."


class ViewsStore:
    """Nothing is opened until it is needed. With a `place`, views that cannot be opened are put aside and created anew."""

    def __init__(self, engine: Engine, place: ViewsPlace | None) -> None:
        self.engine = engine
        self.place = place
        self._write_lock = Lock()
        self._opening_lock = Lock()
        self._opened = False

    @property
    def name(self) -> str:
        return self.place.name if self.place else str(self.engine.url)

    def exists(self) -> bool:
        """Return whether there are views at all."""
        return self.place is None or self.place.exists()

    def connect(self) -> Connection:
        self._open()
        return self.engine.connect()

    @contextmanager
    def write_transaction(self) -> Iterator[Connection]:
        """One writer at a time: a lock for threads; SQLite's write lock or a PostgreSQL advisory lock for processes.

        Raises `ViewsBehind` when another writer takes too long.
        """
        self._open()
        if not self._write_lock.acquire(timeout=LOCK_TIMEOUT):
            raise ViewsBehind
        try:
            with self._begin_write() as connection:
                yield connection
        except OperationalError as error:
            raise ViewsBehind from error
        finally:
            self._write_lock.release()

    def copy_aside(self) -> str | None:
        """Keep a copy of the views as evidence, and return its name; null if there is no room for one."""
        with suppress(OSError, SQLAlchemyError, sqlite3.Error):
            return self.place.copy_aside() if self.place else None
        return None

    def put_aside(self, error: DatabaseError) -> None:
        """Move unreadable views aside. Raises the error if new ones would be no better, `ViewsBehind` if they are locked."""
        if self.place is None or not self.place.is_unreadable(error):
            if isinstance(error, OperationalError):
                raise ViewsBehind from error
            raise error
        aside = self.place.move_aside()
        self._opened = False
        log = structlog.get_logger().bind(views=self.place.name, reason=str(error.orig), kept_as=aside)
        log.error("the views cannot be read: they were put aside and are built anew")

    def _open(self) -> None:
        if self._opened:
            return
        with self._opening_lock:
            if not self._opened:
                try:
                    self._create_tables()
                except DatabaseError:
                    self._replace_unreadable()
                self._opened = True

    def _replace_unreadable(self) -> None:
        """Put the views aside and create others, unless another process has just done so."""
        with self.place.exclusive() if self.place else nullcontext():
            try:
                self._create_tables()
            except DatabaseError as error:
                self.put_aside(error)
                self._create_tables()

    def _create_tables(self) -> None:
        if self.place:
            self.place.create()
        with self._begin_write() as connection:
            metadata.create_all(connection)
            connection.execute(
                text("INSERT INTO tracking (one, position, chain) VALUES (1, 0, :chain) ON CONFLICT DO NOTHING"),
                {"chain": GENESIS.hex()},
            )
            read_tracked_head(connection)

    @contextmanager
    def _begin_write(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(current_schema()))"))
            yield connection


def read_tracked_head(connection: Connection) -> Head:
    """The position that the views have reached, and the ledger's hash there."""
    row = connection.execute(select(tracking.c.position, tracking.c.chain)).one()
    return Head(row.position, 0, bytes.fromhex(row.chain))


def clear_tables(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if table is not tracking:
            connection.execute(table.delete())
    connection.execute(tracking.update().values(position=0, chain=GENESIS.hex()))
