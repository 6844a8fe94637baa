"""Reviews with their decisions, as they stood at any position."""

from okr_events.domain.review import Review
from projections.store.column_values import column_value, event_column_values, parse_positions, plain_value
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import decisions, reviews


@handles(Review.Created)
def insert_review(event: Review.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    by = {"author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    rows.insert(reviews, fact.id, version=fact.version, **by, **event_column_values(event, reviews))
    place = {"review_id": fact.id, "unit_id": column_value(event.unit_id), "cycle_id": column_value(event.cycle_id)}
    for number, decision in enumerate(event.decisions):
        said = {name: column_value(decision.get(name)) for name in ("text", "owner", "due_on")}
        first = {"version": 1, "number": number, "done_on": None, "done_by": None}
        rows.insert(decisions, str(decision["id"]), **first, **by, **place, **said)


@handles(Review.AdjustmentsLinked)
def link_adjustments(event: Review.AdjustmentsLinked, fact: EventMetadata, rows: RowBuffer) -> None:
    before = rows.current(reviews, fact.id)["adjustments"]
    linked = sorted([*parse_positions(before), *event.adjustments])
    rows.update(reviews, fact.id, version=fact.version, adjustments=column_value(linked))


@handles(Review.DecisionCompleted)
def complete_decision(event: Review.DecisionCompleted, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(decisions, str(event.decision_id), version=2, done_on=plain_value(event.done_on), done_by=fact.actor)
    rows.update(reviews, fact.id, version=fact.version)
