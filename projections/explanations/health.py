"""Explains health: the rule that decided, with the elapsed share, pace thresholds, reported status and due days."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal

from okr_events.domain.decimals import EXACT, format_decimal, format_decimal_or_null
from okr_events.domain.health import Health
from okr_events.domain.schedule import due_days
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations.check_in_statements import CheckInStatements
from projections.explanations.evidence import CYCLE_CREATED, ENDING_EVENTS, KEY_RESULT_DEFINED, POLICY_EVENTS, Evidence, Goal
from projections.explanations.formula import Formula, build_input, merge_positions

RULE_TEXTS = {
    "closed": "The key result has a score, is closed or cancelled, which precedes every other rule.",
    "outdated": "The last due day whose grace is over was missed, and nothing was recorded since.",
    "reported": "The last reported status precedes the computed pace.",
    "computed": "No status was reported, so the pace decides.",
    "worst_key_result": "The worst health of the live key results.",
    "worst_child": "There are no live key results, so the worst health of the live contributing objectives decides.",
    "worst_cancelled": "Nothing below is live, so the worst health of the cancelled key results decides.",
    "nothing": "The objective has no key results, and no objective contributes to it.",
    "cancelled": "The objective is cancelled.",
    "closed_early": "The objective was closed before its cycle.",
}


def explain_elapsed(rules: CycleRules, day: date, evidence: Evidence) -> JsonObject:
    """The elapsed share of the cycle on a day, in whole days."""
    created_at = evidence.newest_positions(rules.row.id, CYCLE_CREATED)
    elapsed, length = (day - rules.starts_on).days, (rules.ends_on - rules.starts_on).days
    inputs = {"d": build_input(str(elapsed), created_at), "n": build_input(str(length), created_at)}
    text = "min(max(d, 0), n) / n" if length else "1"
    span = {"day": day.isoformat(), "starts_on": rules.row.starts_on, "ends_on": rules.row.ends_on}
    return {"value": format_decimal(rules.elapsed), **span, **Formula(text, inputs).as_dict()}


def explain_key_result(
    key_result: EvaluatedKeyResult,
    rules: CycleRules,
    evidence: Evidence,
    statements: CheckInStatements,
    progress_positions: Collection[int],
) -> JsonObject:
    """The health of a key result with every rule in order: closed, outdated, reported, computed."""
    health = _require_health(key_result)
    rule = _key_result_rule(health)
    due, pace = _explain_due_days(key_result, evidence, statements), _explain_pace(key_result, rules, evidence)
    status = statements.serialize_in_force(key_result.standing, "status")
    ids = (key_result.row.id, key_result.row.objective_id, rules.row.id)
    ended_at = [position for id in ids for position in evidence.newest_positions(id, *ENDING_EVENTS)]
    scored_at = [key_result.row.scored_at] if key_result.row.scored_at and key_result.row.score is not None else []
    positions = {
        "closed": [*ended_at, *scored_at],
        "outdated": due["positions"],
        "reported": status["positions"],
        "computed": [*pace["positions"], *progress_positions],
    }
    return {
        **health.as_dict(),
        "rule": rule,
        "because": RULE_TEXTS[rule],
        "positions": merge_positions(positions[rule]),
        "elapsed": explain_elapsed(rules, evidence.moment.today, evidence),
        "pace": pace,
        "status": status,
        "due": due,
    }


def explain_objective(
    objective: EvaluatedObjective, rules: CycleRules, evidence: Evidence, serialize_part: Callable[[Goal], JsonObject]
) -> JsonObject:
    """The health of an objective, with the health of all goals that it can come from and the ids of those it comes from."""
    health = _require_health(objective)
    rule = _objective_rule(objective)
    parts = [serialize_part(goal) for goal in objective.health_sources]
    deciding = [part for part in parts if part["health"] == health.effective] if rule.startswith("worst") else []
    ended_at = evidence.newest_positions(objective.row.id, *ENDING_EVENTS) if objective.ended else []
    return {
        **health.as_dict(),
        "rule": rule,
        "because": RULE_TEXTS[rule],
        "positions": merge_positions(ended_at, *(part["positions"] for part in deciding)),
        "elapsed": explain_elapsed(rules, evidence.moment.today, evidence),
        "parts": parts,
        "decided_by": [part["id"] for part in deciding],
    }


def _require_health(goal: Goal) -> Health:
    """The health of a goal, which every evaluated graph sets."""
    if goal.health is None:
        raise LookupError(goal.row.id)
    return goal.health


def _key_result_rule(health: Health) -> str:
    if health.effective in {"closed", "outdated"}:
        return health.effective
    return "reported" if health.reported else "computed"


def _objective_rule(objective: EvaluatedObjective) -> str:
    if objective.ended:
        return "closed_early" if objective.live else "cancelled"
    if objective.live_key_results:
        return "worst_key_result"
    if objective.active_children:
        return "worst_child"
    return "worst_cancelled" if objective.key_results else "nothing"


def _explain_due_days(key_result: EvaluatedKeyResult, evidence: Evidence, statements: CheckInStatements) -> JsonObject:
    """The last due day whose grace is over, whether it was missed, and the last check-in."""
    moment, due = evidence.moment, key_result.due_days
    defined_on = moment.recorded_day(key_result.row.defined_at)
    overdue = due.overdue(defined_on=defined_on, today=moment.today)
    ahead = (day for day in due_days.days_after_definition(due.days, defined_on) if day >= moment.today)
    last = statements.find_by_recorded_at(key_result.standing.reported_at)
    defined_at = evidence.newest_positions(key_result.row.id, KEY_RESULT_DEFINED)
    return {
        "cadence": due.as_dict(),
        "overdue": overdue.days[-1].isoformat() if overdue.days else None,
        "missed": bool(overdue.days) and not overdue.is_answered(statements.reported_days()),
        "next_due_on": next((day.isoformat() for day in ahead), None),
        "grace_days": due.grace_days,
        "last_check_in": last,
        "positions": merge_positions(evidence.cadence_positions(key_result), defined_at, [last["position"]] if last else []),
    }


def _explain_pace(key_result: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence) -> JsonObject:
    """The progress and the thresholds that it is compared with."""
    set_at = evidence.newest_positions(rules.row.id, *POLICY_EVENTS)
    created_at, shares = evidence.newest_positions(rules.row.id, CYCLE_CREATED), rules.pace_thresholds
    thresholds = {name: _explain_threshold(share, rules.elapsed, set_at, created_at) for name, share in shares.items()}
    return {
        "progress": format_decimal_or_null(key_result.progress.value if key_result.progress else None),
        "elapsed": format_decimal(rules.elapsed),
        **thresholds,
        "positions": merge_positions(set_at, created_at),
    }


def _explain_threshold(share: Decimal, elapsed: Decimal, set_at: list[int], created_at: list[int]) -> JsonObject:
    inputs = {"share": build_input(share, set_at), "e": build_input(elapsed, created_at)}
    return {"value": format_decimal(EXACT.multiply(share, elapsed)), **Formula("share * e", inputs).as_dict()}
