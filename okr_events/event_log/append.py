"""Appends: what one command wants recorded and what became of it; a batch decides several under one lock, in their order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import OKRError, VersionConflict
from okr_events.event_log import clock, idempotency, merkle_store
from okr_events.event_log.constraints import Constraint, RunStatement
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import Head, RecordedEvent, extend_chain, hash_leaf
from okr_events.event_log.idempotency import AnswerRow, CommandResult, DuplicateRequest, IdempotencyKey
from okr_events.event_log.looks import Found, Kind, Look, Wanted, collect_wanted

LookUp = Callable[[RunStatement, Wanted], Found]
MAX_SHARED_EVENTS = 32
"""An append with more events has a transaction of its own."""


@dataclass(slots=True, eq=False)
class Append:
    """Events with an envelope each, the constraints on them, and the `result` to store under `key`.

    `times` (microseconds) replace the clock when a journal's times are trusted. `accept_clock` goes on from a head that leads
    the clock. `domain_events` are what the stored ones were made of. `recorded` and `found`, what the looks found, are there
    once it is recorded.
    """

    events: Sequence[StoredEvent]
    envelopes: Sequence[Envelope]
    constraints: Sequence[Constraint] = ()
    key: IdempotencyKey | None = None
    result: CommandResult | None = None
    times: Sequence[int] | None = None
    rehearse: bool = False
    accept_clock: bool = False
    domain_events: Sequence[DomainEventProtocol[UUID]] = ()
    recorded: list[RecordedEvent] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    error: BaseException | None = None

    @property
    def shares(self) -> bool:
        """Whether it can share a transaction with others, because its constraints only look."""
        alone = self.rehearse or self.accept_clock or self.times is not None or len(self.events) > MAX_SHARED_EVENTS
        return not alone and len(self.looks) == len(self.constraints)

    @property
    def looks(self) -> list[Look]:
        return [constraint for constraint in self.constraints if isinstance(constraint, Look)]

    @property
    def streams(self) -> "StreamVersions":
        return StreamVersions(tuple({_stream(event) for event in self.events}))


@dataclass(frozen=True, slots=True)
class StreamVersions(Look):
    """The newest versions of the streams that an append continues; the batch checks them."""

    ids: tuple[UUID, ...]

    def wanted(self) -> list[tuple[Kind, UUID]]:
        return [(Kind.VERSION, id) for id in self.ids]

    def check(self, found: Found) -> None:
        pass


class Batch:
    """The appends of one transaction: each is decided on what was found and on those before it."""

    def __init__(self, head: Head, now: int, found: Found, answers: dict[bytes, AnswerRow], look_up: LookUp) -> None:
        """`found` is what all looks want; `look_up` reads it again after an append has written."""
        self.look_up = look_up
        self.head = head
        self.now = now
        self.found = found
        self.answers = answers
        self.recorded: list[RecordedEvent] = []
        self.nodes: list[bytes] = []
        self.new_answers: list[AnswerRow] = []

    def decide(self, append: Append, run: RunStatement) -> None:
        """Add an append. Raises `DuplicateRequest`, the error of the clock or of a broken constraint, and `VersionConflict`."""
        wall_times = self._assign_wall_times(append)
        if append.key and (row := self.answers.get(append.key.key)):
            raise DuplicateRequest(idempotency.parse_answer(row, append.key))
        self._enforce(append.constraints, run)
        versions = self._check_versions(append.events)
        append.recorded, leaves = self._assign_positions(append, wall_times)
        append.found = self.found
        nodes, peaks = merkle_store.append_leaves(self.head.position, self.head.peaks, leaves)
        self.found[Kind.VERSION] |= versions
        self.recorded += append.recorded
        self.nodes += nodes
        if append.recorded:
            last = append.recorded[-1]
            self.head = Head(last.position, last.recorded_at, last.chain, peaks, wall_times[-1])
        if append.key and append.result:
            self._add_answer(append.key, replace(append.result, position=self.head.position, events=len(append.recorded)))

    def _assign_wall_times(self, append: Append) -> Sequence[int | None]:
        if append.times is not None:
            return [None] * len(append.events)
        return clock.assign_wall_times(self.head, self.now, len(append.events), accept=append.accept_clock)

    def _enforce(self, constraints: Sequence[Constraint], run: RunStatement) -> None:
        found: Found | None = self.found
        for constraint in constraints:
            if isinstance(constraint, Look):
                constraint.check(self.look_up(run, collect_wanted([constraint])) if found is None else found)
            else:
                constraint.enforce(run)
                found = None

    def _check_versions(self, events: Sequence[StoredEvent]) -> dict[str, int]:
        """Return the newest versions of the streams after the events. Raises `VersionConflict`."""
        newest = dict[str, int]()
        for event in events:
            id = _stream(event).hex
            if event.originator_version <= newest.get(id, self.found[Kind.VERSION].get(id, 0)):
                raise VersionConflict
            newest[id] = event.originator_version
        return newest

    def _assign_positions(self, append: Append, wall_times: Sequence[int | None]) -> tuple[list[RecordedEvent], list[bytes]]:
        """The events with position, time (the clock's, but at least 1 µs after the one before) and chain link, and their
        leaf hashes.
        """
        recorded, leaves = list[RecordedEvent](), list[bytes]()
        latest, chain = self.head.recorded_at, self.head.chain
        for index, (stored, envelope) in enumerate(zip(append.events, append.envelopes, strict=True)):
            latest = max(latest + 1, append.times[index] if append.times else self.now)
            if wall_times[index] is not None:
                envelope = replace(envelope, wall_time=wall_times[index])  # noqa: PLW2901 - the same with its time
            position, version = self.head.position + index + 1, stored.originator_version
            fields = (position, latest, _stream(stored), version, stored.topic, stored.state, envelope.encode())
            leaves.append(hash_leaf(*fields))
            chain = extend_chain(chain, leaves[-1])
            recorded.append(RecordedEvent(*fields, chain))
        return recorded, leaves

    def _add_answer(self, key: IdempotencyKey, result: CommandResult) -> None:
        row = idempotency.answer_row(key, result)
        self.answers[key.key] = row
        self.new_answers.append(row)


def decide_each(batch: Batch, appends: Sequence[Append], run: RunStatement) -> None:
    """Decide several appends; one that is refused leaves the others alone and keeps its error."""
    for append in appends:
        try:
            batch.decide(append, run)
        except (OKRError, DuplicateRequest) as error:
            append.error = error


def _stream(event: StoredEvent) -> UUID:
    return event.originator_id if isinstance(event.originator_id, UUID) else UUID(event.originator_id)
