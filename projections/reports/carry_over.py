"""The closing decisions on key results, and the key results that carry others over."""

from collections import Counter

from okr_events.domain.values import Decision
from okr_events.json_types import JsonObject
from projections.reports.context import ReportContext
from projections.store.tables import KeyResultRow, key_results


def summarize_carry_over(context: ReportContext) -> JsonObject:
    """The number of each decision, the key results `wanted` in a later cycle but not carried over yet, and their successors."""
    rows = [part.row for _, part in context.live_key_results]
    counts = Counter(row.decision for row in rows)
    successors = context.fetch_rows(KeyResultRow, context.key_result_filter(key_results.c.origin))
    carried = {row.origin for row in successors}
    wanted = [row for row in rows if row.decision == Decision.CARRY_OVER and row.id not in carried]
    return {
        "decisions": [{"decision": decision.value, "count": counts[decision.value]} for decision in Decision],
        "undecided": counts[None],
        "wanted": [{"key_result_id": row.id, "title": row.title} for row in wanted],
        "items": [_serialize_successor(context, row.origin, row) for row in successors if row.origin],
    }


def _serialize_successor(context: ReportContext, origin: str, row: KeyResultRow) -> JsonObject:
    return {
        "origin": origin,
        "origin_title": context.titles[origin],
        "key_result_id": row.id,
        "title": row.title,
        "objective_id": row.objective_id,
        "cycle_id": row.cycle_id,
    }
