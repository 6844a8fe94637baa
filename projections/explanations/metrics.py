"""The formula of each kind of metric, as in `docs/numbers.md`, with the check-ins behind its inputs."""

from collections.abc import Mapping
from datetime import date, timedelta

import orjson

from okr_events.domain.decimals import format_decimal
from okr_events.domain.metrics.completion import MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.threshold import PeriodicMetric, ThresholdMetric
from okr_events.domain.progress import index_deciding_measurements
from okr_events.json_types import JsonObject
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
from projections.store.tables import CheckInRow


def metric_formula(key_result: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence) -> Formula:
    """The raw progress of a key result by its own check-ins."""
    metric = parse_metric(key_result.row.metric)
    if isinstance(metric, PeriodicMetric):
        return _periodic_formula(metric, key_result, rules, evidence)
    day, value = evidence.moment.effective_on.isoformat(), _value_input(key_result, evidence)
    because = None if key_result.standing.value_on else f"No check-in measured by {day} states a value."
    if isinstance(metric, DirectionalMetric):
        return _directional_formula(metric, {"v": value, **_scale_inputs(metric, key_result.row.id, evidence)}, because)
    if isinstance(metric, MilestonesMetric):
        value["milestones"] = orjson.loads(key_result.standing.milestones or "null")
        return _milestones_formula(metric, value, key_result, evidence, because)
    return Formula("v", {"v": value}, because)


def _value_input(key_result: EvaluatedKeyResult, evidence: Evidence) -> Input:
    """The value in force, with its check-in or, without one, with the definition of the key result."""
    standing, defined_at = key_result.standing, evidence.newest_positions(key_result.row.id, KEY_RESULT_DEFINED)
    row = evidence.deciding_check_in(standing.value_at)
    positions = evidence.statement_positions(row.id, row.created) if row else defined_at
    return build_input(standing.value, positions, measured_on=standing.value_on, check_in_id=row.id if row else None)


def _directional_formula(metric: DirectionalMetric, inputs: Mapping[str, Input], because: str | None) -> Formula:
    if because is None and metric.baseline is None:
        because = "The baseline is not captured yet, so progress towards the target cannot be measured."
    if metric.target_is_ahead or metric.baseline is None:
        return Formula("(v - b) / (t - b)", inputs, because)
    comparison = ">=" if metric.kind == "increase" else "<="
    return Formula(f"1 if v {comparison} t else 0", inputs, because)


def _scale_inputs(metric: DirectionalMetric, id: str, evidence: Evidence) -> dict[str, Input]:
    """`b` and `t`; for a relative target also `r`, and the formula of the target."""
    source, defined_at = evidence.baseline_check_in(id), evidence.newest_positions(id, KEY_RESULT_DEFINED)
    captured_at = [*evidence.newest_positions(id, BASELINE_CAPTURED), *([source.created] if source else [])]
    baseline = build_input(metric.baseline, captured_at or defined_at, check_in_id=source.id if source else None)
    if metric.relative is None:
        return {"b": baseline, "t": build_input(metric.target, evidence.newest_positions(id, TARGET_REVISED) or defined_at)}
    share = build_input(metric.relative, defined_at)
    formula = Formula("b + abs(b) * r", {"b": baseline, "r": share})
    target = build_input(metric.target, formula.positions, formula=formula.text, with_numbers=formula.with_numbers)
    return {"b": baseline, "r": share, "t": target}


def _milestones_formula(
    metric: MilestonesMetric, value: Input, key_result: EvaluatedKeyResult, evidence: Evidence, because: str | None
) -> Formula:
    """The weights of the done steps over those of all; `s1`, `s2` … are the weights in order."""
    standing, defined_at = key_result.standing, evidence.newest_positions(key_result.row.id, KEY_RESULT_DEFINED)
    measured = parse_standing(standing)
    done = (measured and measured.milestones) or ()
    steps = {
        f"s{n}": build_input(weight, defined_at, step=name, done=name in done)
        for n, (name, weight) in enumerate(metric.steps, start=1)
    }
    reached = " + ".join(name for name, step in steps.items() if step["done"])
    return Formula(f"({reached or 0}) / ({' + '.join(steps)})", {"v": value, **steps}, because)


def _periodic_formula(metric: PeriodicMetric, key_result: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence) -> Formula:
    """The share of met periods among those up to the last reported one."""
    id, periods = key_result.row.id, _serialize_periods(metric, key_result, rules, evidence)
    due_day_positions = [*evidence.newest_positions(id, KEY_RESULT_DEFINED), *evidence.cadence_positions(key_result)]
    met = sum(period["met"] for period in periods)
    reports = [position for period in periods for position in period["positions"]]
    inputs = {
        "met": build_input(str(met), reports, periods=periods),
        "periods": build_input(str(len(periods)), due_day_positions),
        **_bound_inputs(metric, id, evidence),
    }
    because = None if periods else f"No period has a value measured by {evidence.moment.effective_on.isoformat()} yet."
    return Formula("met / periods", inputs, because)


def _bound_inputs(metric: PeriodicMetric, id: str, evidence: Evidence) -> dict[str, Input]:
    set_at = evidence.newest_positions(id, TARGET_REVISED) or evidence.newest_positions(id, KEY_RESULT_DEFINED)
    if isinstance(metric, ThresholdMetric):
        return {"t": build_input(metric.target, set_at)}
    return {"low": build_input(metric.low, set_at), "high": build_input(metric.high, set_at)}


def _serialize_periods(
    metric: PeriodicMetric, key_result: EvaluatedKeyResult, rules: CycleRules, evidence: Evidence
) -> list[JsonObject]:
    """The periods up to the last reported one, each with the value that decides it."""
    reports = evidence.check_ins_in_force(key_result.row.id)
    periods = evaluation_periods(key_result, rules, evidence.moment)
    deciding = index_deciding_measurements([parse_report(report) for report in reports], periods)
    decided = [reports[deciding[n]] if n in deciding else None for n in range(max(deciding, default=-1) + 1)]
    return [_serialize_period(metric, days, report, evidence) for days, report in zip(periods, decided, strict=False)]


def _serialize_period(
    metric: PeriodicMetric, days: tuple[date, date], report: CheckInRow | None, evidence: Evidence
) -> JsonObject:
    """A period: the days after the first due day up to the second."""
    value = parse_report(report).value if report else None
    return {
        "starts_on": (days[0] + timedelta(days=1)).isoformat(),
        "ends_on": days[1].isoformat(),
        "value": None if value is None else format_decimal(value),
        "met": value is not None and metric.is_met(value),
        "check_in_id": report.id if report else None,
        "positions": evidence.statement_positions(report.id, report.created) if report else [],
    }
