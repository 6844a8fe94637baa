"""Importing a journal: all its rows become events in one transaction, or none do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from okr_events.commands.application import OKRApplication
from okr_events.domain.errors import OKRError, Refused
from okr_events.event_log.constraints import Claim, Constraint, RunStatement
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.journal.csv_rows import JournalError, JournalRow, parse_csv
from okr_events.journal.row_actions import RowActions


class ImportedBefore(Refused):
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
    """The import of one file: call `add_row` for each of its lines, then `record`.

    `row_errors` has a message for each wrong row; do not record while there are any. With `trust_times` the log takes
    `recorded_at` from the journal. Raises `JournalError` when the file is not a journal, `ImportedBefore` and `LogNotEmpty`.
    """

    def __init__(self, okrs: OKRApplication, path: Path, *, actor: str, trust_times: bool = False) -> None:
        data = path.read_bytes()
        digest = sha256(data).hexdigest()
        self.okrs = okrs
        self.trust_times = trust_times
        self.lines = parse_csv(data)
        self.row_errors: list[str] = []
        self._started_at = datetime.now(UTC)
        source = {"file": path.name, "sha256": digest, "imported_at": self._started_at.isoformat()}
        self._rows = RowActions(okrs, actor=actor, source=source | {"times": "claimed" if trust_times else "witnessed"})
        self._constraints: list[Constraint] = [Claim("import", digest, self._rows.correlation_id, ImportedBefore)]
        if okrs.log_recorder.claim_holder("import", digest):
            raise ImportedBefore
        if trust_times:
            self._constraints.append(EmptyLog())
            if okrs.log_recorder.head().position:
                raise LogNotEmpty

    def add_row(self, number: int, cells: dict[str, str]) -> None:
        """Turn line `number` of the file into events, or add its error to `row_errors`."""
        try:
            row = JournalRow.parse(number, cells)
            self._check_time(row)
            self._rows.run(row)
        except (JournalError, OKRError) as error:
            self.row_errors.append(f"line {number}: {error}")

    def record(self, *, rehearse: bool = False) -> int:
        """Append all events in one transaction and return their number. Raises `ImportedBefore` and `LogNotEmpty`."""
        register, rows = self.okrs.register, self._rows
        if not rehearse:
            with register.write_transaction() as connection:
                for name, id in rows.new_people.items():
                    register.people.add(connection, name=name, id=id)
        self.okrs.append(
            rows.events,
            envelopes=rows.envelopes,
            constraints=[*self._constraints, *rows.constraints],
            times=rows.times if self.trust_times else None,
            rehearse=rehearse,
        )
        return len(rows.events)

    def _check_time(self, row: JournalRow) -> None:
        if row.recorded_at > self._started_at:
            raise JournalError("recorded_at must not lie in the future")
        if self.trust_times and self._rows.times and to_microseconds(row.recorded_at) < self._rows.times[-1]:
            raise JournalError("recorded_at must not be earlier than in the row before when times are trusted")
