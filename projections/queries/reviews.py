"""Reviews and their decisions as they stood at a position."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, select

from okr_events.event_log.hash_chain import from_microseconds
from projections.moment import rfc3339
from projections.store.batching import batches
from projections.store.column_values import parse_positions
from projections.store.tables import decisions, valid_at

MAX_DECISIONS_PER_REVIEW = 1_000
"""More decisions than one review has: a cursor says position and place in the review."""
TEXT_COLUMNS = ("what_worked", "what_did_not", "lessons")


def fetch_decisions(connection: Connection, position: int, review_ids: Collection[str]) -> dict[str, list[Any]]:
    """The rows of the decisions of reviews, in their order, by the reviews' ids."""
    found: dict[str, list[Any]] = defaultdict(list)
    for some in batches(review_ids):
        theirs = select(decisions).where(valid_at(decisions, position), decisions.c.review_id.in_(some))
        for row in connection.execute(theirs.order_by(decisions.c.created, decisions.c.number)):
            found[row.review_id].append(row)
    return found


def fetch_decision_page(
    connection: Connection, position: int, *, after: int, limit: int, chosen: Iterable[ColumnElement[bool]]
) -> tuple[list[Any], list[int]]:
    """Rows of decisions in the order in which they were made, each with its cursor; `after` is the last one's."""
    cursor = decisions.c.created * MAX_DECISIONS_PER_REVIEW + decisions.c.number
    query = select(decisions, cursor.label("cursor")).where(valid_at(decisions, position), cursor > after, *chosen)
    rows = list(connection.execute(query.order_by(cursor).limit(limit)))
    return rows, [row.cursor for row in rows]


def serialize_review(row: Any, made: Iterable[Any], today: date) -> dict[str, Any]:
    """A review with its decisions, words still sealed; its adjustments are positions."""
    return {
        **{name: getattr(row, name) for name in ("id", "unit_id", "cycle_id", "kind", "held_on")},
        "participants": orjson.loads(row.participants),
        **{name: [{"sealed": token} for token in orjson.loads(getattr(row, name))] for name in TEXT_COLUMNS},
        "decisions": [serialize_decision(each, today) for each in made],
        "adjustments": parse_positions(row.adjustments),
        "author": row.author,
        "recorded_at": rfc3339(from_microseconds(row.recorded_at)),
        "version": row.version,
        "position": row.created,
    }


def serialize_decision(row: Any, today: date) -> dict[str, Any]:
    """A decision, its words still sealed, and whether it is overdue on a day."""
    return {
        **{name: getattr(row, name) for name in ("id", "review_id", "unit_id", "cycle_id", "owner", "due_on")},
        "text": {"sealed": row.text},
        "state": "done" if row.done_on else "open",
        "overdue": row.done_on is None and row.due_on is not None and row.due_on < today.isoformat(),
        "done_on": row.done_on,
        "done_by": row.done_by,
        "author": row.author,
        "recorded_at": rfc3339(from_microseconds(row.recorded_at)),
        "version": row.version,
    }
