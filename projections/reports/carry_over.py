"""Carried: what was decided about each key result, and which new ones carry it on."""

from collections import Counter
from typing import Any

from okr_events.domain.values import Decision
from projections.reports.context import ReportContext, fetch_rows
from projections.store.tables import key_results


def summarize_carry_over(asked: ReportContext) -> dict[str, Any]:
    """How many are kept, modified, abandoned and carried over; the key results that name one of these as their origin."""
    decided = Counter(part.row.decision for _, part in asked.live_key_results)
    later = fetch_rows(asked, key_results, asked.key_result_filter(key_results.c.origin))
    carried = {row.origin for row in later}
    wanted = [
        part.row
        for _, part in asked.live_key_results
        if part.row.decision == Decision.CARRY_OVER and part.row.id not in carried
    ]
    return {
        "decisions": [{"decision": each.value, "count": decided[each.value]} for each in Decision],
        "undecided": decided[None],
        "wanted": [{"key_result_id": row.id, "title": row.title} for row in wanted],
        "items": [_serialize_successor(asked, row) for row in later],
    }


def _serialize_successor(asked: ReportContext, row: Any) -> dict[str, Any]:
    return {
        "origin": row.origin,
        "origin_title": asked.titles[row.origin],
        "key_result_id": row.id,
        "title": row.title,
        "objective_id": row.objective_id,
        "cycle_id": row.cycle_id,
    }
