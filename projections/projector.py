"""The projector: brings the views, one store of tables, to the log's head before every read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from time import monotonic
from uuid import UUID

from eventsourcing.persistence import Mapper
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from okr_events.event_log.appending import CHUNK
from okr_events.event_log.hash_chain import Head, RecordedEvent
from okr_events.event_log.recorder import LogRecorder
from projections.evaluation.kept_graphs import KeptGraphs
from projections.event_processing import ViewsStopped, fill_rows, process_events
from projections.store.dry_run_buffer import DryRunBuffer
from projections.store.tables import tracking
from projections.store.views_place import ViewsPlace
from projections.store.views_store import ViewsBehind, ViewsStore, clear_tables, read_tracked_head

CATCH_UP_TIMEOUT = 10.0


class Projector:
    def __init__(
        self, engine: Engine, log: LogRecorder, mapper: Mapper[UUID], *, chunk: int = CHUNK, place: ViewsPlace | None = None
    ) -> None:
        """`chunk` is the number of events that one transaction processes. Nothing is opened until it is needed.

        With a `place`, views that cannot be opened are put aside and built anew.
        """
        self.chunk = chunk
        self.graphs = KeptGraphs()
        self._turn = Lock()
        self.store = ViewsStore(engine, place)
        self.log = log
        self.mapper = mapper

    @property
    def engine(self) -> Engine:
        return self.store.engine

    def connect(self) -> Connection:
        return self.store.connect()

    def catch_up(self, timeout: float = CATCH_UP_TIMEOUT, *, head: Head | None = None) -> Head:
        """Bring the views to a head of the log, by default now's, or beyond; return the head that they are at.

        One thread does it at a time, and the others wait for what it does. Raises `ViewsBehind` when it takes longer than
        `timeout` seconds, `ViewsStopped` when a handler failed.
        """
        head = head or self.log.head()
        if reached := self._reached(head):
            return reached
        deadline = monotonic() + timeout
        if not self._turn.acquire(timeout=timeout):
            raise ViewsBehind
        try:
            while not (reached := self._reached(head)):
                if monotonic() > deadline:
                    raise ViewsBehind
                self._advance()
        finally:
            self._turn.release()
        return reached

    @contextmanager
    def snapshot(self, head: Head) -> Iterator[Connection]:
        """Yield the views as they are at one time, at a head of the log or beyond. Raises as `catch_up`."""
        with self._open_snapshot() as connection:
            reached = self._find_reached(head, read_tracked_head(connection))
            if reached:
                yield connection
        if not reached:
            self.catch_up(head=head)
            with self._open_snapshot() as connection:
                yield connection

    def _reached(self, head: Head) -> Head | None:
        return self._find_reached(head, self.tracked_head())

    def _find_reached(self, head: Head, tracked: Head) -> Head | None:
        """The head that the views are at, if it is this one or a later one of the same log."""
        if tracked.position > head.position:
            head = self.log.head_at(tracked.position) or head
        return head if (tracked.position, tracked.chain) == (head.position, head.chain) else None

    def process_batches(self, count: int) -> None:
        """Process up to `count` batches of events."""
        for _ in range(count):
            self._advance()

    def tracked_head(self) -> Head:
        with self.connect() as connection:
            return read_tracked_head(connection)

    def rebuild(self, progress: Callable[[int], object] = lambda _: None) -> None:
        """Rebuild all tables from the log in one transaction; readers see the old rows until it commits.

        Views that turn out to be unreadable are put aside. `progress` is called with the number of events after each batch.
        """
        try:
            self._rebuild(progress)
        except DatabaseError as error:
            self.store.put_aside(error)
            self._rebuild(progress)

    def _rebuild(self, progress: Callable[[int], object]) -> None:
        with self.store.write_transaction() as connection:
            clear_tables(connection)
            while count := self._apply_batch(connection, self.chunk):
                progress(count)

    def copy_and_rebuild(self) -> str | None:
        """Keep a copy of the views as evidence, rebuild them, and return the copy's name."""
        copy = self.store.copy_aside()
        self.rebuild()
        return copy

    @contextmanager
    def dry_run(self, recorded: Sequence[RecordedEvent]) -> Iterator[tuple[Connection, int]]:
        """Yield the views as they would be after unrecorded events, and the last position; all of it is rolled back.

        It holds a snapshot of the views and no lock.
        """
        self.catch_up()
        with self._open_snapshot() as connection:
            position = read_tracked_head(connection).position
            renumbered = [replace(event, position=position + n) for n, event in enumerate(recorded, start=1)]
            fill_rows(DryRunBuffer(connection, position), self.mapper, renumbered)
            yield connection, position + len(renumbered)

    @contextmanager
    def _open_snapshot(self) -> Iterator[Connection]:
        """Open a transaction that sees the views at one time, and is rolled back at its end."""
        connection = self.connect()
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    def _advance(self) -> None:
        """Process one batch; if it fails, repeat it event by event, so that the views stop right before the failing event."""
        try:
            with self.store.write_transaction() as connection:
                self._apply_batch(connection, self.chunk)
        except ViewsStopped:
            for _ in range(self.chunk):
                with self.store.write_transaction() as connection:
                    self._apply_batch(connection, 1)

    def _apply_batch(self, connection: Connection, limit: int) -> int:
        """Process up to `limit` events and return their number."""
        tracked = read_tracked_head(connection)
        head = self.log.head_at(tracked.position)
        if tracked.position and (head is None or head.chain != tracked.chain):
            clear_tables(connection)
            tracked = Head()
        recorded = self.log.events_after(after=tracked.position, limit=limit)
        if recorded:
            self._apply(connection, tracked.position, recorded)
        return len(recorded)

    def _apply(self, connection: Connection, position: int, recorded: Sequence[RecordedEvent]) -> None:
        process_events(connection, self.mapper, recorded, position=position)
        last = recorded[-1]
        connection.execute(tracking.update().values(position=last.position, chain=last.chain.hex()))
