"""Reviews and their decisions as they stood at a position."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

import orjson
from sqlalchemy import ColumnElement, Connection

from okr_events.json_types import JsonObject
from projections.moment import format_recorded_at
from projections.queries.goal_serializers import select_columns
from projections.store.column_values import encrypted_value, parse_positions
from projections.store.lookups import fetch_page, fetch_rows_in
from projections.store.tables import DecisionRow, ReviewRow, decisions

MAX_DECISIONS_PER_REVIEW = 1_000
DECISION_CURSOR = decisions.c.created * MAX_DECISIONS_PER_REVIEW + decisions.c.number
TEXT_COLUMNS = ("what_worked", "what_did_not", "lessons")


def fetch_decisions(connection: Connection, position: int, review_ids: Collection[str]) -> dict[str, list[DecisionRow]]:
    """The decisions of each review, in order."""
    found: dict[str, list[DecisionRow]] = defaultdict(list)
    rows = fetch_rows_in(connection, DecisionRow, position, decisions.c.review_id, review_ids)
    for row in sorted(rows, key=_decision_cursor):
        found[row.review_id].append(row)
    return found


def _decision_cursor(row: DecisionRow) -> int:
    return row.created * MAX_DECISIONS_PER_REVIEW + row.number


def fetch_decision_page(
    connection: Connection, position: int, *, after: int, limit: int, chosen: Iterable[ColumnElement[bool]]
) -> tuple[list[DecisionRow], list[int]]:
    """Decisions in the order of recording with their cursors; `after` is the last cursor of the page before."""
    conditions, cursor = [*chosen], DECISION_CURSOR
    rows = fetch_page(connection, DecisionRow, position, after=after, limit=limit, chosen=conditions, cursor=cursor)
    return rows, [_decision_cursor(row) for row in rows]


def serialize_review(row: ReviewRow, decisions: Iterable[DecisionRow], today: date) -> JsonObject:
    """A review with its decisions, text still encrypted; adjustments are positions."""
    return {
        **select_columns(row, "id", "unit_id", "cycle_id", "kind", "held_on"),
        "participants": orjson.loads(row.participants),
        **{name: [encrypted_value(token) for token in orjson.loads(getattr(row, name))] for name in TEXT_COLUMNS},
        "decisions": [serialize_decision(decision, today) for decision in decisions],
        "adjustments": parse_positions(row.adjustments),
        "author": row.author,
        "recorded_at": format_recorded_at(row.recorded_at),
        "version": row.version,
        "position": row.created,
    }


def serialize_decision(row: DecisionRow, today: date) -> JsonObject:
    """A decision, text still encrypted, and whether it is overdue."""
    return {
        **select_columns(row, "id", "review_id", "unit_id", "cycle_id", "owner", "due_on"),
        "text": encrypted_value(row.text),
        "state": "done" if row.done_on else "open",
        "overdue": row.done_on is None and row.due_on is not None and row.due_on < today.isoformat(),
        **select_columns(row, "done_on", "done_by", "author"),
        "recorded_at": format_recorded_at(row.recorded_at),
        "version": row.version,
    }
