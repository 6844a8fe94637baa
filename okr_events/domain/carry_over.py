"""Carrying over a key result: the metric that continues from its last value in another cycle."""

from dataclasses import replace
from decimal import Decimal

from okr_events.domain.decimals import ONE
from okr_events.domain.errors import Invalid, Refused
from okr_events.domain.metrics.completion import BinaryMetric, MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.progress import Measurement


class TargetReached(Invalid):
    code = "target-reached"
    title = "The last value has already reached the target. Give a new target beyond it."


class TargetWithoutBaseline(Invalid):
    code = "target-without-baseline"
    title = "An absolute target needs a baseline, and no value has been reported yet."


class NothingToCarryOver(Refused):
    code = "nothing-left"
    title = "Everything is done: nothing is left to carry over."


class SameCycle(Invalid):
    code = "own-cycle"
    title = "A key result can only be carried over to an objective in another cycle."


def carry_over_metric(metric: Metric, last: Measurement | None, target: Decimal | None) -> Metric:
    """The metric that continues after the last measurement, with a new target if one is given."""
    if isinstance(metric, DirectionalMetric):
        return _continue_directional(metric, last.value if last else None, target)
    metric = metric if target is None else metric.revise(target=target, low=None, high=None)
    if isinstance(metric, MilestonesMetric) and last:
        return _remaining_milestones(metric, set(last.milestones or ()))
    if isinstance(metric, BinaryMetric) and last and last.value == ONE:
        raise NothingToCarryOver
    return metric


def _continue_directional(metric: DirectionalMetric, value: Decimal | None, target: Decimal | None) -> DirectionalMetric:
    """The way from the value to the target; a relative target with a known baseline becomes absolute."""
    goal = metric.target if target is None else target
    start = metric.baseline if value is None else value
    if goal is None or (metric.relative is not None and value is target is None):
        return replace(metric, target=None)
    if start is None:
        raise TargetWithoutBaseline("/target")
    continued = replace(metric, baseline=start, target=goal, relative=None)
    if not continued.target_is_ahead:
        raise TargetReached("/target")
    return continued


def _remaining_milestones(metric: MilestonesMetric, done: set[str]) -> MilestonesMetric:
    steps = tuple((name, weight) for name, weight in metric.steps if name not in done)
    if not any(weight for _, weight in steps):
        raise NothingToCarryOver
    return replace(metric, steps=steps)
