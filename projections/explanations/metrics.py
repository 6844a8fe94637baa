"""The formula of each kind of metric, with the check-ins that stand in it. They are those of `docs/numbers.md`."""

from datetime import timedelta
from typing import Any

import orjson

from okr_events.domain.decimals import plain
from okr_events.domain.metrics.completion import Milestones
from okr_events.domain.metrics.directional import Scale
from okr_events.domain.metrics.threshold import Band, Bound
from okr_events.domain.progress import deciding
from projections.evaluation.key_results import CycleRules, KeyResultAt, metric_of, periods_of, report_of
from projections.explanations.evidence import CAPTURED, DEFINED, REVISED, Evidence
from projections.explanations.formula import Formula, Input, stated


def explained(each: KeyResultAt, rules: CycleRules, evidence: Evidence) -> Formula:
    """The raw progress that a key result's own check-ins give."""
    metric = metric_of(each.row.metric)
    if isinstance(metric, Bound | Band):
        return _kept(metric, each, rules, evidence)
    inputs = {"v": value_in_force(each, evidence)}
    because = None if each.standing["value_on"] else nothing_said(evidence)
    if isinstance(metric, Scale):
        return _scale(metric, inputs, each, evidence, because)
    if isinstance(metric, Milestones):
        inputs["v"]["milestones"] = orjson.loads(each.standing["milestones"] or "null")
        return _milestones(metric, inputs, each, evidence, because)
    return Formula("v", inputs, because)


def value_in_force(each: KeyResultAt, evidence: Evidence) -> Input:
    """What is said, and where; while nothing is, the definition is all that there is."""
    standing = each.standing
    row = evidence.said_by(standing["value_at"])
    places = evidence.said(row.id, row.created) if row else evidence.newest(each.row.id, DEFINED)
    return stated(standing["value"], places, measured_on=standing["value_on"], check_in_id=row.id if row else None)


def nothing_said(evidence: Evidence) -> str:
    return f"No check-in measured by {evidence.moment.effective_on.isoformat()} states a value."


def _scale(metric: Scale, inputs: dict[str, Input], each: KeyResultAt, evidence: Evidence, because: str | None) -> Formula:
    inputs |= _ends(metric, each.row.id, evidence)
    if because is None and metric.baseline is None:
        because = "The baseline is not captured yet, so there is no way to the target to measure."
    if metric.ahead or metric.baseline is None:
        return Formula("(v - b) / (t - b)", inputs, because)
    side = ">=" if metric.kind == "increase" else "<="
    return Formula(f"1 if v {side} t else 0", inputs, because)


def _ends(metric: Scale, id: str, evidence: Evidence) -> dict[str, Input]:
    """Baseline and target; with a relative target also `r`, and the formula that made the target of both."""
    lender = evidence.lender(id)
    captured, defined = evidence.newest(id, CAPTURED), evidence.newest(id, DEFINED)
    lent = [lender.created] if lender else []
    baseline = stated(metric.baseline, [*captured, *lent] or defined, check_in_id=lender.id if lender else None)
    if metric.relative is None:
        return {"b": baseline, "t": stated(metric.target, evidence.newest(id, REVISED) or defined)}
    share = stated(metric.relative, defined)
    made = Formula("b + abs(b) * r", {"b": baseline, "r": share})
    target = stated(metric.target, made.positions, formula=made.text, with_numbers=made.with_numbers)
    return {"b": baseline, "r": share, "t": target}


def _milestones(
    metric: Milestones, inputs: dict[str, Input], each: KeyResultAt, evidence: Evidence, because: str | None
) -> Formula:
    """`s1`, `s2` … are the weights of the steps in their order."""
    said, defined = each.standing, evidence.newest(each.row.id, DEFINED)
    done = (report_of(said, said["value_on"]).milestones or ()) if said["value_on"] else ()
    steps = {
        f"s{n}": stated(weight, defined, step=name, done=name in done) for n, (name, weight) in enumerate(metric.steps, start=1)
    }
    reached = " + ".join(name for name, step in steps.items() if step["done"])
    return Formula(f"({reached or 0}) / ({' + '.join(steps)})", {**inputs, **steps}, because)


def _kept(metric: Bound | Band, each: KeyResultAt, rules: CycleRules, evidence: Evidence) -> Formula:
    """How many periods were met, of those up to the last reported one."""
    periods = _periods(metric, each, rules, evidence)
    due = [*evidence.newest(each.row.id, DEFINED), *evidence.cadenced(each)]
    met = [period for period in periods if period["met"]]
    reports = [place for period in periods for place in period["positions"]]
    inputs = {
        "met": stated(str(len(met)), reports, periods=periods),
        "periods": stated(str(len(periods)), due),
        **_bounds(metric, each.row.id, evidence),
    }
    because = None if periods else f"No period has a value measured by {evidence.moment.effective_on.isoformat()} yet."
    return Formula("met / periods", inputs, because)


def _bounds(metric: Bound | Band, id: str, evidence: Evidence) -> dict[str, Input]:
    said = evidence.newest(id, REVISED) or evidence.newest(id, DEFINED)
    if isinstance(metric, Bound):
        return {"t": stated(metric.target, said)}
    return {"low": stated(metric.low, said), "high": stated(metric.high, said)}


def _periods(metric: Bound | Band, each: KeyResultAt, rules: CycleRules, evidence: Evidence) -> list[dict[str, Any]]:
    """The periods up to the last reported one, each with the value that decides it."""
    reports, spans = evidence.reports(each.row.id), periods_of(each, rules, evidence.moment)
    last = deciding([report_of(report) for report in reports], spans)
    decided = [reports[last[n]] if n in last else None for n in range(max(last, default=-1) + 1)]
    return [_period(metric, span, row, evidence) for span, row in zip(spans, decided, strict=False)]


def _period(metric: Bound | Band, span: tuple[Any, Any], row: Any, evidence: Evidence) -> dict[str, Any]:
    value = report_of(row).value if row else None
    return {
        "starts_on": (span[0] + timedelta(days=1)).isoformat(),
        "due_on": span[1].isoformat(),
        "value": None if value is None else plain(value),
        "met": value is not None and metric.met(value),
        "check_in_id": row["id"] if row else None,
        "positions": evidence.said(row["id"], row["created"]) if row else [],
    }
