"""Carried: what was decided about each key result, and which new ones carry it on."""

from collections import Counter
from typing import Any

from okr_events.domain.values import Decision
from projections.reports.context import Asked, rows_about
from projections.store.tables import key_results


def on(asked: Asked) -> dict[str, Any]:
    """How many are kept, modified, abandoned and carried over; the key results that name one of these as their origin."""
    decided = Counter(part.row.decision for _, part in asked.live)
    later = rows_about(asked, key_results, asked.of_measures(key_results.c.origin))
    carried = {row.origin for row in later}
    wanted = [part.row for _, part in asked.live if part.row.decision == Decision.CARRY_OVER and part.row.id not in carried]
    return {
        "decisions": [{"decision": each.value, "count": decided[each.value]} for each in Decision],
        "undecided": decided[None],
        "wanted": [{"key_result_id": row.id, "title": row.title} for row in wanted],
        "items": [_item(asked, row) for row in later],
    }


def _item(asked: Asked, row: Any) -> dict[str, Any]:
    return {
        "origin": row.origin,
        "origin_title": asked.titles[row.origin],
        "key_result_id": row.id,
        "title": row.title,
        "objective_id": row.objective_id,
        "cycle_id": row.cycle_id,
    }
