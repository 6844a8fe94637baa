"""The reviews of a cycle with their texts and decisions, and the decisions that were open before it."""

from collections.abc import Sequence

import orjson
from sqlalchemy import ColumnElement, Select, select

from okr_events.json_types import JsonObject
from okr_events.row_types import RowTable
from projections.reports.context import ReportContext
from projections.store.tables import DecisionRow, ReviewRow, decisions, reviews, valid_at

LATEST_DAY = "9999-12-31"
TEXT_FIELDS = ("what_worked", "what_did_not", "lessons")


def summarize_reviews(context: ReportContext) -> JsonObject:
    """The cycle's reviews and decisions, and the decisions of other cycles that were open when it began."""
    review_rows = context.fetch_rows(ReviewRow, *_unit_filter(context, reviews), reviews.c.cycle_id == context.cycle.id)
    return {
        "reviews": [_serialize_review(row) for row in review_rows],
        **{name: _serialize_texts(review_rows, name) for name in TEXT_FIELDS},
        "decisions": _serialize_decisions(context, *_unit_filter(context, decisions), decisions.c.cycle_id == context.cycle.id),
        "earlier_decisions": _serialize_decisions(context, decisions.c.id.in_(_select_earlier_ids(context))),
    }


def list_open_decisions(context: ReportContext) -> list[JsonObject]:
    """The decisions of all cycles that are not done, by due day; those without one come last."""
    items = _serialize_decisions(context, *_unit_filter(context, decisions), decisions.c.done_on.is_(None))
    return sorted(items, key=lambda item: item["due_on"] or LATEST_DAY)


def _unit_filter(context: ReportContext, table: RowTable) -> list[ColumnElement[bool]]:
    return [] if context.units is None else [table.c.unit_id.in_(context.units)]


def _select_earlier_ids(context: ReportContext) -> Select[tuple[str]]:
    """The decisions of other cycles that were open when this cycle began."""
    open_then = valid_at(decisions, context.start.position) & decisions.c.done_on.is_(None)
    return select(decisions.c.id).where(open_then, decisions.c.cycle_id != context.cycle.id, *_unit_filter(context, decisions))


def _serialize_review(row: ReviewRow) -> JsonObject:
    return {
        "review_id": row.id,
        "unit_id": row.unit_id,
        "kind": row.kind,
        "held_on": row.held_on,
        "participants": orjson.loads(row.participants),
        "adjustments": orjson.loads(row.adjustments),
        "author": row.author,
    }


def _serialize_texts(rows: Sequence[ReviewRow], name: str) -> list[JsonObject]:
    texts = [(row, token) for row in rows for token in orjson.loads(getattr(row, name))]
    return [{"review_id": row.id, "unit_id": row.unit_id, "text": {"sealed": token}} for row, token in texts]


def _serialize_decisions(context: ReportContext, *conditions: ColumnElement[bool]) -> list[JsonObject]:
    today = context.moment.today.isoformat()
    return [_serialize_decision(row, today) for row in context.fetch_rows(DecisionRow, *conditions)]


def _serialize_decision(row: DecisionRow, today: str) -> JsonObject:
    overdue = row.done_on is None and row.due_on is not None and row.due_on < today
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
