"""Obstacles: the blockers of the key results asked about, and for how long they stood in the way."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from okr_events.domain.decimals import ZERO, plain_or_null
from okr_events.event_log.hash_chain import instant
from projections.moment import rfc3339
from projections.reports.context import Asked
from projections.reports.scores import mean
from projections.store.tables import at, blockers

SHOWN = 200


def told(asked: Asked) -> dict[str, Any]:
    """Those opened by the end as they stood then, the longest first; `age_days` runs to the resolution, or to the end."""
    items = _items(asked, ("open", "resolved"))
    ages = {state: [ZERO + item["age_days"] for item in items if item["state"] == state] for state in ("open", "resolved")}
    return {
        "open": len(ages["open"]),
        "resolved": len(ages["resolved"]),
        "mean_age_of_open": plain_or_null(mean(ages["open"])),
        "mean_age_of_resolved": plain_or_null(mean(ages["resolved"])),
        "items": items[:SHOWN],
        "more": max(len(items) - SHOWN, 0),
    }


def standing(asked: Asked) -> list[dict[str, Any]]:
    """Those that stand in the way now, the longest first."""
    return _items(asked, ("open",))[:SHOWN]


def _items(asked: Asked, states: Collection[str]) -> list[dict[str, Any]]:
    chosen = at(blockers, asked.end.position), blockers.c.state.in_(states), asked.of_measures(blockers.c.key_result_id)
    rows = asked.connection.execute(select(blockers).where(*chosen).order_by(blockers.c.created, blockers.c.id))
    return sorted((_item(asked, row) for row in rows), key=lambda item: (-item["age_days"], item["position"]))


def _item(asked: Asked, row: Any) -> dict[str, Any]:
    opened_on = asked.end.day_of(row.opened_at)
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
        "opened_at": rfc3339(instant(row.opened_at)),
        "resolved_on": row.resolved_on,
        "age_days": max((until - opened_on).days, 0),
        "position": row.created,
    }
