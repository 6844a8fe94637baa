"""Facts: every event as the log holds it, and those that show in the histories of other objectives."""

from projections.impact.history import PROPAGATED_EVENTS
from projections.store.row_buffer import EventMetadata, RowBuffer
from projections.store.tables import facts, felt_facts


def insert_fact(meta: EventMetadata, rows: RowBuffer) -> None:
    rows.append(
        facts,
        position=rows.position,
        recorded_at=meta.recorded_at,
        stream_id=meta.id,
        type=meta.recorded.topic,
        version=meta.version,
        state=meta.recorded.state.decode(),
        envelope=meta.recorded.envelope.decode(),
    )
    if meta.recorded.topic in PROPAGATED_EVENTS:
        rows.append(felt_facts, position=rows.position, stream_id=meta.id)
