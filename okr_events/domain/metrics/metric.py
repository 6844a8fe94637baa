"""The metric of a key result, read from its plain form and written back by its `as_dict`."""

from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import ONE
from okr_events.domain.errors import WrongMetric
from okr_events.domain.metrics.completion import Binary, Milestones
from okr_events.domain.metrics.directional import Scale
from okr_events.domain.metrics.threshold import Band, Bound

Metric = Scale | Bound | Band | Milestones | Binary
KINDS = ("increase", "decrease", "at_least", "at_most", "between", "milestones", "binary")


def defined(form: dict[str, Any]) -> Metric:
    """A new key result's metric from its stored form; raises `WrongMetric` for one that cannot be."""
    metric = parsed(form)
    return metric.defined() if isinstance(metric, Scale) else metric


def parsed(form: dict[str, Any]) -> Metric:
    """The metric of a stored form (`as_dict`), trusted to have been defined."""
    match form["kind"]:
        case "increase" | "decrease" as kind:
            baseline, target, relative = (_number(form, name) for name in ("baseline", "target", "relative"))
            return Scale(kind, baseline, target, relative, form.get("measure"))
        case "at_least" | "at_most" as kind:
            return Bound(kind, _needed(form, "target"), _number(form, "baseline"), form.get("measure"))
        case "between":
            return Band(_needed(form, "low"), _needed(form, "high"), form.get("measure"))
        case "milestones":
            steps = form.get("steps") or ()
            return Milestones(tuple((step["name"], Decimal(step.get("weight", ONE))) for step in steps))
        case _:
            return Binary()


def _number(form: dict[str, Any], name: str) -> Decimal | None:
    return None if form.get(name) is None else Decimal(form[name])


def _needed(form: dict[str, Any], name: str) -> Decimal:
    if form.get(name) is None:
        raise WrongMetric(f"/metric/{name}", "This kind of metric needs it.")
    return Decimal(form[name])
