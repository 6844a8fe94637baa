"""Reviews with their decisions, as they stood at any position."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.review import Review
from okr_events.event_log.hash_chain import instant
from projections.evaluation.key_results import batches
from projections.handlers.goals import columns, simple, stored
from projections.moment import rfc3339
from projections.store.row_buffer import Fact, Rows, handles
from projections.store.tables import at, decisions, reviews

MOST = 1_000
"""More decisions than one review has: a cursor says position and place in the review."""
SPOKEN = ("what_worked", "what_did_not", "lessons")


@handles(Review.Created)
def held(event: Review.Created, fact: Fact, rows: Rows) -> None:
    by = {"author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    rows.open(reviews, fact.id, version=fact.version, **by, **columns(event, reviews))
    place = {"review_id": fact.id, "unit_id": stored(event.unit_id), "cycle_id": stored(event.cycle_id)}
    for number, decision in enumerate(event.decisions):
        said = {name: stored(decision.get(name)) for name in ("text", "owner", "due_on")}
        first = {"version": 1, "number": number, "done_on": None, "done_by": None}
        rows.open(decisions, str(decision["id"]), **first, **by, **place, **said)


@handles(Review.AdjustmentsLinked)
def adjusted(event: Review.AdjustmentsLinked, fact: Fact, rows: Rows) -> None:
    before = rows.current(reviews, fact.id)["adjustments"]
    linked = sorted([*positions(before), *event.adjustments])
    rows.change(reviews, fact.id, version=fact.version, adjustments=stored(linked))


@handles(Review.DecisionCompleted)
def completed(event: Review.DecisionCompleted, fact: Fact, rows: Rows) -> None:
    rows.change(decisions, str(event.decision_id), version=2, done_on=simple(event.done_on), done_by=fact.actor)
    rows.change(reviews, fact.id, version=fact.version)


def positions(text: str) -> list[int]:
    """Where the events stand that a review names."""
    found: list[int] = orjson.loads(text)
    return found


def decided(connection: Connection, position: int, review_ids: Collection[str]) -> dict[str, list[Any]]:
    """The rows of the decisions of reviews, in their order, by the reviews' ids."""
    found: dict[str, list[Any]] = defaultdict(list)
    for some in batches(review_ids):
        theirs = select(decisions).where(at(decisions, position), decisions.c.review_id.in_(some))
        for row in connection.execute(theirs.order_by(decisions.c.created, decisions.c.number)):
            found[row.review_id].append(row)
    return found


def page(
    connection: Connection, position: int, *, after: int, limit: int, chosen: Iterable[ColumnElement[bool]]
) -> tuple[list[Any], list[int]]:
    """Rows of decisions in the order in which they were made, each with its cursor; `after` is the last one's."""
    cursor = decisions.c.created * MOST + decisions.c.number
    query = select(decisions, cursor.label("cursor")).where(at(decisions, position), cursor > after, *chosen)
    rows = list(connection.execute(query.order_by(cursor).limit(limit)))
    return rows, [row.cursor for row in rows]


def told(row: Any, made: Iterable[Any], today: date) -> dict[str, Any]:
    """A review with its decisions, words still sealed; its adjustments are positions."""
    return {
        **{name: getattr(row, name) for name in ("id", "unit_id", "cycle_id", "kind", "held_on")},
        "participants": orjson.loads(row.participants),
        **{name: [{"sealed": token} for token in orjson.loads(getattr(row, name))] for name in SPOKEN},
        "decisions": [decision_told(each, today) for each in made],
        "adjustments": positions(row.adjustments),
        "author": row.author,
        "recorded_at": rfc3339(instant(row.recorded_at)),
        "version": row.version,
        "position": row.created,
    }


def decision_told(row: Any, today: date) -> dict[str, Any]:
    """A decision, its words still sealed, and whether it is overdue on a day."""
    return {
        **{name: getattr(row, name) for name in ("id", "review_id", "unit_id", "cycle_id", "owner", "due_on")},
        "text": {"sealed": row.text},
        "state": "done" if row.done_on else "open",
        "overdue": row.done_on is None and row.due_on is not None and row.due_on < today.isoformat(),
        "done_on": row.done_on,
        "done_by": row.done_by,
        "author": row.author,
        "recorded_at": rfc3339(instant(row.recorded_at)),
        "version": row.version,
    }
