"""Reviews with their decisions, as they stood at any position."""

import orjson

from okr_events.review import Review
from projections.rows import Fact, Rows, handles
from projections.structure import columns, simple, stored
from projections.tables import decisions, reviews


@handles(Review.Created)
def held(event: Review.Created, fact: Fact, rows: Rows) -> None:
    by = {"author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    rows.open(reviews, fact.id, version=fact.version, **by, **columns(event, reviews))
    place = {"review_id": fact.id, "unit_id": stored(event.unit_id), "cycle_id": stored(event.cycle_id)}
    for decision in event.decisions:
        said = {name: stored(decision.get(name)) for name in ("text", "owner", "due_on")}
        rows.open(decisions, str(decision["id"]), version=1, done_on=None, done_by=None, **by, **place, **said)


@handles(Review.AdjustmentsLinked)
def adjusted(event: Review.AdjustmentsLinked, fact: Fact, rows: Rows) -> None:
    before = rows.current(reviews, fact.id)["adjustments"]
    linked = sorted([*_positions(before), *event.adjustments])
    rows.change(reviews, fact.id, version=fact.version, adjustments=stored(linked))


@handles(Review.DecisionCompleted)
def completed(event: Review.DecisionCompleted, fact: Fact, rows: Rows) -> None:
    rows.change(decisions, str(event.decision_id), version=2, done_on=simple(event.done_on), done_by=fact.actor)
    rows.change(reviews, fact.id, version=fact.version)


def _positions(text: str) -> list[int]:
    found: list[int] = orjson.loads(text)
    return found
