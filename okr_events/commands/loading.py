"""Loading aggregates for commands: kept ones are brought up to date from the log, others are folded from their events."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from functools import reduce
from threading import RLock
from typing import TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, CanMutateAggregate
from eventsourcing.persistence import ApplicationRecorder, EventStore, StoredEvent

from okr_events.commands.company_zone import CompanyZone
from okr_events.commands.kept_aggregates import KEPT_TYPES, KeptAggregates, Trusted, copy_aggregate
from okr_events.domain.errors import NotFound, UnknownId
from okr_events.domain.unit import Unit
from okr_events.event_log.event_mapper import EncryptingMapper
from okr_events.event_log.recorder import LogRecorder
from okr_events.register.register import Register

SNAPSHOT_EVERY = 200
STREAM_LOCKS = 64

A = TypeVar("A", bound=Aggregate)
Event = CanMutateAggregate[UUID]


class LoadingApplication(Application[UUID]):
    is_snapshotting_enabled = True
    snapshot_every = SNAPSHOT_EVERY
    mapper: EncryptingMapper

    def __init__(self, log: LogRecorder, register: Register) -> None:
        self.log_recorder = log
        self.register = register
        self.company_zone = CompanyZone(self._load_zone)
        self.kept = KeptAggregates()
        self._trusted = Trusted()
        self._stream_locks = [RLock() for _ in range(STREAM_LOCKS)]
        super().__init__()

    def construct_mapper(self) -> EncryptingMapper:
        return EncryptingMapper(self.register.keys)

    def construct_recorder(self) -> ApplicationRecorder:
        return self.log_recorder

    def construct_snapshot_store(self) -> EventStore[UUID]:
        return EventStore(mapper=self.mapper, recorder=self.log_recorder.snapshots)

    def stream_lock(self, id: UUID) -> RLock:
        """The lock for threads that change a stream, which avoids most retries; streams may share a lock."""
        return self._stream_locks[id.int % STREAM_LOCKS]

    @contextmanager
    def trusting_kept(self) -> Iterator[dict[UUID, int]]:
        """Let the thread's command decide on kept aggregates as they are, and yield their versions.

        Its append raises `VersionConflict` if one of them has newer events.
        """
        self._trusted.versions = versions = dict[UUID, int]()
        try:
            yield versions
        finally:
            self._trusted.versions = None

    def load(self, cls: type[A], id: UUID) -> A:
        """The aggregate at the head of the log, or as it is kept while that is trusted; raises `NotFound`."""
        kept, trusted = self.kept.get(id), self._trusted.versions
        if trusted is None or not isinstance(kept, cls):
            return self.load_current(cls, id)
        trusted[id] = kept.version
        return copy_aggregate(kept)

    def load_current(self, cls: type[A], id: UUID) -> A:
        """The aggregate at the head of the log; raises `NotFound`."""
        kept = self.kept.get(id)
        aggregate = self._load_from_log(cls, id) if kept is None else self._bring_up_to_date(cls, kept)
        if not isinstance(aggregate, KEPT_TYPES):
            return aggregate
        self.kept.put(aggregate)
        return copy_aggregate(aggregate)

    def _bring_up_to_date(self, cls: type[A], kept: Aggregate) -> A:
        """The kept aggregate, or a copy that has the newer events of the log."""
        if not isinstance(kept, cls):
            raise NotFound(f"No {resource_name(cls)} has the id {kept.id}.")
        newer = self.log_recorder.stream_after(kept.id, kept.version)
        return self._replay(cls, newer, copy_aggregate(kept)) if newer else kept

    def _load_from_log(self, cls: type[A], id: UUID) -> A:
        stored = self.recorder.select_events(id, limit=SNAPSHOT_EVERY + 1)
        if not stored or stored[0].topic != vars(cls)["Created"].TOPIC:
            raise NotFound(f"No {resource_name(cls)} has the id {id}.")
        if len(stored) > SNAPSHOT_EVERY:
            return self.repository.get(id)
        return self._replay(cls, stored)

    def load_version(self, id: UUID, version: int) -> Aggregate:
        """The aggregate at a version, built from its events without snapshots."""
        return self._replay(Aggregate, self.recorder.select_events(id, lte=version))

    def _replay(self, _cls: type[A], stored: Sequence[StoredEvent], begun: A | None = None) -> A:
        events = cast("Iterator[Event]", map(self.mapper.to_domain_event, stored))
        return cast("A", reduce(lambda aggregate, event: event.mutate(aggregate), events, begun))

    def exists(self, cls: type[Aggregate], id: UUID) -> bool:
        if (kept := self.kept.get(id)) is not None:
            return isinstance(kept, cls)
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
        company = self.load_current(Unit, id)
        return company.zone_recorded_at(self.log_recorder.stream_positions(id)) if company.zone_changes else company.zone

    def today(self) -> date:
        return datetime.now(UTC).astimezone(self.time_zone()).date()


def resource_name(cls: type) -> str:
    """The class in words: `key result` for `KeyResult`."""
    return re.sub(r"\B[A-Z]", r" \g<0>", cls.__name__.removesuffix("Record")).lower()
