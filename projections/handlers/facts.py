"""Facts: every event as the log holds it, and which of them show in the histories of other objectives."""

from projections.event_catalog import CATALOG
from projections.store.row_buffer import EventMetadata, RowBuffer
from projections.store.tables import facts, felt_facts


def insert_fact(fact: EventMetadata, rows: RowBuffer) -> None:
    """Note any event, as the log holds it."""
    rows.append(
        facts,
        position=rows.position,
        recorded_at=fact.recorded.recorded_at,
        stream_id=fact.id,
        type=fact.recorded.topic,
        version=fact.version,
        state=fact.recorded.state.decode(),
        envelope=fact.recorded.envelope.decode(),
    )


def insert_propagated_fact(fact: EventMetadata, rows: RowBuffer) -> None:
    """Note an event that others than its subject may feel."""
    if CATALOG[fact.recorded.topic].shown_to_aligned:
        rows.append(felt_facts, position=rows.position, stream_id=fact.id)
