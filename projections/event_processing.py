"""The processing of recorded events: each goes to its handlers, and the rows of a batch are written together."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError

from okr_events.domain.errors import Unavailable
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.row_types import RowTable
from projections.event_catalog import event_names
from projections.handlers import blockers, check_ins, conversations, facts, reviews, structure
from projections.store.row_buffer import EventMetadata, RowBuffer, handlers
from projections.store.tables import TABLE_BY_AGGREGATE, key_results, standings

CHECK_IN_EVENTS = event_names(lambda entry: entry.row == "check_in")
STORE_ERRORS = (OperationalError, InternalError, DatabaseError)
"""Errors of the store rather than of a row: it is locked, full or unreadable."""
HANDLER_MODULES = (structure, check_ins, blockers, conversations, reviews)


class ViewsStopped(Unavailable):
    code = "views-stopped"
    title = "The views stopped at an event that cannot be processed. Reads are unavailable until the cause is fixed."

    def __init__(self, position: int) -> None:
        super().__init__(f"{self.title} The event's position is {position}.")
        self.position = position


def process_events(
    connection: Connection, mapper: Mapper[UUID], recorded: Sequence[RecordedEvent], *, position: int = 0
) -> None:
    """Write the rows of events that follow the last `position` of the tables. Raises `ViewsStopped` when a handler fails."""
    fill_rows(RowBuffer(connection, position), mapper, recorded)


def fill_rows(rows: RowBuffer, mapper: Mapper[UUID], recorded: Sequence[RecordedEvent]) -> None:
    """The same into a row buffer, which is flushed at the end."""
    for table, ids in _rows_to_prefetch(recorded).items():
        rows.prefetch(table, ids)
    try:
        for event in recorded:
            rows.position = event.position
            _handle(event, mapper, rows)
        rows.flush()
    except Exception as error:
        if type(error) in STORE_ERRORS or isinstance(error, Unavailable):
            raise
        raise ViewsStopped(rows.position) from error


def _handle(recorded: RecordedEvent, mapper: Mapper[UUID], rows: RowBuffer) -> None:
    id, version = recorded.originator_id, recorded.originator_version
    event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
    meta = EventMetadata(recorded)
    for handler in handlers[recorded.topic]:
        handler(event, meta, rows)
    facts.insert_fact(meta, rows)


def _rows_to_prefetch(recorded: Sequence[RecordedEvent]) -> dict[RowTable, set[str]]:
    """The ids of the rows that a batch changes, by table; of a key result, a check-in changes only the standing."""
    ids: dict[RowTable, set[str]] = defaultdict(set)
    for event in recorded:
        table = TABLE_BY_AGGREGATE.get(event.topic.partition(".")[0])
        if table is None:
            continue  # its handling fails and reports the position
        if table is key_results:
            ids[standings].add(str(event.originator_id))
        if event.topic not in CHECK_IN_EVENTS:
            ids[table].add(str(event.originator_id))
    return ids
