"""The formula of each kind of metric, with the check-ins that stand in it. They are those of `docs/numbers.md`."""

from datetime import timedelta
from typing import Any

import orjson

from okr_events.domain.decimals import format_decimal
from okr_events.domain.metrics.completion import MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.threshold import RangeMetric, ThresholdMetric
from okr_events.domain.progress import index_deciding_measurements
from projections.evaluation.key_results import (
    CycleRules,
    EvaluatedKeyResult,
    evaluation_periods,
    parse_metric,
    parse_report,
    parse_standing,
)
from projections.explanations.evidence import BASELINE_CAPTURED, KEY_RESULT_DEFINED, TARGET_REVISED, Evidence
from projections.explanations.formula import Formula, Input, build_input


def metric_formula(each: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence) -> Formula:
    """The raw progress that a key result's own check-ins give."""
    metric = parse_metric(each.row.metric)
    if isinstance(metric, ThresholdMetric | RangeMetric):
        return _periodic_formula(metric, each, rules, evidence)
    inputs = {"v": value_in_force(each, evidence)}
    because = None if each.standing["value_on"] else no_value_reason(evidence)
    if isinstance(metric, DirectionalMetric):
        return _scale_formula(metric, inputs, each, evidence, because)
    if isinstance(metric, MilestonesMetric):
        inputs["v"]["milestones"] = orjson.loads(each.standing["milestones"] or "null")
        return _milestones_formula(metric, inputs, each, evidence, because)
    return Formula("v", inputs, because)


def value_in_force(each: EvaluatedKeyResult, evidence: Evidence) -> Input:
    """What is said, and where; while nothing is, the definition is all that there is."""
    standing = each.standing
    row = evidence.deciding_check_in(standing["value_at"])
    places = (
        evidence.statement_positions(row.id, row.created) if row else evidence.newest_positions(each.row.id, KEY_RESULT_DEFINED)
    )
    return build_input(standing["value"], places, measured_on=standing["value_on"], check_in_id=row.id if row else None)


def no_value_reason(evidence: Evidence) -> str:
    return f"No check-in measured by {evidence.moment.effective_on.isoformat()} states a value."


def _scale_formula(
    metric: DirectionalMetric, inputs: dict[str, Input], each: EvaluatedKeyResult, evidence: Evidence, because: str | None
) -> Formula:
    inputs |= _scale_inputs(metric, each.row.id, evidence)
    if because is None and metric.baseline is None:
        because = "The baseline is not captured yet, so there is no way to the target to measure."
    if metric.target_is_ahead or metric.baseline is None:
        return Formula("(v - b) / (t - b)", inputs, because)
    side = ">=" if metric.kind == "increase" else "<="
    return Formula(f"1 if v {side} t else 0", inputs, because)


def _scale_inputs(metric: DirectionalMetric, id: str, evidence: Evidence) -> dict[str, Input]:
    """Baseline and target; with a relative target also `r`, and the formula that made the target of both."""
    lender = evidence.baseline_check_in(id)
    captured, defined = evidence.newest_positions(id, BASELINE_CAPTURED), evidence.newest_positions(id, KEY_RESULT_DEFINED)
    lent = [lender.created] if lender else []
    baseline = build_input(metric.baseline, [*captured, *lent] or defined, check_in_id=lender.id if lender else None)
    if metric.relative is None:
        return {"b": baseline, "t": build_input(metric.target, evidence.newest_positions(id, TARGET_REVISED) or defined)}
    share = build_input(metric.relative, defined)
    made = Formula("b + abs(b) * r", {"b": baseline, "r": share})
    target = build_input(metric.target, made.positions, formula=made.text, with_numbers=made.with_numbers)
    return {"b": baseline, "r": share, "t": target}


def _milestones_formula(
    metric: MilestonesMetric, inputs: dict[str, Input], each: EvaluatedKeyResult, evidence: Evidence, because: str | None
) -> Formula:
    """`s1`, `s2` … are the weights of the steps in their order."""
    said, defined = each.standing, evidence.newest_positions(each.row.id, KEY_RESULT_DEFINED)
    done = ((measured := parse_standing(said)) and measured.milestones) or ()
    steps = {
        f"s{n}": build_input(weight, defined, step=name, done=name in done)
        for n, (name, weight) in enumerate(metric.steps, start=1)
    }
    reached = " + ".join(name for name, step in steps.items() if step["done"])
    return Formula(f"({reached or 0}) / ({' + '.join(steps)})", {**inputs, **steps}, because)


def _periodic_formula(
    metric: ThresholdMetric | RangeMetric, each: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence
) -> Formula:
    """How many periods were met, of those up to the last reported one."""
    periods = _serialize_periods(metric, each, rules, evidence)
    due = [*evidence.newest_positions(each.row.id, KEY_RESULT_DEFINED), *evidence.cadence_positions(each)]
    met = [period for period in periods if period["met"]]
    reports = [place for period in periods for place in period["positions"]]
    inputs = {
        "met": build_input(str(len(met)), reports, periods=periods),
        "periods": build_input(str(len(periods)), due),
        **_bound_inputs(metric, each.row.id, evidence),
    }
    because = None if periods else f"No period has a value measured by {evidence.moment.effective_on.isoformat()} yet."
    return Formula("met / periods", inputs, because)


def _bound_inputs(metric: ThresholdMetric | RangeMetric, id: str, evidence: Evidence) -> dict[str, Input]:
    said = evidence.newest_positions(id, TARGET_REVISED) or evidence.newest_positions(id, KEY_RESULT_DEFINED)
    if isinstance(metric, ThresholdMetric):
        return {"t": build_input(metric.target, said)}
    return {"low": build_input(metric.low, said), "high": build_input(metric.high, said)}


def _serialize_periods(
    metric: ThresholdMetric | RangeMetric, each: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence
) -> list[dict[str, Any]]:
    """The periods up to the last reported one, each with the value that decides it."""
    reports, spans = evidence.check_ins_in_force(each.row.id), evaluation_periods(each, rules, evidence.moment)
    last = index_deciding_measurements([parse_report(report) for report in reports], spans)
    decided = [reports[last[n]] if n in last else None for n in range(max(last, default=-1) + 1)]
    return [_serialize_period(metric, span, row, evidence) for span, row in zip(spans, decided, strict=False)]


def _serialize_period(
    metric: ThresholdMetric | RangeMetric, span: tuple[Any, Any], row: Any, evidence: Evidence
) -> dict[str, Any]:
    value = parse_report(row).value if row else None
    return {
        "starts_on": (span[0] + timedelta(days=1)).isoformat(),
        "due_on": span[1].isoformat(),
        "value": None if value is None else format_decimal(value),
        "met": value is not None and metric.is_met(value),
        "check_in_id": row.id if row else None,
        "positions": evidence.statement_positions(row.id, row.created) if row else [],
    }
