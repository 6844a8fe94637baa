"""Recording: what one append does in its transaction, the same on every engine."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from okr_events.domain.errors import ClockBehind, LogDamaged
from okr_events.event_log import constraints, idempotency, merkle, merkle_store
from okr_events.event_log.constraints import Constraint, RunStatement
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import Head, RecordedEvent, extend_chain, hash_leaf, to_microseconds
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest, IdempotencyKey
from okr_events.event_log.merkle import Node

MAX_CLOCK_LEAD = 5_000_000
CHUNK = 500
SNAPSHOTS = "snapshots_5"
"""The number rises when the state of an aggregate changes its shape: old snapshots are then left alone."""
APPEND_ONLY_TABLES = ("events", "ledger", "answers", "tree", "sealed_reports")
"""The tables that only ever grow."""
COLUMNS = (
    "e.position, l.recorded_at, e.originator_id, e.originator_version, e.topic, e.state, l.envelope, l.chain"
    " FROM events e JOIN ledger l ON l.position = e.position"
)


class DryRunCompleted(Exception):
    """A dry run reached its end: this is what would have been recorded. Nothing was."""

    def __init__(self, recorded: Sequence[RecordedEvent], answer: CommandResult | None) -> None:
        super().__init__()
        self.recorded_events = recorded
        self.result = answer


class LogRecorder:
    """What both recorders share; an engine brings its transactions, its lock and its inserts."""

    engine: str
    guards_query: str
    """Counts the triggers that refuse changes of the past; there are `guard_count` of them."""
    guard_count: int

    @abstractmethod
    def append_transaction(self) -> AbstractContextManager[RunStatement]:
        """A transaction that holds the append lock; committed at the end, rolled back on any exception."""

    @abstractmethod
    def read_transaction(self) -> AbstractContextManager[RunStatement]:
        """A connection for one look at the log."""

    @abstractmethod
    def lock_head(self, run: RunStatement) -> tuple[Head, int]:
        """The head, and the time in microseconds by the clock that counts."""

    @abstractmethod
    def write(self, run: RunStatement, recorded: Sequence[RecordedEvent], nodes: Sequence[bytes], head: Head) -> None:
        """Insert events with their rows of the ledger and of the tree, and move the head."""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        envelope: Sequence[Envelope] = (),
        constraints: Sequence[Constraint] = (),
        key: IdempotencyKey | None = None,
        answer: CommandResult | None = None,
        times: Sequence[int] | None = None,
        rehearse: bool = False,
        **_: Any,
    ) -> Sequence[int] | None:
        """Append events, each with its envelope, and give their positions.

        `times` (microseconds) stand in for the clock where a journal's times are trusted. `key` and `answer` are remembered;
        raises `AnsweredBefore` when the key has an answer, a broken constraint's own error, `VersionConflict`, `ClockBehind`,
        `LogBusy`; and `Rehearsed`, with everything rolled back, when `rehearse` is set.
        """
        with self.append_transaction() as run:
            head, now = self.lock_head(run)
            if head.recorded_at - now > MAX_CLOCK_LEAD:
                raise ClockBehind
            if key and (before := idempotency.find_result(run, key)):
                raise DuplicateRequest(before)
            for constraint in constraints:
                constraint.enforce(run)
            recorded, leaves = _assign_positions(head, now, stored_events, envelope, times)
            nodes, peaks = merkle_store.append_leaves(head.position, head.peaks, leaves)
            for start in range(0, len(recorded), CHUNK):
                last, some = recorded[-1], slice(start, start + CHUNK)
                self.write(run, recorded[some], nodes[some], Head(last.position, last.recorded_at, last.chain, peaks))
            if rehearse:
                raise DryRunCompleted(recorded, answer)
            if key and answer:
                position = recorded[-1].position if recorded else head.position
                told = CommandResult(answer.status, answer.id, answer.version, position, len(recorded))
                idempotency.insert_result(run, key, told)
        return [event.position for event in recorded]

    def head(self) -> Head:
        with self.read_transaction() as run:
            position, recorded_at, chain, peaks = run("SELECT position, recorded_at, chain, peaks FROM head", ())[0]
        return Head(position, recorded_at, bytes(chain), bytes(peaks))

    def events_after(self, *, after: int, limit: int = CHUNK) -> list[RecordedEvent]:
        """The events that follow a position, in order."""
        with self.read_transaction() as run:
            rows = run(f"SELECT {COLUMNS} WHERE e.position > %s ORDER BY e.position LIMIT %s", (after, limit))
        return [_parse_row(row) for row in rows]

    def events_at(self, positions: Sequence[int]) -> list[RecordedEvent]:
        """The events at some positions, at most `CHUNK` of them, in order."""
        if not positions:
            return []
        marks = ", ".join(["%s"] * len(positions))
        with self.read_transaction() as run:
            rows = run(f"SELECT {COLUMNS} WHERE e.position IN ({marks}) ORDER BY e.position", positions)
        return [_parse_row(row) for row in rows]

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before an instant; 0 when there is none."""
        with self.read_transaction() as run:
            newest = "SELECT position FROM ledger WHERE recorded_at <= %s ORDER BY recorded_at DESC LIMIT 1"
            rows = run(newest, (to_microseconds(moment),))
        return rows[0][0] if rows else 0

    def head_at(self, position: int) -> Head | None:
        """The time and chain hash at a position, if the log has it."""
        with self.read_transaction() as run:
            rows = run("SELECT position, recorded_at, chain FROM ledger WHERE position = %s", (position,))
        return Head(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None

    def fetch_hashes(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of complete nodes of the Merkle tree, in their order, by one indexed query."""
        with self.read_transaction() as run:
            return merkle_store.fetch_hashes(run, nodes)

    def compute_root(self, size: int) -> bytes:
        """The root of the Merkle tree over the first `size` events."""
        return merkle.compute_root(size, self.fetch_hashes)

    def complete_tree(self) -> None:
        """Add the rows that an earlier version of this program did not write."""
        if self._tree_size() == self.head().position:
            return
        with self.append_transaction() as run:
            head, _ = self.lock_head(run)
            size = self._tree_size()
            peaks = merkle_store.fetch_peaks(run, size)
            while some := self.events_after(after=size, limit=min(CHUNK, head.position - size)):
                rows, peaks = merkle_store.append_leaves(size, peaks, map(merkle_store.hash_event, some))
                for event, nodes in zip(some, rows, strict=True):
                    run("INSERT INTO tree (position, nodes) VALUES (%s, %s)", (event.position, nodes))
                size += len(some)
            run("UPDATE head SET peaks = %s", (peaks,))

    def _tree_size(self) -> int:
        with self.read_transaction() as run:
            return run("SELECT COALESCE(MAX(position), 0) FROM tree", ())[0][0]  # type: ignore[no-any-return]

    def sealed_report(self, cycle_id: UUID) -> bytes | None:
        """The canonical JSON of a sealed cycle's report, as it was kept."""
        with self.read_transaction() as run:
            rows = run("SELECT report FROM sealed_reports WHERE cycle_id = %s", (cycle_id.hex,))
        return bytes(rows[0][0]) if rows else None

    def find_result(self, key: IdempotencyKey) -> CommandResult | None:
        """The answer under this key, from an earlier request; raises `KeyReused` for another request's."""
        with self.read_transaction() as run:
            return idempotency.find_result(run, key)

    def claim_holder(self, scope: str, name: str) -> UUID | None:
        """Who holds a name in a scope."""
        with self.read_transaction() as run:
            rows = run("SELECT holder FROM claims WHERE scope = %s AND name = %s", (scope, name))
        return UUID(rows[0][0]) if rows else None

    def claimed_names(self, scope: str) -> list[str]:
        """The names that are held in a scope."""
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
        found = (e for e in self.events_after(after=after, limit=limit) if stop is None or e.position <= stop)
        return [
            Notification(e.originator_id, e.originator_version, e.topic, e.state, e.position)
            for e in found
            if not topics or e.topic in topics
        ]


def table_statements(*, log: str, binary: str) -> list[str]:
    """The statements that make the tables which both engines spell alike."""
    texts = (*constraints.TABLES, *idempotency.TABLES, *merkle_store.TABLES)
    return [text.replace("{log}", log).replace("{bytes}", binary) for text in texts]


def _parse_row(row: Sequence[Any]) -> RecordedEvent:
    position, recorded_at, id, version, topic, state, envelope, chain = row
    try:
        originator_id = id if isinstance(id, UUID) else UUID(id)
    except ValueError:
        raise LogDamaged(f"{LogDamaged.title} The position is {position}.") from None
    return RecordedEvent(position, recorded_at, originator_id, version, topic, bytes(state), bytes(envelope), bytes(chain))


def _assign_positions(
    head: Head,
    now: int,
    stored_events: Sequence[StoredEvent],
    envelopes: Sequence[Envelope],
    times: Sequence[int] | None,
) -> tuple[list[RecordedEvent], list[bytes]]:
    """Give each event its position, its time (the later of the clock and the head plus 1 microsecond) and its link.

    The leaves come beside them, so that nobody hashes them again.
    """
    recorded, leaves = list[RecordedEvent](), list[bytes]()
    latest, chain = head.recorded_at, head.chain
    for index, (stored, envelope) in enumerate(zip(stored_events, envelopes, strict=True)):
        latest = max(latest + 1, times[index] if times else now)
        id = stored.originator_id
        fields = (
            head.position + index + 1,
            latest,
            id if isinstance(id, UUID) else UUID(id),
            stored.originator_version,
            stored.topic,
            stored.state,
            envelope.encode(),
        )
        leaves.append(hash_leaf(*fields))
        chain = extend_chain(chain, leaves[-1])
        recorded.append(RecordedEvent(*fields, chain))
    return recorded, leaves
