"""The reports that seals fix: made from the log alone, and read from the views for comparison."""

from hashlib import sha256
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection

from api.operations.stores import Stores
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import LogDamaged
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.event_log.stream_graph import StreamGraph, find_positions
from projections import moment, temporary_views
from projections.queries import sealed_report
from projections.store.lookups import fetch_row
from projections.store.tables import CycleRow

CATCH_UP_SECONDS = 30.0
"""The time that the views may take to catch up before they are compared."""


def make_report(stores: Stores, cycle: UUID, position: int) -> bytes:
    """Make the report of a cycle that was closed at a position, by replaying the events that it depends on."""
    log, mapper = stores.log, stores.okrs.mapper
    streams = StreamGraph.load(log, mapper, position).contributing_streams(cycle)
    with temporary_views.replay_positions(log, mapper, find_positions(log, streams, position)) as connection:
        return _build(stores, connection, cycle, position)


def read_report(stores: Stores, cycle: UUID, position: int) -> bytes:
    """Return the same report as the served views have it. Raises `ViewsBehind`, `ViewsStopped`."""
    stores.views.catch_up(CATCH_UP_SECONDS)
    with stores.views.connect() as connection:
        return _build(stores, connection, cycle, position)


def fetch_report(stores: Stores, cycle: UUID) -> bytes | None:
    """Return the stored report of a sealed cycle. Raises `LogDamaged` if it is not the one whose digest the log records."""
    log = stores.log
    positions = find_positions(log, [cycle], log.head().position, topic=Cycle.Sealed.TOPIC)
    digests = [_read_digest(stores, recorded) for recorded in log.events_at(positions)]
    report = log.sealed_report(cycle)
    if digests != ([sha256(report).hexdigest()] if report is not None else []):
        raise LogDamaged("The sealed report is missing or was changed: it does not match the digest that the log records.")
    return report


def _read_digest(stores: Stores, recorded: RecordedEvent) -> str:
    stored = StoredEvent(recorded.originator_id, recorded.originator_version, recorded.topic, recorded.state)
    return str(vars(stores.okrs.mapper.to_domain_event(stored))["digest"])


def _build(stores: Stores, connection: Connection, cycle: UUID, position: int) -> bytes:
    at = moment.moment_at_position(stores.log, position, stores.okrs.time_zone())
    row = fetch_row(connection, CycleRow, cycle, position)
    return sealed_report.build_canonical_report(connection, at, row, stores.log.compute_root(position))
