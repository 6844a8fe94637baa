"""Looking back: what reviews said and decided, and what became of earlier decisions."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, select

from projections.reports.context import ReportContext, fetch_rows
from projections.store.tables import decisions, reviews, valid_at

MAX_ITEMS = 200
LATEST_DAY = "9999-12-31"
TEXT_FIELDS = ("what_worked", "what_did_not", "lessons")


def summarize_reviews(asked: ReportContext) -> dict[str, Any]:
    """The reviews held of the cycle, the decisions made in them, and those made before the cycle began that were open then."""
    held = fetch_rows(asked, reviews, *_unit_filter(asked, reviews), reviews.c.cycle_id == asked.cycle.id)
    made = fetch_rows(asked, decisions, *_unit_filter(asked, decisions), decisions.c.cycle_id == asked.cycle.id)
    return {
        "reviews": [_serialize_review(row) for row in held],
        **{name: _serialize_texts(held, name) for name in TEXT_FIELDS},
        "decisions": [_serialize_decision(asked, row) for row in made],
        "earlier_decisions": [_serialize_decision(asked, row) for row in _fetch_earlier_decisions(asked)],
    }


def list_open_decisions(asked: ReportContext) -> list[dict[str, Any]]:
    """Those of any cycle's reviews that nobody has done yet, the longest due first."""
    rows = fetch_rows(asked, decisions, *_unit_filter(asked, decisions), decisions.c.done_on.is_(None))
    return [_serialize_decision(asked, row) for row in sorted(rows, key=lambda row: (row.due_on or LATEST_DAY, row.created))]


def _unit_filter(asked: ReportContext, table: Table) -> list[ColumnElement[bool]]:
    return [] if asked.units is None else [table.c.unit_id.in_(asked.units)]


def _fetch_earlier_decisions(asked: ReportContext) -> list[Any]:
    """Decisions of other cycles' reviews that were open when this cycle began, as they stand now."""
    then = valid_at(decisions, asked.start.position) & decisions.c.done_on.is_(None) & (decisions.c.cycle_id != asked.cycle.id)
    open_then = select(decisions.c.id).where(then, *_unit_filter(asked, decisions))
    return fetch_rows(asked, decisions, decisions.c.id.in_(open_then))


def _serialize_review(row: Any) -> dict[str, Any]:
    return {
        "review_id": row.id,
        "unit_id": row.unit_id,
        "kind": row.kind,
        "held_on": row.held_on,
        "participants": orjson.loads(row.participants),
        "adjustments": orjson.loads(row.adjustments),
        "author": row.author,
    }


def _serialize_texts(held: Sequence[Any], name: str) -> list[dict[str, Any]]:
    """What all reviews said of one thing, in their order."""
    told = [(row, token) for row in held for token in orjson.loads(getattr(row, name))]
    return [{"review_id": row.id, "unit_id": row.unit_id, "text": {"sealed": token}} for row, token in told]


def _serialize_decision(asked: ReportContext, row: Any) -> dict[str, Any]:
    overdue = row.done_on is None and row.due_on is not None and row.due_on < asked.moment.today.isoformat()
    return {
        "decision_id": row.id,
        "review_id": row.review_id,
        "unit_id": row.unit_id,
        "text": {"sealed": row.text},
        "owner": row.owner,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "state": "done" if row.done_on else "overdue" if overdue else "open",
    }
