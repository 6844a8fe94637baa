"""The base of every command: check the client's version, append events with their envelopes."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypedDict, Unpack
from uuid import UUID

from eventsourcing.domain import Aggregate, Snapshot
from eventsourcing.persistence import PersistenceError

from okr_events.commands.intent import Intent
from okr_events.commands.kept_aggregates import KEPT_TYPES
from okr_events.commands.loading import SNAPSHOT_EVERY, Event, LoadingApplication, resource_name
from okr_events.domain.errors import OKRError, Refused, StaleVersion, UnknownId
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.event_log.append import Append
from okr_events.event_log.constraints import Constraint
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest, IdempotencyKey
from okr_events.event_log.looks import NotErased, StillDraft, VersionUnchanged
from okr_events.register.people import PersonRecord
from okr_events.register.register import KeyUnused


class Options(TypedDict, total=False):
    """Further parts of an append."""

    key: IdempotencyKey | None
    result: CommandResult | None
    times: Sequence[int] | None
    rehearse: bool
    accept_clock: bool


def build_snapshot(aggregate: Aggregate) -> Snapshot:
    """A snapshot with the time of its last event, so that the same events always give the same bytes."""
    return replace(Snapshot.take(aggregate), timestamp=aggregate.modified_on)


class RecordingApplication(LoadingApplication):
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
        error: OKRError | None = None
        if intent.expected not in (None, part[1] if part else resource.version):
            error = StaleVersion(*(part or (resource_name(type(resource)), resource.version)))
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
        append = self.record(
            events,
            [intent.envelope] * len(events),
            constraints=[*unused, *(constraints if events else ())],
            key=intent.key,
            result=result,
            rehearse=intent.rehearse,
            accept_clock=accept_clock,
        )
        for aggregate in changed:
            if isinstance(aggregate, KEPT_TYPES):
                self.kept.put(aggregate)
        if not append.recorded:
            return replace(result, position=self.log_recorder.head().position)
        recorded = tuple(zip(append.recorded, append.domain_events, strict=True))
        return replace(result, position=append.recorded[-1].position, recorded=recorded, found=append.found)

    def append(
        self,
        events: Sequence[Event],
        *,
        envelopes: Sequence[Envelope],
        constraints: Sequence[Constraint] = (),
        times: Sequence[int] | None = None,
        rehearse: bool = False,
    ) -> list[int]:
        """Append events in their order, take due snapshots and return the positions."""
        append = self.record(events, envelopes, constraints=constraints, times=times, rehearse=rehearse)
        return [event.position for event in append.recorded]

    def record(
        self,
        events: Sequence[Event],
        envelopes: Sequence[Envelope],
        *,
        constraints: Sequence[Constraint],
        **options: Unpack[Options],
    ) -> Append:
        encrypt = self.register.keys.encrypt
        encrypted = [
            envelope.with_encrypted_reason(encrypt, event.originator_id, event.originator_version)
            for event, envelope in zip(events, envelopes, strict=True)
        ]
        unchanged = [VersionUnchanged(id, version) for id, version in (self._trusted.versions or {}).items()]
        if not (events or unchanged or options.get("key")):
            return Append((), ())
        people = {envelope.actor for envelope in envelopes}.union(*map(_referenced_people, events))
        checked = [*unchanged, *([NotErased(tuple(people))] if people else []), *constraints]
        readable = [*map(self.mapper.with_encrypted_texts, events)]
        stored = [*map(self.mapper.serialize, readable)]
        append = self.log_recorder.record(Append(stored, encrypted, checked, domain_events=readable, **options))
        for id in {e.originator_id for e in events if e.originator_version % SNAPSHOT_EVERY == 0}:
            with suppress(PersistenceError, OKRError, sqlite3.Error):  # the events are recorded: a snapshot only saves time
                self.snapshots.put([build_snapshot(self.repository.get(id))])  # type: ignore[union-attr]
        return append


def _referenced_people(event: object) -> set[UUID]:
    """The owners, contributors, participants and agreeing people that an event states."""
    fields = vars(event)
    parts = (part.get("owner") for name in ("blockers", "decisions") for part in fields.get(name) or ())
    lists = (id for name in ("agreed_by", "participants") for id in fields.get(name) or ())
    return {id for id in (fields.get("owner"), fields.get("person_id"), *lists, *parts) if id is not None}
