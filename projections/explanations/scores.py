"""Explains scores: the recorded score of a key result, and the weighted mean of an objective."""

from decimal import Decimal

from okr_events.domain.decimals import format_decimal_or_null
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations.evidence import WEIGHT_EVENTS, Evidence
from projections.explanations.formula import MeanPart, build_input, mean_formula
from projections.store.tables import KeyResultRow


def explain_key_result(row: KeyResultRow) -> JsonObject:
    """The score in force and the suggested one: the progress at the position `suggested_at`, explained at `href`."""
    href = f"/v1/key-results/{row.id}/progress?as_of=position:{row.suggested_at}" if row.suggested_at else None
    return {
        **build_input(row.score, _scored_at(row)),
        "suggested": row.suggested,
        "suggested_at": row.suggested_at,
        "href": href,
        "decision": row.decision,
        "root_cause": {"sealed": row.root_cause} if row.root_cause else None,
        "because": None if row.score else "The key result has no score.",
    }


def explain_objective(objective: EvaluatedObjective, evidence: Evidence) -> JsonObject:
    """The weighted mean of the scores of all live key results; null until each of them has one."""
    parts = [_mean_part(key_result, evidence) for key_result in objective.live_key_results]
    formula = mean_formula(parts, name="s", empty_reason="The objective has no live key results.").as_dict()
    if missing := sum(part.number is None for part in parts):
        because = f"{missing} of {len(parts)} live key results have no score yet."
        formula |= {"with_numbers": None, "because": because}
    return {"value": format_decimal_or_null(objective.score), **formula}


def _mean_part(key_result: EvaluatedKeyResult, evidence: Evidence) -> MeanPart:
    row: KeyResultRow = key_result.row
    score = None if row.score is None else Decimal(row.score)
    weighed_at = evidence.newest_positions(row.id, *WEIGHT_EVENTS)
    return MeanPart("key_result", row.id, key_result.weight, weighed_at, score, _scored_at(row))


def _scored_at(row: KeyResultRow) -> list[int]:
    return [row.scored_at] if row.scored_at else []
