"""Verifying the log from its own rows: every event hashed again, the chain followed, positions and times checked."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent

from okr_events.domain.cycle import Cycle
from okr_events.domain.values import EncryptedText
from okr_events.event_log import idempotency
from okr_events.event_log.constraint_tables import DerivedTables, Row, fetch_tables, is_current
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import GENESIS, Head, extend_chain, hash_leaf
from okr_events.event_log.merkle import append_leaf
from okr_events.event_log.recorder import CHUNK, COLUMNS, LogRecorder


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the log, and the position where it shows; 0 for the log as a whole."""

    position: int
    what: str


class LogVerifier:
    """Walks the log once, in memory that grows with the number of streams, names and authors only.

    Afterwards `actors` and `authors` are the people whom its envelopes and sealed words name.
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
        self.sealed_digests: dict[str, str] = {}

    def find_faults(self, progress: Callable[[int], object] = lambda _: None) -> Iterator[Fault]:
        """Every fault up to the head as it is now, in order; others may append meanwhile.

        `progress` is called with the number of events after every page.
        """
        try:
            yield from self._engine_faults()
            with self.log.append_transaction() as run:
                (head, _), tables = self.log.lock_head(run), fetch_tables(run)
            while rows := self._fetch_page(head):
                nodes = self._fetch_nodes(rows[0][0], rows[-1][0])
                for row in rows:
                    yield from self._row_faults(row)
                    yield from self._tree_faults(nodes.get(row[0]))
                progress(len(rows))
            yield from self._head_faults(head)
            yield from self._table_faults(tables)
            yield from self._stored_faults()
        except (sqlite3.Error, PersistenceError) as error:
            yield Fault(self.position + 1, f"the database cannot be read: {error}")

    def _fetch_page(self, head: Head) -> list[Any]:
        between = (self.position, head.position, CHUNK)
        with self.log.read_transaction() as run:
            return run(f"SELECT {COLUMNS} WHERE e.position > %s AND e.position <= %s ORDER BY e.position LIMIT %s", between)

    def _row_faults(self, row: Any) -> Iterator[Fault]:
        position, recorded_at, raw_id, version, topic, state, envelope, chain = row
        if position != self.position + 1:
            yield Fault(self.position + 1, "no event at this position")
        if not isinstance(recorded_at, int) or recorded_at <= self.recorded_at:
            yield Fault(position, "its time is not later than the one before")
        try:
            id = raw_id if isinstance(raw_id, UUID) else UUID(raw_id)
            hashed = hash_leaf(position, recorded_at, id, version, topic, bytes(state), bytes(envelope))
            if bytes(chain) != extend_chain(self.chain, hashed) or (isinstance(raw_id, str) and raw_id != id.hex):
                yield Fault(position, "the event, its envelope or its link in the chain was changed")
            if version != self.versions.get(id, 0) + 1:
                yield Fault(position, "the stream's versions have a gap")
            self.versions[id] = version
            self._apply_event(StoredEvent(id, version, topic, bytes(state)), bytes(envelope))
            self.recorded_at, self.chain, self.last_leaf = recorded_at, bytes(chain), hashed
        except Exception as error:  # noqa: BLE001 - whatever a changed byte leads to is a fault
            yield Fault(position, f"it cannot be read: {error}")
        self.position = position

    def _fetch_nodes(self, first: int, last: int) -> dict[int, bytes]:
        with self.log.read_transaction() as run:
            rows = run("SELECT position, nodes FROM tree WHERE position >= %s AND position <= %s", (first, last))
        return {position: bytes(nodes) for position, nodes in rows}

    def _tree_faults(self, nodes: bytes | None) -> Iterator[Fault]:
        """Whether the row of the Merkle tree beside the event just read follows from the leaves."""
        self.peaks, completed = append_leaf(self.peaks, self.leaves, self.last_leaf)
        self.leaves += 1
        if nodes != b"".join(completed):
            yield Fault(self.position, "its row of the Merkle tree is missing or was changed")

    def _apply_event(self, stored: StoredEvent, data: bytes) -> None:
        event: Any = self.mapper.to_domain_event(stored)
        envelope = Envelope.decode(data, event.originator_id, event.originator_version)
        self.derived_tables.apply(event, envelope)
        if isinstance(event, Cycle.Sealed):
            self.sealed_digests[event.originator_id.hex] = event.digest
        self.actors.add(envelope.actor)
        self.authors |= {words.author for words in find_encrypted([envelope.reason, vars(event)])}

    def _head_faults(self, head: Head) -> Iterator[Fault]:
        if (head.position, head.recorded_at, head.chain) != (self.position, self.recorded_at, self.chain):
            yield Fault(self.position, f"the log ends here, its head says {head.position}")
        if head.peaks != b"".join(self.peaks):
            yield Fault(0, "the head's peaks are not those of the Merkle tree")
        for table in ("events", "ledger", "tree"):
            with self.log.read_transaction() as run:
                count = run(f"SELECT COUNT(*) FROM {table} WHERE position <= %s", (head.position,))[0][0]  # noqa: S608
                last = run(f"SELECT MAX(position) FROM {table}", ())[0][0] or 0  # noqa: S608 - one of our own two names
            if count != self.position:
                yield Fault(0, f"{table} holds {count} rows for {self.position} positions")
            if last > self.log.head().position:
                yield Fault(last, f"{table} holds a row after the head")

    def _table_faults(self, tables: dict[str, set[Row]]) -> Iterator[Fault]:
        """Rows of the constraints' tables that do not follow from the events, or are missing."""
        for table, rows in self.derived_tables.rows().items():
            for row in sorted(rows ^ tables[table]):
                wrong = "is missing" if row in rows else "does not follow from the log"
                yield Fault(0, f"{table}: {' '.join(map(str, row))} {wrong}")

    def _stored_faults(self) -> Iterator[Fault]:
        """Answers and sealed reports that are not as they were kept, and tables that another version derived."""
        with self.log.read_transaction() as run:
            changed, derives = idempotency.find_tampered(run), is_current(run)
            rows = run("SELECT cycle_id, digest, report FROM sealed_reports", ())
        yield from (Fault(0, f"the answer kept at position {position} was changed") for position in changed)
        if not derives:
            yield Fault(0, "derivation: the tables of the constraints are not said to be this version's")
        kept = {id: digest if sha256(bytes(report)).hexdigest() == digest else None for id, digest, report in rows}
        for id in sorted(kept.keys() | self.sealed_digests.keys()):
            if kept.get(id) != self.sealed_digests.get(id):
                yield Fault(0, f"the sealed report of the cycle {id} is missing, or is not the one that was sealed")

    def _engine_faults(self) -> Iterator[Fault]:
        """What the engine itself finds, and whether its guards against change are in place."""
        with self.log.read_transaction() as run:
            if self.log.engine == "sqlite":
                found = [row[0] for row in run("PRAGMA integrity_check(20)", ())]
                yield from (Fault(0, text) for text in found if text != "ok")
            guards = run(self.log.guards_query, ())[0][0]
        if guards != self.log.guard_count:
            yield Fault(0, f"{guards} of {self.log.guard_count} triggers refuse changes of the past: some were removed")


def find_encrypted(part: Any) -> Iterator[EncryptedText]:
    """The sealed words inside an event's fields."""
    if isinstance(part, EncryptedText):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from find_encrypted(inner)
