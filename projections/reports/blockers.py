"""Obstacles: the blockers of the key results asked about, and for how long they stood in the way."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from okr_events.domain.decimals import ZERO, format_decimal_or_null
from okr_events.event_log.hash_chain import from_microseconds
from projections.moment import rfc3339
from projections.reports.context import ReportContext
from projections.reports.scores import mean
from projections.store.tables import blockers, valid_at

MAX_ITEMS = 200


def summarize_blockers(asked: ReportContext) -> dict[str, Any]:
    """Those opened by the end as they stood then, the longest first; `age_days` runs to the resolution, or to the end."""
    items = _list_blockers(asked, ("open", "resolved"))
    ages = {state: [ZERO + item["age_days"] for item in items if item["state"] == state] for state in ("open", "resolved")}
    return {
        "open": len(ages["open"]),
        "resolved": len(ages["resolved"]),
        "mean_age_of_open": format_decimal_or_null(mean(ages["open"])),
        "mean_age_of_resolved": format_decimal_or_null(mean(ages["resolved"])),
        "items": items[:MAX_ITEMS],
        "more": max(len(items) - MAX_ITEMS, 0),
    }


def list_open_blockers(asked: ReportContext) -> list[dict[str, Any]]:
    """Those that stand in the way now, the longest first."""
    return _list_blockers(asked, ("open",))[:MAX_ITEMS]


def _list_blockers(asked: ReportContext, states: Collection[str]) -> list[dict[str, Any]]:
    chosen = (
        valid_at(blockers, asked.end.position),
        blockers.c.state.in_(states),
        asked.key_result_filter(blockers.c.key_result_id),
    )
    rows = asked.connection.execute(select(blockers).where(*chosen).order_by(blockers.c.created, blockers.c.id))
    return sorted((_serialize_blocker(asked, row) for row in rows), key=lambda item: (-item["age_days"], item["position"]))


def _serialize_blocker(asked: ReportContext, row: Any) -> dict[str, Any]:
    opened_on = asked.end.recorded_day(row.opened_at)
    until = date.fromisoformat(row.resolved_on) if row.resolved_on else asked.end.today
    return {
        "blocker_id": row.id,
        "key_result_id": row.key_result_id,
        "title": asked.titles[row.key_result_id],
        "kind": row.kind,
        "text": {"sealed": row.text},
        "owner": row.owner,
        "author": row.author,
        "state": row.state,
        "opened_at": rfc3339(from_microseconds(row.opened_at)),
        "resolved_on": row.resolved_on,
        "age_days": max((until - opened_on).days, 0),
        "position": row.created,
    }
