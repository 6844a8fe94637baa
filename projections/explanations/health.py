"""Health explained: the rung of the precedence that decided, with elapsed share, thresholds, report and due days."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import EXACT, format_decimal, format_decimal_or_null
from okr_events.domain.health import Health
from okr_events.domain.schedule import due_dates
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations.check_in_statements import CheckInStatements
from projections.explanations.evidence import CYCLE_CREATED, ENDING_EVENTS, KEY_RESULT_DEFINED, POLICY_EVENTS, Evidence
from projections.explanations.formula import Formula, build_input, merge_positions

RULE_TEXTS = {
    "closed": "It is closed or cancelled, which goes before everything else.",
    "outdated": "A due day's grace is over, and nothing was recorded since the due day before it.",
    "reported": "The last status that was reported goes before the computed pace.",
    "computed": "Nobody reported a status, so the pace decides.",
    "worst_key_result": "It is the worst health of its live key results.",
    "worst_child": "It has no live key results, so it is the worst health of the live objectives that contribute to it.",
    "worst_cancelled": "Nothing that is live tells of it, so it is the worst health of its key results, which are cancelled.",
    "nothing": "It has no key results, and nothing contributes to it.",
    "cancelled": "The objective is cancelled.",
    "closed_early": "The objective was closed before its cycle.",
}


def explain_elapsed(rules: CycleRules, day: date, evidence: Evidence) -> dict[str, Any]:
    """The share of the cycle that is over on a day, in whole days."""
    made = evidence.newest_positions(rules.row.id, CYCLE_CREATED)
    length = (rules.ends_on - rules.starts_on).days
    inputs = {"d": build_input(str((day - rules.starts_on).days), made), "n": build_input(str(length), made)}
    text = "min(max(d, 0), n) / n" if length else "1"
    span = {"day": day.isoformat(), "starts_on": rules.row.starts_on, "ends_on": rules.row.ends_on}
    return {"value": format_decimal(rules.elapsed), **span, **Formula(text, inputs).as_dict()}


def explain_key_result(
    each: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence, said: CheckInStatements, progress_at: Collection[int]
) -> dict[str, Any]:
    """Every rung of the precedence: closed, outdated, reported, computed; `progress_at` are the events behind the progress."""
    health = _require_health(each)
    rule = _key_result_rule(health)
    status, due, pace = (
        _explain_status(each, said),
        _explain_due_days(each, evidence, said),
        _explain_pace(each, rules, evidence),
    )
    over = [
        place
        for id in (each.row.id, each.row.objective_id, rules.row.id)
        for place in evidence.newest_positions(id, *ENDING_EVENTS)
    ]
    grounds = {"closed": over, "outdated": due["positions"], "reported": status["positions"]}
    return {
        **health.as_dict(),
        "rule": rule,
        "because": RULE_TEXTS[rule],
        "positions": merge_positions(grounds[rule] if rule in grounds else merge_positions(pace["positions"], progress_at)),
        "elapsed": explain_elapsed(rules, evidence.moment.today, evidence),
        "pace": pace,
        "status": status,
        "due": due,
    }


def explain_objective(
    objective: EvaluatedObjective,
    rules: CycleRules,
    evidence: Evidence,
    part_of: Callable[[EvaluatedKeyResult | EvaluatedObjective], dict[str, Any]],
) -> dict[str, Any]:
    """Whose health it is, and whose it might have been: `part_of` tells each of them."""
    health = _require_health(objective)
    rule = _objective_rule(objective)
    parts = [part_of(each) for each in objective.health_sources]
    deciding = [part for part in parts if part["health"] == health.effective] if rule.startswith("worst") else []
    own = evidence.newest_positions(objective.row.id, *ENDING_EVENTS) if objective.ended else []
    return {
        **health.as_dict(),
        "rule": rule,
        "because": RULE_TEXTS[rule],
        "positions": merge_positions(own, *(part["positions"] for part in deciding)),
        "elapsed": explain_elapsed(rules, evidence.moment.today, evidence),
        "parts": parts,
        "decided_by": [part["id"] for part in deciding],
    }


def _require_health(thing: EvaluatedKeyResult | EvaluatedObjective) -> Health:
    """Its health, which a graph that is evaluated gives to all of its things."""
    if thing.health is None:
        raise LookupError(thing.row.id)
    return thing.health


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


def _explain_status(each: EvaluatedKeyResult, said: CheckInStatements) -> dict[str, Any]:
    """The last status reported."""
    standing = each.standing
    check_in = said.find_by_position("status_at", standing["status_at"])
    places = said.statement_positions("status_at", check_in)
    return build_input(standing["status"], places, measured_on=standing["status_on"], check_in=check_in)


def _explain_due_days(each: EvaluatedKeyResult, evidence: Evidence, said: CheckInStatements) -> dict[str, Any]:
    """The due day whose grace is over last, the day after which a check-in counts for it, and the last one recorded."""
    today, defined_on = evidence.moment.today, evidence.moment.recorded_day(each.row.defined_at)
    own: dict[str, Any] = {"defined_on": defined_on, "grace_days": each.due_days.grace_days, "today": today}
    over, since = due_dates.last_overdue_day(each.due_days.days, **own), due_dates.missing_since(each.due_days.days, **own)
    ahead = [day for day in due_dates.days_after_definition(each.due_days.days, defined_on) if day >= today]
    last = said.find_by_recorded_at(each.standing["reported_at"])
    places = [*evidence.cadence_positions(each), *evidence.newest_positions(each.row.id, KEY_RESULT_DEFINED)]
    return {
        "cadence": each.due_days.as_dict(),
        "overdue": _format_day(over),
        "recorded_after": None if since == date.min else _format_day(since),
        "next_due_on": _format_day(ahead[0] if ahead else None),
        "grace_days": each.due_days.grace_days,
        "last_check_in": last,
        "positions": merge_positions(places, [last["position"]] if last else []),
    }


def _format_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _explain_pace(each: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence) -> dict[str, Any]:
    """What the progress is compared with, to 20 significant digits."""
    ruled, made = (
        evidence.newest_positions(each.row.cycle_id, *POLICY_EVENTS),
        evidence.newest_positions(each.row.cycle_id, CYCLE_CREATED),
    )
    progress = each.progress.value if each.progress else None
    return {
        "progress": format_decimal_or_null(progress),
        "elapsed": format_decimal(rules.elapsed),
        **{name: _explain_threshold(share, rules.elapsed, ruled, made) for name, share in rules.pace_thresholds.items()},
        "positions": merge_positions(ruled, made),
    }


def _explain_threshold(share: Decimal, elapsed: Decimal, ruled: list[int], made: list[int]) -> dict[str, Any]:
    inputs = {"share": build_input(share, ruled), "e": build_input(elapsed, made)}
    return {"value": format_decimal(EXACT.multiply(share, elapsed)), **Formula("share * e", inputs).as_dict()}
