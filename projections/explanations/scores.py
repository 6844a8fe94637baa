"""Scores explained: a key result's as it was stated, an objective's as the weighted mean of them."""

from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import plain_or_null
from projections.evaluation.key_results import KeyResultAt
from projections.evaluation.objectives import ObjectiveAt
from projections.explanations import roll_ups
from projections.explanations.evidence import WEIGHED, Evidence
from projections.explanations.formula import stated
from projections.explanations.roll_ups import Part


def of_key_result(each: KeyResultAt) -> dict[str, Any]:
    """The score in force, and what was suggested: the progress at the position `suggested_at`, explained at `href`."""
    row = each.row
    said = stated(row.score, [row.scored_at] if row.scored_at else [])
    cause = {"sealed": row.root_cause} if row.root_cause else None
    href = f"/v1/key-results/{row.id}/progress?as_of=position:{row.suggested_at}" if row.suggested_at else None
    suggested = {"suggested": row.suggested, "suggested_at": row.suggested_at, "href": href}
    because = None if row.score else "Nobody has scored it."
    return {**said, **suggested, "decision": row.decision, "root_cause": cause, "because": because}


def of_objective(objective: ObjectiveAt, evidence: Evidence) -> dict[str, Any]:
    """The weighted mean of the live key results' scores, once each of them has one."""
    parts = [_part(each, evidence) for each in objective.measures]
    told = roll_ups.mean(parts, name="s", without="It has no live key results.")
    missing = sum(part.number is None for part in parts)
    because = f"{missing} of its {len(parts)} live key results have no score yet." if missing else told.because
    with_numbers = None if missing else told.with_numbers
    return {"value": plain_or_null(objective.score), **told.as_dict(), "with_numbers": with_numbers, "because": because}


def _part(each: KeyResultAt, evidence: Evidence) -> Part:
    row = each.row
    number = None if row.score is None else Decimal(row.score)
    scored_at = [row.scored_at] if row.scored_at else []
    return Part("key_result", row.id, each.weight, evidence.newest(row.id, *WEIGHED), number, scored_at)
