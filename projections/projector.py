"""The projector: brings the views, one store of tables, to the log's head before every read."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from time import monotonic
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import OperationalError

from okr_events.domain.errors import Unavailable
from okr_events.event_log.hash_chain import GENESIS, Head, RecordedEvent
from okr_events.event_log.recorder import CHUNK, LogRecorder
from projections.event_catalog import event_names
from projections.handlers import blockers, check_ins, conversations, facts, reviews, structure
from projections.store.row_buffer import EventMetadata, RowBuffer, handlers
from projections.store.tables import TABLE_BY_AGGREGATE, ViewTable, key_results, metadata, standings, tracking

CATCH_UP_TIMEOUT = 2.0
CHECK_IN_EVENTS = event_names(lambda entry: entry.row == "check_in")
HANDLER_MODULES = (structure, check_ins, blockers, conversations, reviews)


class ViewsBehind(Unavailable):
    code = "views-behind"
    title = "The views are still catching up with the log. Try again in a moment."


class ViewsStopped(Unavailable):
    code = "views-stopped"
    title = "The views stopped at an event that cannot be processed. Reads are unavailable until the cause is fixed."

    def __init__(self, position: int) -> None:
        super().__init__(f"{self.title} The event's position is {position}.")
        self.position = position


class Projector:
    def __init__(self, engine: Engine, log: LogRecorder, mapper: Mapper[UUID], *, chunk: int = CHUNK) -> None:
        """`chunk` is the number of events that one transaction processes."""
        self.chunk = chunk
        self._write_lock = Lock()
        self.engine = engine
        self.log = log
        self.mapper = mapper
        with self._write_transaction() as connection:
            metadata.create_all(connection)
            connection.execute(
                text("INSERT INTO tracking (one, position, chain) VALUES (1, 0, :chain) ON CONFLICT DO NOTHING"),
                {"chain": GENESIS.hex()},
            )

    def connect(self) -> Connection:
        return self.engine.connect()

    def catch_up(self, timeout: float = CATCH_UP_TIMEOUT) -> Head:
        """Bring the views to the log's head and return it.

        Raises `ViewsBehind` when that takes longer than `timeout` seconds, `ViewsStopped` when a handler fails.
        """
        head = self.log.head()
        deadline = monotonic() + timeout
        while (tracked := self.tracked_head()).position != head.position or tracked.chain != head.chain:
            if tracked.position > head.position:
                head = self.log.head()
            if monotonic() > deadline:
                raise ViewsBehind
            self._advance()
        return head

    def process_batches(self, count: int) -> None:
        """Process up to `count` batches of events."""
        for _ in range(count):
            self._advance()

    def tracked_head(self) -> Head:
        with self.connect() as connection:
            return _read_tracked_head(connection)

    def rebuild(self, progress: Callable[[int], object] = lambda _: None) -> None:
        """Rebuild all tables from the log in one transaction; readers see the old rows until it commits.

        `progress` is called with the number of events after each batch.
        """
        with self._write_transaction() as connection:
            _clear_tables(connection)
            while count := self._apply_batch(connection, self.chunk):
                progress(count)

    @contextmanager
    def dry_run(self, recorded: Sequence[RecordedEvent]) -> Iterator[tuple[Connection, int]]:
        """Yield the views as they would be after unrecorded events, and the last position; all of it is rolled back."""
        self.catch_up()
        with self._write_transaction() as connection, connection.begin_nested() as savepoint:
            while self._apply_batch(connection, self.chunk):
                pass
            position = _read_tracked_head(connection).position
            renumbered = [replace(event, position=position + n) for n, event in enumerate(recorded, start=1)]
            self._apply(connection, position, renumbered)
            yield connection, position + len(renumbered)
            savepoint.rollback()

    @contextmanager
    def _write_transaction(self) -> Iterator[Connection]:
        """One writer at a time: a lock for threads; SQLite's write lock or a PostgreSQL advisory lock for processes."""
        if not self._write_lock.acquire(timeout=CATCH_UP_TIMEOUT):
            raise ViewsBehind
        try:
            with self.engine.connect().execution_options(write=True) as connection, connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(current_schema()))"))
                yield connection
        except OperationalError as error:
            raise ViewsBehind from error
        finally:
            self._write_lock.release()

    def _advance(self) -> None:
        """Process one batch; if it fails, repeat it event by event, so that the views stop right before the failing event."""
        try:
            with self._write_transaction() as connection:
                self._apply_batch(connection, self.chunk)
        except ViewsStopped:
            for _ in range(self.chunk):
                with self._write_transaction() as connection:
                    self._apply_batch(connection, 1)

    def _apply_batch(self, connection: Connection, limit: int) -> int:
        """Process up to `limit` events and return their number."""
        tracked = _read_tracked_head(connection)
        head = self.log.head_at(tracked.position)
        if tracked.position and (head is None or head.chain != tracked.chain):
            _clear_tables(connection)
            tracked = Head()
        recorded = self.log.events_after(after=tracked.position, limit=limit)
        if recorded:
            self._apply(connection, tracked.position, recorded)
        return len(recorded)

    def _apply(self, connection: Connection, position: int, recorded: Sequence[RecordedEvent]) -> None:
        rows = RowBuffer(connection, position)
        for table, ids in _rows_to_prefetch(recorded).items():
            rows.prefetch(table, ids)
        try:
            for event in recorded:
                rows.position = event.position
                self._handle(event, rows)
            rows.flush()
        except OperationalError:
            raise
        except Exception as error:
            raise ViewsStopped(rows.position) from error
        last = recorded[-1]
        connection.execute(tracking.update().values(position=last.position, chain=last.chain.hex()))

    def _handle(self, recorded: RecordedEvent, rows: RowBuffer) -> None:
        id, version = recorded.originator_id, recorded.originator_version
        event = self.mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
        meta = EventMetadata(recorded)
        for handler in handlers[recorded.topic]:
            handler(event, meta, rows)
        facts.insert_fact(meta, rows)


def _rows_to_prefetch(recorded: Sequence[RecordedEvent]) -> dict[ViewTable, set[str]]:
    """The ids of the rows that a batch changes, by table; of a key result, a check-in changes only the standing."""
    ids: dict[ViewTable, set[str]] = defaultdict(set)
    for event in recorded:
        table = TABLE_BY_AGGREGATE.get(event.topic.partition(".")[0])
        if table is None:
            continue  # its handling fails and reports the position
        if table is key_results:
            ids[standings].add(str(event.originator_id))
        if event.topic not in CHECK_IN_EVENTS:
            ids[table].add(str(event.originator_id))
    return ids


def _read_tracked_head(connection: Connection) -> Head:
    row = connection.execute(select(tracking.c.position, tracking.c.chain)).one()
    return Head(row.position, 0, bytes.fromhex(row.chain))


def _clear_tables(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if table is not tracking:
            connection.execute(table.delete())
    connection.execute(tracking.update().values(position=0, chain=GENESIS.hex()))
