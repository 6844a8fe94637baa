"""Appending to the log: one transaction under the append lock for the appends of a group, or for one alone."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property

from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import Unavailable
from okr_events.event_log import clock, idempotency
from okr_events.event_log.append import Append, Batch, decide_each
from okr_events.event_log.append_queue import AppendQueue
from okr_events.event_log.constraints import Constraint, RunStatement
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import Head, RecordedEvent, decode_wall_time
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import Found, Kind, Look, Wanted, collect_wanted

CHUNK = 500


class DryRunCompleted(Exception):
    """Raised at the end of a dry run: carries what would have been recorded, after everything was rolled back."""

    def __init__(self, recorded_events: Sequence[RecordedEvent], answer: CommandResult | None) -> None:
        super().__init__()
        self.recorded_events = recorded_events
        self.result = answer


class AppendingRecorder(ABC):
    """Each engine implements the transactions, the lock and the inserts."""

    look_ups: Mapping[Kind, str]
    """The query of each kind of look, with a list of ids as its parameter."""

    @abstractmethod
    def append_transaction(self) -> AbstractContextManager[RunStatement]:
        """Open a transaction that holds the append lock; it commits at the end and rolls back on any exception."""

    @abstractmethod
    def read_transaction(self) -> AbstractContextManager[RunStatement]:
        """Open a connection for reading."""

    @abstractmethod
    def lock_head(self, run: RunStatement) -> tuple[Head, int]:
        """Take the append lock; return the head, and the current time in microseconds by the engine's clock."""

    @abstractmethod
    def list_parameter(self, values: Collection[str]) -> object:
        """Return the parameter that stands for a list in `look_ups`."""

    @abstractmethod
    def write(self, run: RunStatement, recorded: Sequence[RecordedEvent], nodes: Sequence[bytes], head: Head) -> None:
        """Insert events with their rows in `ledger` and `tree`, and move the head."""

    @cached_property
    def append_queue(self) -> AppendQueue:
        return AppendQueue(self.record_group)

    def record(self, append: Append) -> Append:
        """Record an append and return it, with those of other threads where its constraints allow.

        Raises `DuplicateRequest` when the key has an answer already, the error of a broken constraint or of the clock,
        `VersionConflict`, `LogBusy`, and for a dry run `DryRunCompleted` after rolling everything back.
        """
        if append.shares:
            self.append_queue.record(append)
        else:
            self._record_alone(append)
        return append

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        envelope: Sequence[Envelope] = (),
        constraints: Sequence[Constraint] = (),
        times: Sequence[int] | None = None,
        **_: object,
    ) -> Sequence[int] | None:
        """Record events as the library does it, and return their positions."""
        recorded = self.record(Append(stored_events, envelope, constraints, times=times)).recorded
        return [event.position for event in recorded]

    def record_group(self, appends: list[Append]) -> None:
        """Write appends in one transaction. If the database refuses it, each is tried alone, so that the one to blame fails.

        They are not tried again after a failure of the commit: it may have recorded them.
        """
        if len(appends) == 1:
            self._record_alone(appends[0])
            return
        written = False
        try:
            with self.append_transaction() as run:
                batch = self._begin(run, appends)
                decide_each(batch, appends, run)
                self._write_batch(run, batch)
                written = True
        except Unavailable:
            raise
        except Exception:
            if written:
                raise
            for append in appends:
                self._try_alone(append)

    def _try_alone(self, append: Append) -> None:
        append.error = None
        try:
            self._record_alone(append)
        except Exception as error:  # noqa: BLE001 - its own thread raises it
            append.recorded, append.error = [], error

    def _record_alone(self, append: Append) -> None:
        with self.append_transaction() as run:
            batch = self._begin(run, [append])
            batch.decide(append, run)
            self._write_batch(run, batch)
            if append.rehearse:
                raise DryRunCompleted(append.recorded, append.result)

    def _begin(self, run: RunStatement, appends: Iterable[Append]) -> Batch:
        """Take the lock and look up all that the decisions rest on."""
        head, now = self.lock_head(run)
        clock.check_trusted(now)
        if head.recorded_at >= now:
            head = replace(head, wall_time=_fetch_wall_time(run, head.position))
        looks: list[Look] = [look for append in appends for look in (append.streams, *append.looks)]
        answers = idempotency.find_answers(run, [append.key for append in appends if append.key])
        return Batch(head, now, self._look_up(run, collect_wanted(looks)), answers, self._look_up)

    def _look_up(self, run: RunStatement, wanted: Wanted) -> Found:
        """Look up what exists of what is wanted, in one statement."""
        kinds = sorted(wanted)
        if not kinds:
            return Found()
        query = " UNION ALL ".join(self.look_ups[kind] for kind in kinds)
        return Found(run(query, [self.list_parameter(wanted[kind]) for kind in kinds]))

    def _write_batch(self, run: RunStatement, batch: Batch) -> None:
        for start in range(0, len(batch.recorded), CHUNK):
            chunk = slice(start, start + CHUNK)
            self.write(run, batch.recorded[chunk], batch.nodes[chunk], batch.head)
        if batch.new_answers:
            idempotency.insert_answers(run, batch.new_answers)


def _fetch_wall_time(run: RunStatement, position: int) -> int | None:
    rows = run("SELECT envelope FROM ledger WHERE position = %s", (position,))
    return decode_wall_time(bytes(rows[0][0])) if rows else None
