"""What every command rests on: loading, deciding on a client's terms, recording with an envelope."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import RLock
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, CanMutateAggregate, Snapshot
from eventsourcing.persistence import ApplicationRecorder, EventStore, Mapper, PersistenceError

from okr_events.commands.intent import Intent
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import NotFound, OKRError, Refused, StaleVersion, UnknownId
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.event_log.constraints import Constraint, NotEnded, NotErased, StillDraft, cycle_not_sealed
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.event_mapper import EncryptingMapper
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest
from okr_events.event_log.recorder import LogRecorder
from okr_events.register.people import PersonRecord
from okr_events.register.register import Register

SNAPSHOT_EVERY = 200
STREAM_LOCKS = 64

A = TypeVar("A", bound=Aggregate)


def build_snapshot(aggregate: Any) -> Snapshot:
    """A snapshot that says the time of the last event: two of the same events are the same bytes."""
    return replace(Snapshot.take(aggregate), timestamp=aggregate.modified_on)


class RecordingApplication(Application[UUID]):
    is_snapshotting_enabled = True
    snapshot_every = SNAPSHOT_EVERY

    def __init__(self, log: Any, register: Register) -> None:
        self.log_recorder: LogRecorder = log
        self.register = register
        self.zone: ZoneInfo | None = None
        self._stream_locks = [RLock() for _ in range(STREAM_LOCKS)]
        super().__init__()

    def construct_mapper(self) -> Mapper[UUID]:
        return EncryptingMapper(self.register.keys)

    def construct_recorder(self) -> ApplicationRecorder:
        recorder: Any = self.log_recorder
        return recorder  # type: ignore[no-any-return]

    def construct_snapshot_store(self) -> EventStore[UUID]:
        recorder: Any = self.log_recorder
        return EventStore(mapper=self.mapper, recorder=recorder.snapshots)

    def stream_lock(self, id: UUID) -> RLock:
        """Held by one thread at a time that changes a stream, or one that shares its lock: fewer have to decide anew."""
        return self._stream_locks[id.int % STREAM_LOCKS]

    def load(self, cls: type[A], id: UUID) -> A:
        """The aggregate as the log has it now; raises `NotFound`."""
        stored = self.recorder.select_events(id, limit=SNAPSHOT_EVERY + 1)
        if not stored or stored[0].topic != vars(cls)["Created"].TOPIC:
            raise NotFound
        if len(stored) > SNAPSHOT_EVERY:
            return self.repository.get(id)
        aggregate: Any = None
        for event in map(self.mapper.to_domain_event, stored):
            aggregate = event.mutate(aggregate)  # type: ignore[attr-defined]
        return aggregate  # type: ignore[no-any-return]

    def load_version(self, id: UUID, version: int) -> Aggregate:
        """The aggregate at a version, from its events alone."""
        aggregate: Any = None
        for stored in self.recorder.select_events(id, lte=version):
            event: Any = self.mapper.to_domain_event(stored)
            aggregate = event.mutate(aggregate)
        return aggregate  # type: ignore[no-any-return]

    def exists(self, cls: type[Aggregate], id: UUID) -> bool:
        stored = self.recorder.select_events(id, limit=1)
        return bool(stored) and stored[0].topic == vars(cls)["Created"].TOPIC

    def load_referenced(self, cls: type[A], id: UUID, pointer: str) -> A:
        """The aggregate that a body names; raises `Unknown` at its pointer."""
        try:
            return self.load(cls, id)
        except NotFound:
            raise UnknownId(pointer, f"There is no {cls.TOPIC} with this id.") from None  # type: ignore[attr-defined]

    def lineage(self, unit_id: UUID) -> list[Unit]:
        """The unit and its ancestors, upwards."""
        found = [self.load(Unit, unit_id)]
        while parent_id := found[-1].parent_id:
            found.append(self.load(Unit, parent_id))
        return found

    def time_zone(self) -> ZoneInfo:
        """The organisation's time zone: the company's, `UTC` before there is one."""
        if self.zone is None:
            company = self.log_recorder.claim_holder("company", "")
            if company is None:
                return ZoneInfo("UTC")
            self.zone = ZoneInfo(self.load(Unit, company).time_zone or "UTC")
        return self.zone

    def today(self) -> date:
        return datetime.now(UTC).astimezone(self.time_zone()).date()

    def _cycle_span(self, cycle_id: UUID) -> tuple[date, date]:
        cycle = self.load(Cycle, cycle_id)
        return cycle.starts_on, cycle.ends_on

    def _reason_unless_draft(self, intent: Intent, objective_id: UUID) -> list[Constraint]:
        """Raise `ReasonRequired` without a reason, unless the objective is a draft, and is one still when that is recorded."""
        if intent.has_reason:
            return []
        if self.load(Objective, objective_id).state != "draft":
            intent.require_reason()
        return [StillDraft(objective_id)]

    def _check_person(self, id: UUID, pointer: str) -> None:
        if not self.register.people.exists(id):
            raise UnknownId(pointer, "There is no person with this id.")

    def _check_owner(self, owner: UUID | None, pointer: str = "/owner") -> None:
        if owner is None or self.register.people.exists(owner):
            return
        if not self.exists(Unit, owner):
            raise UnknownId(pointer, "There is no person or unit with this id.")

    @contextmanager
    def _check_version(
        self, intent: Intent, thing: Aggregate | PersonRecord, about: tuple[UUID, int] | None = None
    ) -> Iterator[None]:
        """Refuse a stale client after what is wrong in any state, and before what only this state refuses.

        A request sent again is not refused for what its first answer changed.
        """
        id, version = about or (thing.id, thing.version)
        broken: OKRError | None = None if intent.expected in (None, version) else StaleVersion(id, version)
        try:
            yield
        except Refused as refused:
            broken = broken or refused
        if broken and intent.key and (before := self.log_recorder.find_result(intent.key)):
            raise DuplicateRequest(before)
        if broken:
            raise broken

    def _commit_live(
        self, intent: Intent, key_result: KeyResult, *, constraints: Sequence[Constraint] = (), **how: Any
    ) -> CommandResult:
        """Record what was said about a key result while its objective lives."""
        return self._commit(intent, key_result, constraints=[NotEnded((key_result.objective_id,)), *constraints], **how)

    def _commit_open(
        self, intent: Intent, key_result: KeyResult, *, constraints: Sequence[Constraint] = (), **how: Any
    ) -> CommandResult:
        """Record a change of a key result while its objective lives and its cycle is open."""
        return self._commit_live(intent, key_result, constraints=[cycle_not_sealed(key_result.cycle_id), *constraints], **how)

    def _commit(
        self,
        intent: Intent,
        *changed: Aggregate | CanMutateAggregate[UUID],
        about: tuple[UUID | None, int | None] | None = None,
        status: int = 200,
        constraints: Sequence[Constraint] = (),
    ) -> CommandResult:
        """Append what the aggregates decided, each event in an envelope of its own, and take due snapshots."""
        events = [event for thing in changed for event in _pending_events(thing)]
        first = changed[0]
        id, version = about or (first.id, first.version)  # type: ignore[union-attr]
        answer = CommandResult(status, id, version, 0, len(events))
        positions = self.append(
            events,
            envelopes=[intent.envelope] * len(events),
            constraints=constraints if events else (),
            key=intent.key,
            answer=answer,
            rehearse=intent.rehearse,
        )
        return CommandResult(
            status, id, version, positions[-1] if positions else self.log_recorder.head().position, len(events)
        )

    def append(self, events: Sequence[CanMutateAggregate[UUID]], *, envelopes: Sequence[Envelope], **how: Any) -> list[int]:
        """Append events in their order and give their positions; `how` is what the recorder's `insert_events` takes."""
        seal = self.register.keys.encrypt
        sealed = [
            envelope.with_encrypted_reason(seal, event.originator_id, event.originator_version)
            for event, envelope in zip(events, envelopes, strict=True)
        ]
        if not events and not how.get("key"):
            return []
        people = {envelope.actor for envelope in envelopes}.union(*map(_referenced_people, events))
        how["constraints"] = [*([NotErased(tuple(people))] if people else []), *how.get("constraints", ())]
        positions = self.save(*events, envelope=sealed, **how)
        for id in {e.originator_id for e in events if e.originator_version % SNAPSHOT_EVERY == 0}:
            with suppress(PersistenceError, OKRError, sqlite3.Error):  # the events are recorded: a snapshot only saves time
                self.snapshots.put([build_snapshot(self.repository.get(id))])  # type: ignore[union-attr]
        return [recording.notification.id for recording in positions]


def _pending_events(thing: Aggregate | CanMutateAggregate[UUID]) -> Sequence[CanMutateAggregate[UUID]]:
    return thing.collect_events() if isinstance(thing, Aggregate) else [thing]


def _referenced_people(event: Any) -> set[UUID]:
    """Those to whom an event gives something."""
    said = vars(event)
    parts = (part.get("owner") for name in ("blockers", "decisions") for part in said.get(name) or ())
    lists = (id for name in ("agreed_by", "participants") for id in said.get(name) or ())
    named = (said.get("owner"), said.get("person_id"), *lists, *parts)
    return {id for id in named if id is not None}
