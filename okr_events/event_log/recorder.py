"""The base of both recorders: what is read from the log."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, Notification, StoredEvent

from okr_events.domain.clock import CLOCK_ID
from okr_events.domain.errors import LogDamaged
from okr_events.event_log import constraints, idempotency, merkle, merkle_store
from okr_events.event_log.appending import CHUNK, AppendingRecorder
from okr_events.event_log.constraints import placeholders
from okr_events.event_log.hash_chain import Head, RecordedEvent, decode_wall_time, to_microseconds
from okr_events.event_log.idempotency import CommandResult, IdempotencyKey
from okr_events.event_log.merkle import Node
from okr_events.event_log.wall_times import position_at

SNAPSHOTS = "snapshots_6"
"""Rename this table whenever the state of an aggregate changes its shape: older snapshots are then ignored."""
APPEND_ONLY_TABLES = ("events", "ledger", "answers", "tree", "sealed_reports")
"""Tables whose rows are never changed or deleted; triggers enforce it."""
COLUMNS = (
    "e.position, l.recorded_at, e.originator_id, e.originator_version, e.topic, e.state, l.envelope, l.chain"
    " FROM events e JOIN ledger l ON l.position = e.position"
)
STREAM_QUERY = (
    "SELECT originator_version, topic, state FROM events WHERE originator_id = %s AND originator_version > %s"
    " ORDER BY originator_version"
)
LogRow = tuple[int, int, UUID | str, int, str, bytes, bytes, bytes]
"""The values of `COLUMNS`."""


HEAD_QUERY = (
    "SELECT h.position, h.recorded_at, h.chain, h.peaks, l.envelope FROM head h LEFT JOIN ledger l ON l.position = h.position"
)


class LogRecorder(AppendingRecorder, ApplicationRecorder):
    """A recorder of the log, which each engine completes."""

    snapshots: AggregateRecorder
    engine: str
    guards_query: str
    """Counts the triggers that enforce append-only tables; an intact log has `guard_count` of them."""
    guard_count: int
    snapshots_query: str
    """Returns a row if the table of snapshots exists."""

    @abstractmethod
    def check_writable(self) -> None:
        """Check that the log takes writes, without writing. Raises `StoreReadOnly`."""

    @abstractmethod
    def close(self) -> None: ...

    def head(self) -> Head:
        with self.read_transaction() as run:
            position, recorded_at, chain, peaks, envelope = run(HEAD_QUERY, ())[0]
        return Head(position, recorded_at, bytes(chain), bytes(peaks), decode_wall_time(bytes(envelope or b"")))

    def events_after(self, *, after: int, limit: int = CHUNK) -> list[RecordedEvent]:
        """Return the events after a position, in order."""
        return self._fetch_events("e.position > %s ORDER BY e.position LIMIT %s", (after, limit))

    def events_at(self, positions: Sequence[int]) -> list[RecordedEvent]:
        """Return the events at these positions (at most `CHUNK`), in order."""
        condition = f"e.position IN ({placeholders(positions)}) ORDER BY e.position"
        return self._fetch_events(condition, positions) if positions else []

    def _fetch_events(self, condition: str, params: Sequence[int]) -> list[RecordedEvent]:
        with self.read_transaction() as run:
            rows: list[LogRow] = run(f"SELECT {COLUMNS} WHERE {condition}", params)
        return [_parse_row(row) for row in rows]

    def stream_after(self, id: UUID, version: int) -> list[StoredEvent]:
        """Return the events of a stream that follow a version."""
        with self.read_transaction() as run:
            rows: list[tuple[int, str, bytes]] = run(STREAM_QUERY, (id.hex, version))
        return [StoredEvent(id, number, topic, bytes(state)) for number, topic, state in rows]

    def stream_positions(self, id: UUID) -> dict[int, int]:
        """Return the positions of a stream's events, by version."""
        with self.read_transaction() as run:
            return dict(run("SELECT originator_version, position FROM events WHERE originator_id = %s", (id.hex,)))

    def position_at(self, moment: datetime) -> int:
        """Return the last position recorded at or before an instant; 0 if there is none."""
        with self.read_transaction() as run:
            return position_at(run, to_microseconds(moment), CLOCK_ID.hex)

    def head_at(self, position: int) -> Head | None:
        """Return the time and chain hash at a position, or `None` if the log does not reach it."""
        with self.read_transaction() as run:
            rows = run("SELECT recorded_at, chain, envelope FROM ledger WHERE position = %s", (position,))
        for recorded_at, chain, envelope in rows:
            return Head(position, recorded_at, bytes(chain), wall_time=decode_wall_time(bytes(envelope)))
        return None

    def fetch_hashes(self, nodes: Sequence[Node]) -> list[bytes]:
        """Return the hashes of complete nodes of the Merkle tree, in the order given, with one indexed query."""
        with self.read_transaction() as run:
            return merkle_store.fetch_hashes(run, nodes)

    def compute_root(self, size: int) -> bytes:
        """Return the root of the Merkle tree over the first `size` events."""
        return merkle.compute_root(size, self.fetch_hashes)

    def complete_tree(self) -> None:
        """Add the rows of `tree` for events that a version without that table recorded."""
        if self._tree_size() == self.head().position:
            return
        with self.append_transaction() as run:
            head, _ = self.lock_head(run)
            size = self._tree_size()
            peaks = merkle_store.fetch_peaks(run, size)
            while batch := self.events_after(after=size, limit=min(CHUNK, head.position - size)):
                rows, peaks = merkle_store.append_leaves(size, peaks, map(merkle_store.hash_event, batch))
                for event, nodes in zip(batch, rows, strict=True):
                    run("INSERT INTO tree (position, nodes) VALUES (%s, %s)", (event.position, nodes))
                size += len(batch)
            run("UPDATE head SET peaks = %s", (peaks,))

    def _tree_size(self) -> int:
        with self.read_transaction() as run:
            return int(run("SELECT COALESCE(MAX(position), 0) FROM tree", ())[0][0])

    def sealed_report(self, cycle_id: UUID) -> bytes | None:
        """Return the stored canonical JSON of a sealed cycle's report. Raises `LogDamaged` if it is not bytes."""
        with self.read_transaction() as run:
            rows = run("SELECT report FROM sealed_reports WHERE cycle_id = %s", (cycle_id.hex,))
        if rows and isinstance(rows[0][0], str):
            raise LogDamaged
        return bytes(rows[0][0]) if rows else None

    def find_result(self, key: IdempotencyKey) -> CommandResult | None:
        """Return the answer stored under this key. Raises `IdempotencyKeyReused` if another request used the key."""
        with self.read_transaction() as run:
            return idempotency.find_result(run, key)

    def claim_holder(self, scope: str, name: str) -> UUID | None:
        """Return the holder of a name in a scope."""
        with self.read_transaction() as run:
            rows: list[tuple[str]] = run("SELECT holder FROM claims WHERE scope = %s AND name = %s", (scope, name))
        return UUID(rows[0][0]) if rows else None

    def claimed_names(self, scope: str) -> list[str]:
        """Return the names claimed in a scope."""
        with self.read_transaction() as run:
            return [row[0] for row in run("SELECT name FROM claims WHERE scope = %s", (scope,))]

    def max_notification_id(self) -> int:
        return self.head().position

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = (start or 0) - 1 if inclusive_of_start else start or 0
        return [
            Notification(e.originator_id, e.originator_version, e.topic, e.state, e.position)
            for e in self.events_after(after=after, limit=limit)
            if (stop is None or e.position <= stop) and (not topics or e.topic in topics)
        ]


def table_statements(*, log: str, binary: str) -> list[str]:
    """Return the statements that create the tables which both engines define alike."""
    statements = (*constraints.TABLES, *idempotency.TABLES, *merkle_store.TABLES)
    return [statement.replace("{log}", log).replace("{bytes}", binary) for statement in statements]


def _parse_row(row: LogRow) -> RecordedEvent:
    position, recorded_at, id, version, topic, state, envelope, chain = row
    try:
        originator_id = id if isinstance(id, UUID) else UUID(id)
        return RecordedEvent(position, recorded_at, originator_id, version, topic, bytes(state), bytes(envelope), bytes(chain))
    except (ValueError, TypeError, AttributeError):  # SQLite stores any type in any column
        raise LogDamaged(f"{LogDamaged.title} The position is {position}.") from None
