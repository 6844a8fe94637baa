"""Scores explained: a key result's as it was stated, an objective's as the weighted mean of them."""

from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import format_decimal_or_null
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations import roll_ups
from projections.explanations.evidence import WEIGHT_EVENTS, Evidence
from projections.explanations.formula import build_input
from projections.explanations.roll_ups import MeanPart


def explain_key_result(each: EvaluatedKeyResult) -> dict[str, Any]:
    """The score in force, and what was suggested: the progress at the position `suggested_at`, explained at `href`."""
    row = each.row
    said = build_input(row.score, [row.scored_at] if row.scored_at else [])
    cause = {"sealed": row.root_cause} if row.root_cause else None
    href = f"/v1/key-results/{row.id}/progress?as_of=position:{row.suggested_at}" if row.suggested_at else None
    suggested = {"suggested": row.suggested, "suggested_at": row.suggested_at, "href": href}
    because = None if row.score else "Nobody has scored it."
    return {**said, **suggested, "decision": row.decision, "root_cause": cause, "because": because}


def explain_objective(objective: EvaluatedObjective, evidence: Evidence) -> dict[str, Any]:
    """The weighted mean of the live key results' scores, once each of them has one."""
    parts = [_mean_part(each, evidence) for each in objective.live_key_results]
    told = roll_ups.mean_formula(parts, name="s", without="It has no live key results.")
    missing = sum(part.number is None for part in parts)
    because = f"{missing} of its {len(parts)} live key results have no score yet." if missing else told.because
    with_numbers = None if missing else told.with_numbers
    return {
        "value": format_decimal_or_null(objective.score),
        **told.as_dict(),
        "with_numbers": with_numbers,
        "because": because,
    }


def _mean_part(each: EvaluatedKeyResult, evidence: Evidence) -> MeanPart:
    row = each.row
    number = None if row.score is None else Decimal(row.score)
    scored_at = [row.scored_at] if row.scored_at else []
    return MeanPart("key_result", row.id, each.weight, evidence.newest_positions(row.id, *WEIGHT_EVENTS), number, scored_at)
