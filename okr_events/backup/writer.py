"""Writing a backup while others write: the log up to a head, then a register that has every key which its words need."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select, tuple_

from okr_events.audit.export import Unexportable, serialize_following
from okr_events.audit.export_format import serialize_line
from okr_events.backup.manifest import ANSWERS, LOG, MANIFEST, REGISTER, REPORTS, WORD_KEYS, Manifest
from okr_events.backup.row_format import encode_row
from okr_events.domain.cycle import Cycle
from okr_events.domain.person import Person
from okr_events.event_log.hash_chain import Head, RecordedEvent, extend_chain
from okr_events.event_log.merkle_store import hash_event
from okr_events.event_log.recorder import CHUNK, LogRecorder
from okr_events.register import tables, tombstones
from okr_events.register.register import Register

ANSWER_COLUMNS = ("key", "request", "status", "id", "version", "position", "events")
REPORT_COLUMNS = ("cycle_id", "digest", "report")
PERSONAL = {tables.people: tables.people.c.id, tables.word_keys: tables.word_keys.c.author}
"""The tables that hold nothing of people who were erased, and where they say whose a row is."""


class BackupWriter:
    """A backup on its way into a folder, which it makes. `progress` is called with the number of events after some of them."""

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
        with self._create_file(LOG) as line:
            self._write_events(line)
            while self._write_register() and self.log.head().position > self.head.position:
                self._write_events(line)  # the register says that somebody was erased: so must the log
        self._write_log_table(ANSWERS, "answers", ANSWER_COLUMNS, b"", lambda row: row["position"] <= self.head.position)
        self._write_log_table(
            REPORTS, "sealed_reports", REPORT_COLUMNS, "", lambda row: UUID(row["cycle_id"]) in self.sealed_cycles
        )
        manifest = Manifest.create(self.head.position, self.head.chain, self.digests)
        with self._create_file(MANIFEST) as line:
            line(manifest.encode())
        return manifest

    def _write_events(self, line: Callable[[bytes], None]) -> None:
        """The events up to the head as it is now."""
        head, position, chain = self.log.head(), self.head.position, self.head.chain
        while position < head.position:
            page = self.log.events_after(after=position, limit=min(CHUNK, head.position - position))
            for event, said in zip(page, serialize_following(page, position), strict=True):
                chain = _verify_link(chain, event)
                line(said)
                if event.topic == Person.Created.TOPIC:
                    self.erased.add(event.originator_id)
                if event.topic == Cycle.Sealed.TOPIC:
                    self.sealed_cycles.add(event.originator_id)
            position += len(page)
            self.progress(len(page))
        self.head = head

    def _write_register(self) -> bool:
        """The register at one moment; whether it knows of an erasure that the log up to its head does not."""
        with self._read_snapshot() as connection:
            stones = {stone.id for stone in tombstones.list_tombstones(connection)}
            gone = {id.hex for id in self.erased | stones}
            with self._create_file(REGISTER) as line:
                for table in tables.metadata.sorted_tables:
                    for row in self._fetch_register_rows(connection, table, gone) if table is not tables.word_keys else ():
                        line(serialize_line({"table": table.name, "row": encode_row(row)}))
            with self._create_file(WORD_KEYS) as line:
                hashed, count = sha256(), 0
                for row in self._fetch_register_rows(connection, tables.word_keys, gone):
                    said = serialize_line(encode_row(row))
                    line(said)
                    hashed.update(said)
                    count += 1
                line(serialize_line({"keys": count, "sha256": hashed.hexdigest()}))
        return bool(stones - self.erased)

    @contextmanager
    def _read_snapshot(self) -> Iterator[Connection]:
        """A transaction that sees the register as it is at one moment."""
        engine = self.register.engine
        still = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(**still) as connection, connection.begin():
            yield connection

    def _fetch_register_rows(self, connection: Connection, table: Table, gone: set[str]) -> Iterator[dict[str, Any]]:
        """The rows of a table of the register, a page at a time, without those of people who are gone.

        A checkpoint of more events than the log has here would make the restored log one that lost its end.
        """
        whose, place = PERSONAL.get(table), tuple_(*table.primary_key.columns)
        query = page = select(table).order_by(*table.primary_key.columns).limit(CHUNK)
        while rows := connection.execute(page).mappings().all():
            known = (row for row in rows if table is not tables.checkpoints or row["size"] <= self.head.position)
            yield from (dict(row) for row in known if whose is None or row[whose] not in gone)
            page = query.where(place > tuple_(*(rows[-1][column] for column in table.primary_key.columns)))

    def _write_log_table(
        self, file: str, table: str, columns: tuple[str, ...], first: Any, wanted: Callable[[Any], bool]
    ) -> None:
        """A table of the log in the order of its key, a page at a time."""
        page = f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} > %s ORDER BY {columns[0]} LIMIT {CHUNK}"  # noqa: S608 - ours
        with self._create_file(file) as line:
            while True:
                with self.log.read_transaction() as run:
                    found = [dict(zip(columns, row, strict=True)) for row in run(page, (first,))]
                for row in filter(wanted, found):
                    line(serialize_line(encode_row(row)))
                if not found:
                    return
                first = found[-1][columns[0]]

    @contextmanager
    def _create_file(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """A file that its owner alone can read, on the disk when it is closed; gives what writes to it."""
        hashed = sha256()
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:

            def line(data: bytes) -> None:
                hashed.update(data)
                file.write(data)

            yield line
            file.flush()
            os.fsync(file.fileno())
        if name != MANIFEST:
            self.digests[name] = hashed.hexdigest()


def _verify_link(chain: bytes, event: RecordedEvent) -> bytes:
    """The chain with one more event: what could not be restored is not backed up. Raises `Unexportable`."""
    if extend_chain(chain, hash_event(event)) != event.chain:
        raise Unexportable(f"Position {event.position}: the event, its envelope or its link in the chain was changed.")
    return event.chain
