"""The health that owners reported against the health computed from pace."""

from collections import Counter

from okr_events.json_types import JsonObject
from projections.reports.context import ReportContext

REPORTED = ("on_track", "at_risk", "off_track")
COMPUTED = (*REPORTED, "pending")


def compare_health(context: ReportContext) -> JsonObject:
    """The number of key results by reported and computed health, and those where the two differ."""
    healths = [(part, part.health) for _, part in context.live_key_results if part.health]
    pairs = Counter((health.reported, health.computed) for _, health in healths)
    return {
        "table": [
            {"reported": reported, **{computed: pairs[reported, computed] for computed in COMPUTED}}
            for reported in (*REPORTED, None)
        ],
        "effective": dict(sorted(Counter(health.effective for _, health in healths).items())),
        "mismatches": [
            {"key_result_id": part.row.id, "title": part.row.title, "reported": health.reported, "computed": health.computed}
            for part, health in healths
            if health.mismatch
        ],
    }
