"""What metrics allow: how they are defined and revised, which values they take, and from whose value a target starts."""

from decimal import Decimal
from typing import Any

from tests.states.model.kept import need


def defined(metric: dict[str, Any]) -> dict[str, Any]:
    match metric["kind"]:
        case "increase" | "decrease":
            b, r, up = metric["baseline"], metric["relative"], metric["kind"] == "increase"
            need((metric["target"] is None) != (r is None), b is not None or r is not None)
            need(r is None or (r > 0 if up else r < 0), r is None or b != 0)
            metric = starting(metric, b)
            need(b is None or (metric["target"] > b if up else metric["target"] < b))
        case "between":
            need(metric["low"] <= metric["high"])
        case "milestones":
            need(sum(metric["steps"].values()))
    return metric


def revised(metric: dict[str, Any], said: dict[str, Decimal]) -> dict[str, Any]:
    names = {"between": {"low", "high"}, "milestones": set(), "binary": set()}.get(metric["kind"], {"target"})
    need(said, said.keys() <= names)
    metric = {**metric, **said}
    if metric["kind"] == "between":
        need(metric["low"] <= metric["high"])
    if metric["kind"] in {"increase", "decrease"}:
        b, t = metric["baseline"], metric["target"]
        need(b is None or (t >= b if metric["kind"] == "increase" else t <= b))
        metric["relative"] = None
    return metric


def starting(metric: dict[str, Any], baseline: Decimal | None) -> dict[str, Any]:
    """A metric that starts from this baseline: a relative target follows it."""
    if metric["relative"] is None:
        return {**metric, "baseline": baseline}
    target = None if baseline is None else baseline + abs(baseline) * metric["relative"]
    return {**metric, "baseline": baseline, "target": target}


def without_baseline(metric: dict[str, Any]) -> dict[str, Any]:
    return starting(metric, None) if metric["kind"] in {"increase", "decrease"} else metric


def wanting(metric: dict[str, Any]) -> bool:
    return metric["kind"] in {"increase", "decrease"} and metric["baseline"] is None


def can_lend(check_in: dict[str, Any], metric: dict[str, Any]) -> bool:
    value = check_in["value"]
    return not check_in["retracted"] and value is not None and (value != 0 or metric["relative"] is None)


def takes(metric: dict[str, Any], value: Decimal | None, milestones: list[str] | None) -> bool:
    if metric["kind"] == "milestones":
        return value is None and set(milestones or ()) <= metric["steps"].keys()
    if milestones is not None or (metric["kind"] == "binary" and value not in (None, 0, 1)):
        return False
    return not (wanting(metric) and metric["relative"] is not None and value == 0)
