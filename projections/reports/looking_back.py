"""Looking back: what reviews said and decided, what became of earlier decisions, and what people were glad of."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, select

from okr_events.log.ledger import instant
from projections.judged import batches
from projections.moment import rfc3339
from projections.reports.asked import Asked, rows_about
from projections.reports.entries import Sort
from projections.tables import at, check_ins, comments, decisions, reviews

SHOWN = 200
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


def wins(asked: Asked, told: Sort) -> dict[str, Any]:
    """The newest wins that check-ins told of."""
    texts = _wins(asked, [entry.id for _, entry in told.newest])
    items = [
        {
            "key_result_id": entry.key_result_id,
            "title": asked.titles[entry.key_result_id],
            "measured_on": entry.measured_on,
            "author": entry.author,
            "text": {"sealed": token},
        }
        for _, entry in sorted(told.newest)
        for token in texts[entry.id]
    ]
    return {"check_ins": told.count, "items": items, "more": told.count - len(told.newest)}


def _wins(asked: Asked, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for some in batches(ids):
        query = select(check_ins.c.id, check_ins.c.wins).where(check_ins.c.id.in_(some), at(check_ins, asked.end.position))
        found |= {row.id: orjson.loads(row.wins) for row in asked.connection.execute(query)}
    return found


def celebrated(asked: Asked, *, after: int) -> list[dict[str, Any]]:
    """The remarks that celebrate a goal asked about or a check-in on it, recorded after a position."""
    goals = {each.row.id: each.row.title for each in asked.objectives} | asked.titles
    rows = rows_about(asked, comments, comments.c.kind == "celebration", comments.c.created > after)
    homes = _reported_on(asked, [row.subject_id for row in rows if row.subject_type == "check_in"])
    told = [(row, homes.get(row.subject_id, row.subject_id)) for row in rows]
    return [
        {
            "comment_id": row.id,
            "subject_id": id,
            "title": goals[id],
            "author": row.author,
            "recorded_at": rfc3339(instant(row.recorded_at)),
            "text": {"sealed": row.text},
        }
        for row, id in told
        if id in goals
    ][-SHOWN:]


def _reported_on(asked: Asked, ids: Sequence[str]) -> dict[str, str]:
    """The key results of check-ins, by the check-ins' ids."""
    found: dict[str, str] = {}
    for some in batches(ids):
        query = select(check_ins.c.id, check_ins.c.key_result_id).where(check_ins.c.id.in_(some)).distinct()
        found |= {row.id: row.key_result_id for row in asked.connection.execute(query)}
    return found
