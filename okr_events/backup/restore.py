"""Restoring a backup into an empty place: every event followed, every derived table derived anew."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import time_ns
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from okr_events.audit.export_format import MalformedLine, parse_line, read_lines
from okr_events.backup.event_validation import EventValidator
from okr_events.backup.manifest import ANSWERS, LOG, REGISTER, REPORTS, WORD_KEYS, BackupDamaged, Manifest, check_regular
from okr_events.backup.restore_targets import RestoreStores
from okr_events.backup.row_format import decode_row
from okr_events.backup.writer import ANSWER_COLUMNS, PERSONAL, REPORT_COLUMNS
from okr_events.domain.errors import OKRError, Refused
from okr_events.event_log import constraint_tables, merkle_store
from okr_events.event_log.hash_chain import Head, RecordedEvent
from okr_events.event_log.recorder import CHUNK
from okr_events.register import tables


class KeysMissing(Refused):
    code = "keys-missing"
    title = "The word keys are not those of this backup: words that nobody erased could be read by nobody."


class RestoreTarget(Protocol):
    def open_transaction(self) -> Any: ...


class BackupRestore:
    """A backup on its way into an empty place; nothing stands there unless all of it does.

    `word_keys` is where they were kept apart, by default the backup's own file. People of whom the log says that they were
    erased stay erased, whatever the files still hold. Raises `BackupDamaged`, `KeysMissing`.
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

    def restore(self, place: RestoreTarget, progress: Callable[[int], object]) -> None:
        """`progress` is called with the number of events after some of them."""
        try:
            with place.open_transaction() as writable:
                self._restore_log(writable, progress)
                self._restore_log_tables(writable)
                writable.switch_schema()
                self._restore_register(writable.register)
                self._restore_word_keys(writable.register)
                _raise_revision(writable.register)
        except (OKRError, OSError):
            raise
        except Exception as error:
            raise BackupDamaged(f"It holds what cannot be restored ({type(error).__name__}: {error}).") from error

    def _restore_log(self, writable: RestoreStores, progress: Callable[[int], object]) -> None:
        peaks = b""
        for events in self._events():
            nodes, peaks = merkle_store.append_leaves(events[0].position - 1, peaks, map(merkle_store.hash_event, events))
            last = events[-1]
            head = Head(last.position, last.recorded_at, last.chain, peaks)
            writable.log_recorder.write(writable.log, events, nodes, head)
            progress(len(events))
        constraint_tables.replace_tables(writable.log, self.validator.derived_tables)
        self.erased_people = self.validator.erased

    def _events(self) -> Iterator[Sequence[RecordedEvent]]:
        """The events in batches, followed as they pass; in the end it must be all of them, and nothing else."""
        hashed, wanted = sha256(), self.manifest
        check_regular(self.folder / LOG)
        try:
            with (self.folder / LOG).open("rb") as file:
                lines = read_lines(file)
                while some := list(islice(lines, CHUNK)):
                    for line in some:
                        hashed.update(line)
                    yield [self.validator.validate(line) for line in some]
        except FileNotFoundError:
            raise BackupDamaged(f"{LOG} is missing.") from None
        head = self.validator.head
        if (head.position, head.chain.hex()) != (wanted.position, wanted.chain):
            raise BackupDamaged(f"Position {head.position}: {LOG} ends here, the manifest says {wanted.position}.")
        if hashed.hexdigest() != wanted.files[LOG]:
            raise BackupDamaged(f"{LOG} was changed: its digest is not the one in the manifest.")

    def _restore_log_tables(self, writable: RestoreStores) -> None:
        for name, table, columns in ((ANSWERS, "answers", ANSWER_COLUMNS), (REPORTS, "sealed_reports", REPORT_COLUMNS)):
            marks = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
            for members in _parse_lines(self.folder / name):
                row = decode_row(members)
                writable.log(insert, [row[column] for column in columns])

    def _restore_register(self, connection: Connection) -> None:
        connection.execute(tables.revision.delete())
        known = tables.metadata.tables
        for members in _parse_lines(self.folder / REGISTER):
            if members["table"] not in known:
                raise BackupDamaged(f"{REGISTER} has the table {members['table']}: it is of a later version.")
            table, row = known[members["table"]], decode_row(members["row"])
            if table is tables.erased:
                self.erased_people.add(UUID(row["id"]))
            if table is tables.people:
                self.people.add(UUID(row["id"]))
            if not self._is_erased(table, row):
                connection.execute(table.insert().values(row))

    def _restore_word_keys(self, connection: Connection) -> None:
        authors = set[UUID]()
        for members in _parse_lines(self.word_keys):
            if "author" in members and not self._is_erased(tables.word_keys, members):
                connection.execute(tables.word_keys.insert().values(decode_row(members)))
                authors.add(UUID(members["author"]))
        missing = (self.validator.authors | self.people) - self.erased_people - authors
        if missing:
            raise KeysMissing(f"{KeysMissing.title} {self.word_keys} lacks the keys of {len(missing)} people.")

    def _is_erased(self, table: Any, row: dict[str, Any]) -> bool:
        return table in PERSONAL and UUID(row[PERSONAL[table].name]) in self.erased_people


def _parse_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(read_lines(file), start=1):
            try:
                yield parse_line(line)
            except MalformedLine as malformed:
                raise BackupDamaged(f"{path.name}, line {number}: {malformed}") from None


def _check_word_keys(path: Path) -> None:
    """The last line says how many keys come before it, and their digest. Raises `BackupDamaged`."""
    hashed, count, ends = sha256(), 0, False
    check_regular(path)
    try:
        with path.open("rb") as file:
            for line in read_lines(file):
                ends = parse_line(line) == {"keys": count, "sha256": hashed.hexdigest()}
                hashed.update(line)
                count += 1
    except (OSError, MalformedLine):
        ends = False
    if not ends:
        raise BackupDamaged(f"{path.name} is missing or was changed.")


def _raise_revision(connection: Connection) -> None:
    """Past every revision that the register had: no answer that a client kept is taken for one of today."""
    connection.execute(tables.revision.update().values(number=time_ns() // 1000))
