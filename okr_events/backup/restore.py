"""Restore of a backup into an empty database or folder: validates every event and derives the constraint tables."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import time_ns
from uuid import UUID

from sqlalchemy import Connection

from okr_events.audit.export_format import MalformedLine, parse_line, read_lines
from okr_events.backup.event_validation import EventValidator
from okr_events.backup.manifest import (
    ANSWERS,
    LOG,
    REGISTER,
    REPORTS,
    WORD_KEYS,
    BackupDamaged,
    Manifest,
    check_regular,
    decode_row,
)
from okr_events.backup.restore_targets import PostgresTarget, RestoreStores, SQLiteTarget
from okr_events.backup.writer import ANSWER_COLUMNS, PERSONAL, REPORT_COLUMNS
from okr_events.domain.errors import OKRError, Refused
from okr_events.event_log import constraint_tables, merkle_store
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.constraints import placeholders
from okr_events.event_log.hash_chain import Head, RecordedEvent
from okr_events.json_types import JsonObject
from okr_events.register import tables
from okr_events.row_types import RowTable


class KeysMissing(Refused):
    code = "keys-missing"
    title = "The word keys do not match this backup: text of people who were not erased would be unreadable."


class BackupRestore:
    """The restore of a backup, all or nothing.

    `word_keys` is the file of the keys if it was stored apart, by default the one in the backup. People whom the log or the
    register records as erased stay erased, even if the files still contain their data. Raises `BackupDamaged`, `KeysMissing`.
    """

    def __init__(self, folder: Path, *, word_keys: Path | None = None) -> None:
        self.manifest = Manifest.read(folder)
        self.folder = folder
        self.word_keys = word_keys or folder / WORD_KEYS
        self.validator = EventValidator()
        self.erased_people: set[UUID] = set()
        self.people: set[UUID] = set()
        for name in (ANSWERS, REPORTS, REGISTER, *(() if word_keys else (WORD_KEYS,))):
            self.manifest.check(folder, name)
        _check_word_keys(self.word_keys)

    def restore(self, target: SQLiteTarget | PostgresTarget, progress: Callable[[int], object]) -> None:
        """Restore into a target. Calls `progress` with the number of events after each batch."""
        try:
            with target.open_transaction() as stores:
                self._restore_log(stores, progress)
                self._restore_log_tables(stores)
                stores.switch_schema()
                self._restore_register(stores.register)
                self._restore_word_keys(stores.register)
                _raise_revision(stores.register)
        except (OKRError, OSError):
            raise
        except Exception as error:
            raise BackupDamaged(
                f"The backup contains a row that cannot be restored ({type(error).__name__}: {error})."
            ) from error

    def _restore_log(self, stores: RestoreStores, progress: Callable[[int], object]) -> None:
        peaks = b""
        for events in self._events():
            nodes, peaks = merkle_store.append_leaves(events[0].position - 1, peaks, map(merkle_store.hash_event, events))
            last = events[-1]
            head = Head(last.position, last.recorded_at, last.chain, peaks)
            stores.log_recorder.write(stores.log, events, nodes, head)
            progress(len(events))
        constraint_tables.replace_tables(stores.log, self.validator.derived_tables)
        self.erased_people = self.validator.erased

    def _events(self) -> Iterator[Sequence[RecordedEvent]]:
        """Yield the validated events in batches; finally compare their end and digest with the manifest."""
        hashed, manifest = sha256(), self.manifest
        check_regular(self.folder / LOG)
        try:
            with (self.folder / LOG).open("rb") as file:
                lines = read_lines(file)
                while batch := list(islice(lines, CHUNK)):
                    for line in batch:
                        hashed.update(line)
                    yield [self.validator.validate(line) for line in batch]
        except FileNotFoundError:
            raise BackupDamaged(f"{LOG} is missing.") from None
        head = self.validator.head
        if (head.position, head.chain.hex()) != (manifest.position, manifest.chain):
            raise BackupDamaged(f"Position {head.position}: {LOG} ends here, but the manifest says {manifest.position}.")
        if hashed.hexdigest() != manifest.files[LOG]:
            raise BackupDamaged(f"{LOG} was changed: its digest does not match the manifest.")

    def _restore_log_tables(self, stores: RestoreStores) -> None:
        for name, table, columns in ((ANSWERS, "answers", ANSWER_COLUMNS), (REPORTS, "sealed_reports", REPORT_COLUMNS)):
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders(columns)})"  # noqa: S608 - own names
            for members in _parse_lines(self.folder / name):
                row = decode_row(members)
                stores.log(insert, [row[column] for column in columns])

    def _restore_register(self, connection: Connection) -> None:
        connection.execute(tables.revision.delete())
        for members in _parse_lines(self.folder / REGISTER):
            if members["table"] not in tables.metadata.tables:
                raise BackupDamaged(f"{REGISTER} has an unknown table, {members['table']}: it is of a later version.")
            table, row = tables.metadata.tables[members["table"]], members["row"]
            if table is tables.erased:
                self.erased_people.add(UUID(row["id"]))
            if table is tables.people:
                self.people.add(UUID(row["id"]))
            if not self._is_erased(table, row):
                connection.execute(table.insert().values(decode_row(row)))

    def _restore_word_keys(self, connection: Connection) -> None:
        authors = set[UUID]()
        for members in _parse_lines(self.word_keys):
            if "author" in members and not self._is_erased(tables.word_keys, members):
                connection.execute(tables.word_keys.insert().values(decode_row(members)))
                authors.add(UUID(members["author"]))
        missing = (self.validator.authors | self.people) - self.erased_people - authors
        if missing:
            raise KeysMissing(f"{KeysMissing.title} {self.word_keys} lacks the keys of {len(missing)} people.")

    def _is_erased(self, table: RowTable, row: JsonObject) -> bool:
        return table in PERSONAL and UUID(row[PERSONAL[table].name]) in self.erased_people


def _parse_lines(path: Path) -> Iterator[JsonObject]:
    with path.open("rb") as file:
        for number, line in enumerate(read_lines(file), start=1):
            try:
                yield parse_line(line)
            except MalformedLine as error:
                raise BackupDamaged(f"{path.name}, line {number}: {error}") from None


def _check_word_keys(path: Path) -> None:
    """Compare the keys with their count and digest in the last line. Raises `BackupDamaged`."""
    hashed, count, complete = sha256(), 0, False
    check_regular(path)
    try:
        with path.open("rb") as file:
            for line in read_lines(file):
                complete = parse_line(line) == {"keys": count, "sha256": hashed.hexdigest()}
                hashed.update(line)
                count += 1
    except (OSError, MalformedLine):
        complete = False
    if not complete:
        raise BackupDamaged(f"{path.name} is missing or was changed.")


def _raise_revision(connection: Connection) -> None:
    """Raise the revision above every earlier one, so that no response cached by a client validates."""
    connection.execute(tables.revision.update().values(number=time_ns() // 1000))
