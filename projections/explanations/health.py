"""Health explained: the rung of the precedence that decided, with elapsed share, thresholds, report and due days."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import EXACT, plain, plain_or_null
from okr_events.domain.health import Health
from okr_events.domain.schedule import due_dates
from projections.evaluation.key_results import CycleRules, KeyResultAt
from projections.evaluation.objectives import ObjectiveAt
from projections.explanations.check_in_statements import Statements
from projections.explanations.evidence import DEFINED, OVER, RULED, Evidence
from projections.explanations.formula import Formula, stated, united

RULES = {
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


def elapsed(rules: CycleRules, day: date, evidence: Evidence) -> dict[str, Any]:
    """The share of the cycle that is over on a day, in whole days."""
    made = evidence.newest(rules.row.id, RULED[0])
    length = (rules.ends_on - rules.starts_on).days
    inputs = {"d": stated(str((day - rules.starts_on).days), made), "n": stated(str(length), made)}
    text = "min(max(d, 0), n) / n" if length else "1"
    span = {"day": day.isoformat(), "starts_on": rules.row.starts_on, "ends_on": rules.row.ends_on}
    return {"value": plain(rules.elapsed), **span, **Formula(text, inputs).as_dict()}


def of_key_result(
    each: KeyResultAt, rules: CycleRules, evidence: Evidence, said: Statements, progress_at: Collection[int]
) -> dict[str, Any]:
    """Every rung of the precedence: closed, outdated, reported, computed; `progress_at` are the events behind the progress."""
    health = _judged(each)
    rule = _rung(health)
    status, due, pace = _status(each, said), _due(each, evidence, said), _pace(each, rules, evidence)
    over = [place for id in (each.row.id, each.row.objective_id, rules.row.id) for place in evidence.newest(id, *OVER)]
    grounds = {"closed": over, "outdated": due["positions"], "reported": status["positions"]}
    return {
        **health.as_dict(),
        "rule": rule,
        "because": RULES[rule],
        "positions": united(grounds[rule] if rule in grounds else united(pace["positions"], progress_at)),
        "elapsed": elapsed(rules, evidence.moment.today, evidence),
        "pace": pace,
        "status": status,
        "due": due,
    }


def of_objective(
    objective: ObjectiveAt,
    rules: CycleRules,
    evidence: Evidence,
    part_of: Callable[[KeyResultAt | ObjectiveAt], dict[str, Any]],
) -> dict[str, Any]:
    """Whose health it is, and whose it might have been: `part_of` tells each of them."""
    health = _judged(objective)
    rule = _chosen(objective)
    parts = [part_of(each) for each in objective.telling]
    deciding = [part for part in parts if part["health"] == health.effective] if rule.startswith("worst") else []
    own = evidence.newest(objective.row.id, *OVER) if objective.over else []
    return {
        **health.as_dict(),
        "rule": rule,
        "because": RULES[rule],
        "positions": united(own, *(part["positions"] for part in deciding)),
        "elapsed": elapsed(rules, evidence.moment.today, evidence),
        "parts": parts,
        "decided_by": [part["id"] for part in deciding],
    }


def _judged(thing: KeyResultAt | ObjectiveAt) -> Health:
    """Its health, which a graph that is evaluated gives to all of its things."""
    if thing.health is None:
        raise LookupError(thing.row.id)
    return thing.health


def _rung(health: Health) -> str:
    if health.effective in {"closed", "outdated"}:
        return health.effective
    return "reported" if health.reported else "computed"


def _chosen(objective: ObjectiveAt) -> str:
    if objective.over:
        return "closed_early" if objective.live else "cancelled"
    if objective.measures:
        return "worst_key_result"
    if objective.below:
        return "worst_child"
    return "worst_cancelled" if objective.key_results else "nothing"


def _status(each: KeyResultAt, said: Statements) -> dict[str, Any]:
    """The last status reported."""
    standing = each.standing
    check_in = said.at("status_at", standing["status_at"])
    places = said.places("status_at", check_in)
    return stated(standing["status"], places, measured_on=standing["status_on"], check_in=check_in)


def _due(each: KeyResultAt, evidence: Evidence, said: Statements) -> dict[str, Any]:
    """The due day whose grace is over last, the day after which a check-in counts for it, and the last one recorded."""
    today, defined_on = evidence.moment.today, evidence.moment.day_of(each.row.defined_at)
    own: dict[str, Any] = {"defined_on": defined_on, "grace_days": each.due.grace_days, "today": today}
    over, since = due_dates.overdue(each.due.days, **own), due_dates.missing_since(each.due.days, **own)
    ahead = [day for day in due_dates.after(each.due.days, defined_on) if day >= today]
    last = said.recorded(each.standing["reported_at"])
    places = [*evidence.cadenced(each), *evidence.newest(each.row.id, DEFINED)]
    return {
        "cadence": each.due.as_dict(),
        "overdue": _day(over),
        "recorded_after": None if since == date.min else _day(since),
        "next_due_on": _day(ahead[0] if ahead else None),
        "grace_days": each.due.grace_days,
        "last_check_in": last,
        "positions": united(places, [last["position"]] if last else []),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _pace(each: KeyResultAt, rules: CycleRules, evidence: Evidence) -> dict[str, Any]:
    """What the progress is compared with, to 20 significant digits."""
    ruled, made = evidence.newest(each.row.cycle_id, *RULED), evidence.newest(each.row.cycle_id, RULED[0])
    progress = each.progress.value if each.progress else None
    return {
        "progress": plain_or_null(progress),
        "elapsed": plain(rules.elapsed),
        **{name: _threshold(share, rules.elapsed, ruled, made) for name, share in rules.pace.items()},
        "positions": united(ruled, made),
    }


def _threshold(share: Decimal, elapsed: Decimal, ruled: list[int], made: list[int]) -> dict[str, Any]:
    inputs = {"share": stated(share, ruled), "e": stated(elapsed, made)}
    return {"value": plain(EXACT.multiply(share, elapsed)), **Formula("share * e", inputs).as_dict()}
