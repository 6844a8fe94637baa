"""The metric of a key result, parsed from the form that `as_dict` of each kind returns."""

from decimal import Decimal

from okr_events.domain.decimals import ONE
from okr_events.domain.errors import WrongMetric
from okr_events.domain.metrics.completion import BinaryMetric, MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.threshold import PeriodicMetric, RangeMetric, ThresholdMetric
from okr_events.json_types import JsonObject

Metric = DirectionalMetric | PeriodicMetric | MilestonesMetric | BinaryMetric
METRIC_KINDS = ("increase", "decrease", "at_least", "at_most", "between", "milestones", "binary")


def parse_new_metric(form: JsonObject) -> Metric:
    """The metric of a new key result; raises `WrongMetric` when it is not consistent."""
    metric = parse_metric(form)
    return metric.validate() if isinstance(metric, DirectionalMetric | MilestonesMetric) else metric


def parse_metric(form: JsonObject) -> Metric:
    """The metric of a stored form, which was validated when it was defined."""
    match form["kind"]:
        case "increase" | "decrease" as kind:
            baseline, target, relative = (_optional_number(form, name) for name in ("baseline", "target", "relative"))
            return DirectionalMetric(kind, baseline, target, relative, form.get("measure"))
        case "at_least" | "at_most" as kind:
            target = _required_number(form, "target")
            return ThresholdMetric(kind, target, _optional_number(form, "baseline"), form.get("measure"))
        case "between":
            return RangeMetric(_required_number(form, "low"), _required_number(form, "high"), form.get("measure"))
        case "milestones":
            steps = form.get("steps") or ()
            return MilestonesMetric(tuple((step["name"], Decimal(step.get("weight", ONE))) for step in steps))
        case _:
            return BinaryMetric()


def _optional_number(form: JsonObject, name: str) -> Decimal | None:
    return None if form.get(name) is None else Decimal(form[name])


def _required_number(form: JsonObject, name: str) -> Decimal:
    if form.get(name) is None:
        raise WrongMetric(f"/metric/{name}", f"A metric of the kind {form['kind']} needs {name}.")
    return Decimal(form[name])
