"""Importing a journal: its rows that are not recorded yet become events in one transaction, or none does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from okr_events.commands.application import OKRApplication
from okr_events.domain.errors import OKRError, Refused
from okr_events.event_log.constraints import Claim, Constraint, RunStatement
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.event_log.import_constraints import RecordRows
from okr_events.journal.csv_file import JournalFile
from okr_events.journal.csv_rows import JournalError, JournalRow
from okr_events.journal.recorded_rows import RecordedRows
from okr_events.journal.row_actions import RowActions


class ImportedBefore(Refused):
    """An earlier version recorded the file without digests of its rows."""

    code = "imported-before"
    title = "This file was already imported."


class LogNotEmpty(Refused):
    code = "log-not-empty"
    title = "Times can be taken from a journal only while the log is empty."


@dataclass(frozen=True, slots=True)
class EmptyLog:
    """The log has no events."""

    def enforce(self, run: RunStatement) -> None:
        if run("SELECT position FROM head", ())[0][0]:
            raise LogNotEmpty


class JournalImport:
    """The import of one file: call `add_row` for each of the file's `rows`, then `record`.

    `row_errors` has a message for each wrong row; do not record while there are any. With `trust_times` the log takes
    `recorded_at` from the journal. `time_zone` is that of the company. Raises `JournalError` when the file is not a journal,
    and `UnknownTimeZone`.
    """

    def __init__(
        self,
        okrs: OKRApplication,
        path: Path,
        *,
        actor: str,
        trust_times: bool = False,
        encoding: str | None = None,
        decimal_mark: str | None = None,
        time_zone: str | None = None,
    ) -> None:
        data = path.read_bytes()
        self.okrs = okrs
        self.trust_times = trust_times
        self.file = JournalFile.read(data, encoding=encoding, decimal_mark=decimal_mark)
        self.row_errors: list[str] = []
        self.recorded_before = 0
        self._digest = sha256(data).hexdigest()
        self._started_at = datetime.now(UTC)
        source = {"file": path.name, "sha256": self._digest, "imported_at": self._started_at.isoformat()}
        source["times"] = "claimed" if trust_times else "witnessed"
        self._actions = RowActions(okrs, actor=actor, source=source, time_zone=time_zone)
        self._recorded = RecordedRows(okrs)
        self._digests: list[str] = []

    @property
    def new_rows(self) -> int:
        return len(self._digests)

    def add_row(self, number: int, cells: list[str]) -> None:
        """Turn the row in line `number` into events unless it is recorded, or add its error to `row_errors`."""
        try:
            row = JournalRow.parse(cells)
            digest = self._recorded.digest(row)
            if digest in self._recorded:
                self.recorded_before += 1
                return
            self._check_time(row)
            self._actions.run(row, digest)
            self._digests.append(digest)
        except (JournalError, OKRError) as error:
            self.row_errors.append(f"line {number}: {error}")

    def record(self, *, rehearse: bool = False) -> int:
        """Append all events in one transaction and return their number. Raises `ImportedBefore` and `LogNotEmpty`."""
        recording = self._actions.recording
        if not recording.events:
            return 0
        self._check_log()
        if rehearse:
            self._actions.people.rehearse_missing()
        else:
            self._add_people()
        self.okrs.append(
            recording.events,
            envelopes=recording.envelopes,
            constraints=[*self._constraints(recording.correlation_id), *recording.constraints],
            times=recording.times if self.trust_times else None,
            rehearse=rehearse,
        )
        return len(recording.events)

    def _add_people(self) -> None:
        with self.okrs.register.write_transaction() as connection:
            self._recorded.keep_key(connection)
            self._actions.people.add_missing(connection)

    def _constraints(self, import_id: UUID) -> list[Constraint]:
        once = Claim("import", self._digest, import_id, ImportedBefore)
        empty: list[Constraint] = [EmptyLog()] if self.trust_times else []
        return [once, *empty, RecordRows(tuple(self._digests), import_id)]

    def _check_log(self) -> None:
        """Refuse before people are added to the register."""
        if self.okrs.log_recorder.claim_holder("import", self._digest):
            raise ImportedBefore
        if self.trust_times and self.okrs.log_recorder.head().position:
            raise LogNotEmpty

    def _check_time(self, row: JournalRow) -> None:
        if row.recorded_at > self._started_at:
            raise JournalError("recorded_at must not lie in the future")
        times = self._actions.recording.times
        if self.trust_times and times and to_microseconds(row.recorded_at) < times[-1]:
            raise JournalError("recorded_at must not be earlier than in the row before when times are trusted")
