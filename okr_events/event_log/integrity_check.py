"""The integrity check of the log: recomputes every hash and derived row, and compares them with those stored."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent

from okr_events.domain.cycle import Cycle
from okr_events.domain.values import EncryptedText
from okr_events.event_log import idempotency
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.constraint_tables import DerivedTables, Row, fetch_tables, is_current, is_outdated
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import GENESIS, Head, extend_chain, hash_leaf
from okr_events.event_log.merkle import append_leaf
from okr_events.event_log.recorder import COLUMNS, LogRecorder, LogRow


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the log at a position; 0 for the log as a whole."""

    position: int
    message: str


class LogVerifier:
    """Reads the log once, in memory that grows only with the number of streams, names and people.

    Afterwards `actors` and `authors` hold the people in envelopes and the authors of encrypted text, `seals` those
    by cycle.
    """

    def __init__(self, log: LogRecorder, mapper: Mapper[UUID]) -> None:
        self.log = log
        self.mapper = mapper
        self.position = 0
        self.recorded_at = 0
        self.chain = GENESIS
        self.last_leaf = b""
        self.leaves = 0
        self.peaks: list[bytes] = []
        self.versions: dict[UUID, int] = {}
        self.derived_tables = DerivedTables()
        self.actors: set[UUID] = set()
        self.authors: set[UUID] = set()
        self.seals: dict[UUID, Cycle.Sealed] = {}

    def find_faults(self, progress: Callable[[int], object] = lambda _: None) -> Iterator[Fault]:
        """Yield every fault up to the present head, in order; other processes may go on appending.

        Calls `progress` with the number of events after each page.
        """
        try:
            yield from self._engine_faults()
            with self.log.append_transaction() as run:
                (head, _), tables = self.log.lock_head(run), None if is_outdated(run) else fetch_tables(run)
            while rows := self._fetch_page(head):
                nodes = self._fetch_nodes(rows[0][0], rows[-1][0])
                for row in rows:
                    yield from self._row_faults(row)
                    yield from self._tree_faults(nodes.get(row[0]))
                progress(len(rows))
            yield from self._head_faults(head)
            if tables is not None:
                yield from self._table_faults(tables)
            yield from self._stored_faults()
        except (sqlite3.Error, PersistenceError) as error:
            yield Fault(self.position + 1, f"The database cannot be read: {error}")

    def _fetch_page(self, head: Head) -> list[LogRow]:
        between = (self.position, head.position, CHUNK)
        with self.log.read_transaction() as run:
            return run(f"SELECT {COLUMNS} WHERE e.position > %s AND e.position <= %s ORDER BY e.position LIMIT %s", between)

    def _row_faults(self, row: LogRow) -> Iterator[Fault]:
        position, recorded_at, raw_id, version, topic, state, envelope, chain = row
        if position != self.position + 1:
            yield Fault(self.position + 1, "There is no event at this position.")
        if not isinstance(recorded_at, int) or recorded_at <= self.recorded_at:
            yield Fault(position, "Its time is not later than the one before.")
        try:
            id = raw_id if isinstance(raw_id, UUID) else UUID(raw_id)
            hashed = hash_leaf(position, recorded_at, id, version, topic, bytes(state), bytes(envelope))
            if bytes(chain) != extend_chain(self.chain, hashed) or (isinstance(raw_id, str) and raw_id != id.hex):
                yield Fault(position, "The event, its envelope or its chain link was changed.")
            if version != self.versions.get(id, 0) + 1:
                yield Fault(position, "The versions of its stream have a gap.")
            self.versions[id] = version
            self._apply_event(StoredEvent(id, version, topic, bytes(state)), bytes(envelope))
            self.recorded_at, self.chain, self.last_leaf = recorded_at, bytes(chain), hashed
        except Exception as error:  # noqa: BLE001 - a changed byte may raise anything
            yield Fault(position, f"The event cannot be read: {error}")
        self.position = position

    def _fetch_nodes(self, first: int, last: int) -> dict[int, bytes]:
        with self.log.read_transaction() as run:
            rows: list[tuple[int, bytes]] = run(
                "SELECT position, nodes FROM tree WHERE position >= %s AND position <= %s", (first, last)
            )
        return {position: bytes(nodes) for position, nodes in rows}

    def _tree_faults(self, nodes: bytes | None) -> Iterator[Fault]:
        """Compare the stored tree row of the last event with the one recomputed from the leaves."""
        self.peaks, completed = append_leaf(self.peaks, self.leaves, self.last_leaf)
        self.leaves += 1
        if nodes != b"".join(completed):
            yield Fault(self.position, "Its row in the Merkle tree is missing or was changed.")

    def _apply_event(self, stored: StoredEvent, data: bytes) -> None:
        event = self.mapper.to_domain_event(stored)
        envelope = Envelope.decode(data, event.originator_id, event.originator_version)
        self.derived_tables.apply(event, envelope)
        if isinstance(event, Cycle.Sealed):
            self.seals[event.originator_id] = event
        self.actors.add(envelope.actor)
        self.authors |= {words.author for words in find_encrypted([envelope.reason, vars(event)])}

    def _head_faults(self, head: Head) -> Iterator[Fault]:
        if (head.position, head.recorded_at, head.chain) != (self.position, self.recorded_at, self.chain):
            yield Fault(self.position, f"The log ends here, but its head is at {head.position}.")
        if head.peaks != b"".join(self.peaks):
            yield Fault(0, "The head's peaks do not match the Merkle tree.")
        for table in ("events", "ledger", "tree"):
            with self.log.read_transaction() as run:
                count = run(f"SELECT COUNT(*) FROM {table} WHERE position <= %s", (head.position,))[0][0]  # noqa: S608
                last = run(f"SELECT MAX(position) FROM {table}", ())[0][0] or 0  # noqa: S608 - one of the names above
            if count != self.position:
                yield Fault(0, f"Table {table} holds {count} rows for {self.position} positions.")
            if last > self.log.head().position:
                yield Fault(last, f"Table {table} holds a row after the head.")

    def _table_faults(self, tables: dict[str, set[Row]]) -> Iterator[Fault]:
        """Compare the constraint tables with those derived from the events."""
        for table, rows in self.derived_tables.rows().items():
            for row in sorted(rows ^ tables[table]):
                problem = "is missing" if row in rows else "does not follow from the log"
                yield Fault(0, f"Table {table}: row {' '.join(map(str, row))} {problem}.")

    def _stored_faults(self) -> Iterator[Fault]:
        """Find changed answers and sealed reports, and constraint tables of another version."""
        with self.log.read_transaction() as run:
            tampered, marked = idempotency.find_tampered(run), is_current(run) or is_outdated(run)
            rows: list[tuple[str, str, bytes]] = run("SELECT cycle_id, digest, report FROM sealed_reports", ())
        yield from (Fault(0, f"The answer stored at position {position} was changed.") for position in tampered)
        if not marked:
            yield Fault(0, "Table derivation: the constraint tables are not marked as those of this or an earlier version.")
        stored = {id: digest if sha256(bytes(report)).hexdigest() == digest else None for id, digest, report in rows}
        recorded = {id.hex: seal.digest for id, seal in self.seals.items()}
        for id in sorted(stored.keys() | recorded.keys()):
            if stored.get(id) != recorded.get(id):
                yield Fault(0, f"The sealed report of cycle {id} is missing or was changed.")

    def _engine_faults(self) -> Iterator[Fault]:
        """Run the engine's own check, and count the triggers that enforce append-only tables."""
        with self.log.read_transaction() as run:
            if self.log.engine == "sqlite":
                yield from (Fault(0, message) for (message,) in run("PRAGMA integrity_check(20)", ()) if message != "ok")
            guards = run(self.log.guards_query, ())[0][0]
        if guards != self.log.guard_count:
            yield Fault(0, f"Found {guards} append-only triggers, expected {self.log.guard_count}.")


def find_encrypted(value: object) -> Iterator[EncryptedText]:
    """Yield the encrypted texts inside an event's fields."""
    if isinstance(value, EncryptedText):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from find_encrypted(item)
