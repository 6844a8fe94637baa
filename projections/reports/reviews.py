"""Looking back: what reviews said and decided, and what became of earlier decisions."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, select

from projections.reports.context import Asked, rows_about
from projections.store.tables import at, decisions, reviews

SHOWN = 200
LAST = "9999-12-31"
SAID = ("what_worked", "what_did_not", "lessons")


def reviewed(asked: Asked) -> dict[str, Any]:
    """The reviews held of the cycle, the decisions made in them, and those made before the cycle began that were open then."""
    held = rows_about(asked, reviews, *_of_units(asked, reviews), reviews.c.cycle_id == asked.cycle.id)
    made = rows_about(asked, decisions, *_of_units(asked, decisions), decisions.c.cycle_id == asked.cycle.id)
    return {
        "reviews": [_review(row) for row in held],
        **{name: _texts(held, name) for name in SAID},
        "decisions": [_decision(asked, row) for row in made],
        "earlier_decisions": [_decision(asked, row) for row in _earlier(asked)],
    }


def open_decisions(asked: Asked) -> list[dict[str, Any]]:
    """Those of any cycle's reviews that nobody has done yet, the longest due first."""
    rows = rows_about(asked, decisions, *_of_units(asked, decisions), decisions.c.done_on.is_(None))
    return [_decision(asked, row) for row in sorted(rows, key=lambda row: (row.due_on or LAST, row.created))]


def _of_units(asked: Asked, table: Table) -> list[ColumnElement[bool]]:
    return [] if asked.units is None else [table.c.unit_id.in_(asked.units)]


def _earlier(asked: Asked) -> list[Any]:
    """Decisions of other cycles' reviews that were open when this cycle began, as they stand now."""
    then = at(decisions, asked.start.position) & decisions.c.done_on.is_(None) & (decisions.c.cycle_id != asked.cycle.id)
    open_then = select(decisions.c.id).where(then, *_of_units(asked, decisions))
    return rows_about(asked, decisions, decisions.c.id.in_(open_then))


def _review(row: Any) -> dict[str, Any]:
    return {
        "review_id": row.id,
        "unit_id": row.unit_id,
        "kind": row.kind,
        "held_on": row.held_on,
        "participants": orjson.loads(row.participants),
        "adjustments": orjson.loads(row.adjustments),
        "author": row.author,
    }


def _texts(held: Sequence[Any], name: str) -> list[dict[str, Any]]:
    """What all reviews said of one thing, in their order."""
    told = [(row, token) for row in held for token in orjson.loads(getattr(row, name))]
    return [{"review_id": row.id, "unit_id": row.unit_id, "text": {"sealed": token}} for row, token in told]


def _decision(asked: Asked, row: Any) -> dict[str, Any]:
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
