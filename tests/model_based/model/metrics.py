"""The rules of metrics: definition, revision, allowed values, and the value that a target starts from."""

from decimal import Decimal
from typing import Any

from tests.model_based.model.model_state import require


def define_metric(metric: dict[str, Any]) -> dict[str, Any]:
    match metric["kind"]:
        case "increase" | "decrease":
            b, r, up = metric["baseline"], metric["relative"], metric["kind"] == "increase"
            require((metric["target"] is None) != (r is None), b is not None or r is not None)
            require(r is None or (r > 0 if up else r < 0), r is None or b != 0)
            metric = with_baseline(metric, b)
            require(b is None or (metric["target"] > b if up else metric["target"] < b))
        case "between":
            require(metric["low"] <= metric["high"])
        case "milestones":
            require(sum(metric["steps"].values()))
    return metric


def revise_metric(metric: dict[str, Any], said: dict[str, Decimal]) -> dict[str, Any]:
    names = {"between": {"low", "high"}, "milestones": set(), "binary": set()}.get(metric["kind"], {"target"})
    require(said, said.keys() <= names)
    metric = {**metric, **said}
    if metric["kind"] == "between":
        require(metric["low"] <= metric["high"])
    if metric["kind"] in {"increase", "decrease"}:
        b, t = metric["baseline"], metric["target"]
        require(b is None or (t >= b if metric["kind"] == "increase" else t <= b))
        metric["relative"] = None
    return metric


def carry_metric_over(
    metric: dict[str, Any], value: Decimal | None, done: list[str] | None, target: Decimal | None
) -> dict[str, Any]:
    """The metric that goes on from what was said last."""
    match metric["kind"]:
        case "increase" | "decrease":
            return continue_from_value(metric, value, target)
        case "at_least" | "at_most":
            return metric if target is None else {**metric, "target": target}
        case "milestones":
            metric = {**metric, "steps": {name: w for name, w in metric["steps"].items() if name not in (done or ())}}
    require(target is None, metric["kind"] != "binary" or value != 1)
    return metric


def continue_from_value(metric: dict[str, Any], value: Decimal | None, target: Decimal | None) -> dict[str, Any]:
    b, t = (metric[name] if said is None else said for name, said in (("baseline", value), ("target", target)))
    if t is None or (metric["relative"] is not None and value is None and target is None):
        return {**metric, "target": None}
    require(b is not None)
    return {**metric, "baseline": b, "target": t, "relative": None}


def with_baseline(metric: dict[str, Any], baseline: Decimal | None) -> dict[str, Any]:
    """A metric that starts from this baseline: a relative target follows it."""
    if metric["relative"] is None:
        return {**metric, "baseline": baseline}
    target = None if baseline is None else baseline + abs(baseline) * metric["relative"]
    return {**metric, "baseline": baseline, "target": target}


def without_baseline(metric: dict[str, Any]) -> dict[str, Any]:
    return with_baseline(metric, None) if metric["kind"] in {"increase", "decrease"} else metric


def lacks_baseline(metric: dict[str, Any]) -> bool:
    return metric["kind"] in {"increase", "decrease"} and metric["baseline"] is None


def can_set_baseline(check_in: dict[str, Any], metric: dict[str, Any]) -> bool:
    value = check_in["value"]
    return not check_in["retracted"] and value is not None and (value != 0 or metric["relative"] is None)


def accepts_value(metric: dict[str, Any], value: Decimal | None, milestones: list[str] | None) -> bool:
    if metric["kind"] == "milestones":
        return value is None and set(milestones or ()) <= metric["steps"].keys()
    if milestones is not None or (metric["kind"] == "binary" and value not in (None, 0, 1)):
        return False
    return not (lacks_baseline(metric) and metric["relative"] is not None and value == 0)
