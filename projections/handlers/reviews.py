"""Reviews and their decisions."""

from okr_events.domain.review import Review
from projections.store.column_values import column_value, event_column_values, parse_positions, plain_value
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import ReviewRow, decisions, reviews


@handles(Review.Created)
def insert_review(event: Review.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    recorded = {"author": meta.actor, "recorded_at": meta.recorded_at}
    rows.insert(reviews, meta.id, version=meta.version, **recorded, **event_column_values(event, reviews))
    shared = recorded | {"review_id": meta.id, "unit_id": column_value(event.unit_id), "cycle_id": column_value(event.cycle_id)}
    for number, decision in enumerate(event.decisions):
        fields = {name: column_value(decision.get(name)) for name in ("text", "owner", "due_on")}
        rows.insert(decisions, str(decision["id"]), version=1, number=number, **shared, **fields)


@handles(Review.AdjustmentsLinked)
def link_adjustments(event: Review.AdjustmentsLinked, meta: EventMetadata, rows: RowBuffer) -> None:
    linked = sorted([*parse_positions(rows.current(ReviewRow, meta.id).adjustments), *event.adjustments])
    rows.update(reviews, meta.id, version=meta.version, adjustments=column_value(linked))


@handles(Review.DecisionCompleted)
def complete_decision(event: Review.DecisionCompleted, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(decisions, str(event.decision_id), version=2, done_on=plain_value(event.done_on), done_by=meta.actor)
    rows.update(reviews, meta.id, version=meta.version)
