"""Writing of a backup while others write: the log up to a head, then a register with all keys that its text needs."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select, tuple_

from okr_events.audit.export import Unexportable, serialize_following
from okr_events.audit.export_format import serialize_line
from okr_events.backup.manifest import ANSWERS, LOG, MANIFEST, REGISTER, REPORTS, WORD_KEYS, Manifest, encode_row
from okr_events.domain.cycle import Cycle
from okr_events.domain.person import Person
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.hash_chain import Head, RecordedEvent, extend_chain
from okr_events.event_log.merkle_store import hash_event
from okr_events.event_log.recorder import LogRecorder
from okr_events.json_types import JsonObject
from okr_events.register import tables, tombstones
from okr_events.register.register import Register
from okr_events.row_types import RowTable

ANSWER_COLUMNS = ("key", "request", "status", "id", "version", "position", "events")
REPORT_COLUMNS = ("cycle_id", "digest", "report")
PERSONAL = {tables.people: tables.people.c.id, tables.word_keys: tables.word_keys.c.author}
"""The tables that must not contain erased people, each with its person column."""


class BackupWriter:
    """Writes a backup into a new folder. Calls `progress` with the number of events after each page."""

    def __init__(self, log: LogRecorder, register: Register, folder: Path, progress: Callable[[int], object]) -> None:
        self.log = log
        self.register = register
        self.folder = folder
        self.progress = progress
        self.head = Head()
        self.erased: set[UUID] = set()
        self.sealed_cycles: set[UUID] = set()
        self.digests: dict[str, str] = {}

    def write(self) -> Manifest:
        self.folder.mkdir(mode=0o700)
        with self._create_file(LOG) as write:
            self._write_events(write)
            while self._write_register() and self.log.head().position > self.head.position:
                self._write_events(write)  # the register knows of an erasure that the log copy must contain, too
        self._write_log_table(ANSWERS, "answers", ANSWER_COLUMNS, b"", lambda answer: answer["position"] <= self.head.position)
        self._write_log_table(
            REPORTS, "sealed_reports", REPORT_COLUMNS, "", lambda report: UUID(report["cycle_id"]) in self.sealed_cycles
        )
        manifest = Manifest.create(self.head.position, self.head.chain, self.digests)
        with self._create_file(MANIFEST) as write:
            write(manifest.encode())
        return manifest

    def _write_events(self, write: Callable[[bytes], None]) -> None:
        """Write the events up to the present head."""
        head, position, chain = self.log.head(), self.head.position, self.head.chain
        while position < head.position:
            page = self.log.events_after(after=position, limit=min(CHUNK, head.position - position))
            for event, line in zip(page, serialize_following(page, position), strict=True):
                chain = _verify_link(chain, event)
                write(line)
                if event.topic == Person.Created.TOPIC:
                    self.erased.add(event.originator_id)
                if event.topic == Cycle.Sealed.TOPIC:
                    self.sealed_cycles.add(event.originator_id)
            position += len(page)
            self.progress(len(page))
        self.head = head

    def _write_register(self) -> bool:
        """Write a snapshot of the register; return whether it knows of an erasure that the copy of the log does not."""
        with self._read_snapshot() as connection:
            known_erased = {stone.id for stone in tombstones.list_tombstones(connection)}
            erased = {id.hex for id in self.erased | known_erased}
            with self._create_file(REGISTER) as write:
                for table in tables.metadata.sorted_tables:
                    for row in self._fetch_register_rows(connection, table, erased) if table is not tables.word_keys else ():
                        write(serialize_line({"table": table.name, "row": row}))
            with self._create_file(WORD_KEYS) as write:
                hashed, count = sha256(), 0
                for row in self._fetch_register_rows(connection, tables.word_keys, erased):
                    line = serialize_line(row)
                    write(line)
                    hashed.update(line)
                    count += 1
                write(serialize_line({"keys": count, "sha256": hashed.hexdigest()}))
        return bool(known_erased - self.erased)

    @contextmanager
    def _read_snapshot(self) -> Iterator[Connection]:
        """Open a transaction that reads one snapshot of the register."""
        engine = self.register.engine
        options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def _fetch_register_rows(self, connection: Connection, table: RowTable, erased: set[str]) -> Iterator[JsonObject]:
        """Yield the encoded rows of a table of the register, without those of erased people and without later checkpoints.

        A checkpoint over more events than the copy of the log would make the restored log look cut off.
        """
        person, key = PERSONAL.get(table), table.primary_key.columns
        query = page = select(table).order_by(*key).limit(CHUNK)
        while rows := connection.execute(page).mappings().all():
            covered = (row for row in rows if table is not tables.checkpoints or row["size"] <= self.head.position)
            yield from (encode_row(dict(row)) for row in covered if person is None or row[person] not in erased)
            page = query.where(tuple_(*key) > tuple_(*(rows[-1][column] for column in key)))

    def _write_log_table(
        self, file: str, table: str, columns: tuple[str, ...], after: object, include: Callable[[JsonObject], bool]
    ) -> None:
        """Write the included rows of a table of the log in the order of its key, the first column."""
        page = f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} > %s ORDER BY {columns[0]} LIMIT {CHUNK}"  # noqa: S608
        with self._create_file(file) as write:
            while True:
                with self.log.read_transaction() as run:
                    rows = [dict(zip(columns, row, strict=True)) for row in run(page, (after,))]
                for members in filter(include, map(encode_row, rows)):
                    write(serialize_line(members))
                if not rows:
                    return
                after = rows[-1][columns[0]]

    @contextmanager
    def _create_file(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Create a file that only its owner can read, synced on closing; yield the function that writes to it."""
        hashed = sha256()
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:

            def write(data: bytes) -> None:
                hashed.update(data)
                file.write(data)

            yield write
            file.flush()
            os.fsync(file.fileno())
        if name != MANIFEST:
            self.digests[name] = hashed.hexdigest()


def _verify_link(chain: bytes, event: RecordedEvent) -> bytes:
    """Return the chain link of an event after checking it. Raises `Unexportable`."""
    if extend_chain(chain, hash_event(event)) != event.chain:
        raise Unexportable(f"Position {event.position}: the event, its envelope or its chain link was changed.")
    return event.chain
