"""The base of every command: load aggregates, check the client's version, append events with their envelopes."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from functools import reduce
from threading import RLock
from typing import TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, CanMutateAggregate, Snapshot
from eventsourcing.persistence import ApplicationRecorder, EventStore, Mapper, PersistenceError, StoredEvent

from okr_events.commands.company_zone import CompanyZone
from okr_events.commands.intent import Intent
from okr_events.domain.errors import NotFound, OKRError, Refused, StaleVersion, UnknownId
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.event_log.constraints import Constraint, NotErased, StillDraft
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.event_mapper import EncryptingMapper
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest
from okr_events.event_log.recorder import LogRecorder
from okr_events.register.people import PersonRecord
from okr_events.register.register import KeyUnused, Register

SNAPSHOT_EVERY = 200
STREAM_LOCKS = 64

A = TypeVar("A", bound=Aggregate)
Event = CanMutateAggregate[UUID]


def build_snapshot(aggregate: Aggregate) -> Snapshot:
    """A snapshot with the time of its last event, so that the same events always give the same bytes."""
    return replace(Snapshot.take(aggregate), timestamp=aggregate.modified_on)


class RecordingApplication(Application[UUID]):
    is_snapshotting_enabled = True
    snapshot_every = SNAPSHOT_EVERY

    def __init__(self, log: LogRecorder, register: Register) -> None:
        self.log_recorder = log
        self.register = register
        self.company_zone = CompanyZone(self._load_zone)
        self._stream_locks = [RLock() for _ in range(STREAM_LOCKS)]
        super().__init__()

    def construct_mapper(self) -> Mapper[UUID]:
        return EncryptingMapper(self.register.keys)

    def construct_recorder(self) -> ApplicationRecorder:
        return self.log_recorder

    def construct_snapshot_store(self) -> EventStore[UUID]:
        return EventStore(mapper=self.mapper, recorder=self.log_recorder.snapshots)

    def stream_lock(self, id: UUID) -> RLock:
        """The lock for threads that change a stream, which avoids most retries; streams may share a lock."""
        return self._stream_locks[id.int % STREAM_LOCKS]

    def load(self, cls: type[A], id: UUID) -> A:
        """The aggregate at the head of the log; raises `NotFound`."""
        stored = self.recorder.select_events(id, limit=SNAPSHOT_EVERY + 1)
        if not stored or stored[0].topic != vars(cls)["Created"].TOPIC:
            raise NotFound(f"No {resource_name(cls)} has the id {id}.")
        if len(stored) > SNAPSHOT_EVERY:
            return self.repository.get(id)
        return self._replay(cls, stored)

    def load_version(self, id: UUID, version: int) -> Aggregate:
        """The aggregate at a version, built from its events without snapshots."""
        return self._replay(Aggregate, self.recorder.select_events(id, lte=version))

    def _replay(self, _cls: type[A], stored: Sequence[StoredEvent]) -> A:
        events = cast("Iterator[Event]", map(self.mapper.to_domain_event, stored))
        return cast("A", reduce(lambda aggregate, event: event.mutate(aggregate), events, None))

    def exists(self, cls: type[Aggregate], id: UUID) -> bool:
        stored = self.recorder.select_events(id, limit=1)
        return bool(stored) and stored[0].topic == vars(cls)["Created"].TOPIC

    def load_referenced(self, cls: type[A], id: UUID, pointer: str) -> A:
        """The aggregate that a request body refers to; raises `UnknownId` with the pointer of its field."""
        try:
            return self.load(cls, id)
        except NotFound as error:
            raise UnknownId(pointer, error.detail) from None

    def lineage(self, unit_id: UUID) -> list[Unit]:
        """The unit and its ancestors, upwards."""
        units = [self.load(Unit, unit_id)]
        while parent_id := units[-1].parent_id:
            units.append(self.load(Unit, parent_id))
        return units

    def time_zone(self) -> tzinfo:
        """The company's time zones over time; `UTC` while there is no company."""
        return self.company_zone.get()

    def _load_zone(self) -> tzinfo | None:
        id = self.log_recorder.claim_holder("company", "")
        if id is None:
            return None
        company = self.load(Unit, id)
        return company.zone_recorded_at(self.log_recorder.stream_positions(id)) if company.zone_changes else company.zone

    def today(self) -> date:
        return datetime.now(UTC).astimezone(self.time_zone()).date()

    def _reason_unless_draft(self, intent: Intent, objective_id: UUID) -> list[Constraint]:
        """Raise `ReasonRequired` without a reason, unless the objective is a draft and remains one until the append."""
        if intent.has_reason:
            return []
        if self.load(Objective, objective_id).state != "draft":
            intent.require_reason()
        return [StillDraft(objective_id)]

    def _check_person(self, id: UUID, pointer: str) -> None:
        if not self.register.people.exists(id):
            raise UnknownId(pointer, f"No person has the id {id}.")

    def _check_owner(self, owner: UUID | None, pointer: str = "/owner") -> None:
        if owner and not self.register.people.exists(owner) and not self.exists(Unit, owner):
            raise UnknownId(pointer, f"No person or unit has the id {owner}.")

    @contextmanager
    def _check_version(
        self, intent: Intent, resource: Aggregate | PersonRecord, part: tuple[str, int] | None = None
    ) -> Iterator[None]:
        """Raise `StaleVersion` when the version that the client expects is not the current one.

        `part` is the kind and version of what changes within the resource. `Invalid` errors of the body come first, `Refused`
        ones last. A repeated request raises `DuplicateRequest` instead: its first execution has changed the state.
        """
        kind, version = part or (resource_name(type(resource)), resource.version)
        error: OKRError | None = None if intent.expected in (None, version) else StaleVersion(kind, version)
        try:
            yield
        except Refused as refused:
            error = error or refused
        if error and intent.key and (result := self.log_recorder.find_result(intent.key)):
            raise DuplicateRequest(result)
        if error:
            raise error

    def _commit(
        self,
        intent: Intent,
        *changed: Aggregate | Event,
        resource: tuple[UUID | None, int | None] | None = None,
        status: int = 200,
        constraints: Sequence[Constraint] = (),
        accept_clock: bool = False,
    ) -> CommandResult:
        """Append the pending events and return the id and version of `resource`, by default those of the first aggregate."""
        pending = (change.collect_events() if isinstance(change, Aggregate) else [change] for change in changed)
        events = [event for group in pending for event in group]
        id, version = resource or (changed[0].id, changed[0].version)  # type: ignore[union-attr]
        result = CommandResult(status, id, version, 0, len(events))
        unused = [KeyUnused(self.register, intent.key)] if intent.key else []
        positions = self.append(
            events,
            envelopes=[intent.envelope] * len(events),
            constraints=[*unused, *(constraints if events else ())],
            key=intent.key,
            answer=result,
            rehearse=intent.rehearse,
            accept_clock=accept_clock,
        )
        return replace(result, position=positions[-1] if positions else self.log_recorder.head().position)

    def append(
        self,
        events: Sequence[Event],
        *,
        envelopes: Sequence[Envelope],
        constraints: Sequence[Constraint] = (),
        **options: object,
    ) -> list[int]:
        """Append events in their order, take due snapshots and return the positions.

        `options` are further parameters of the recorder's `insert_events`.
        """
        encrypt = self.register.keys.encrypt
        encrypted = [
            envelope.with_encrypted_reason(encrypt, event.originator_id, event.originator_version)
            for event, envelope in zip(events, envelopes, strict=True)
        ]
        if not events and not options.get("key"):
            return []
        people = {envelope.actor for envelope in envelopes}.union(*map(_referenced_people, events))
        checked = [*([NotErased(tuple(people))] if people else []), *constraints]
        recordings = self.save(*events, envelope=encrypted, constraints=checked, **options)
        for id in {e.originator_id for e in events if e.originator_version % SNAPSHOT_EVERY == 0}:
            with suppress(PersistenceError, OKRError, sqlite3.Error):  # the events are recorded: a snapshot only saves time
                self.snapshots.put([build_snapshot(self.repository.get(id))])  # type: ignore[union-attr]
        return [recording.notification.id for recording in recordings]


def resource_name(cls: type) -> str:
    """The class in words: `key result` for `KeyResult`."""
    return re.sub(r"\B[A-Z]", r" \g<0>", cls.__name__.removesuffix("Record")).lower()


def _referenced_people(event: object) -> set[UUID]:
    """The owners, contributors, participants and agreeing people that an event states."""
    fields = vars(event)
    parts = (part.get("owner") for name in ("blockers", "decisions") for part in fields.get(name) or ())
    lists = (id for name in ("agreed_by", "participants") for id in fields.get(name) or ())
    return {id for id in (fields.get("owner"), fields.get("person_id"), *lists, *parts) if id is not None}
