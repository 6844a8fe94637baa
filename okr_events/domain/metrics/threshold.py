"""Metrics that must stay within bounds in every period: `at_least`, `at_most` and `between`."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from okr_events.domain.decimals import format_decimal, format_decimal_or_null
from okr_events.domain.errors import NotRevisable, WrongMetric, refuse_milestones
from okr_events.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class ThresholdMetric:
    """`at_least` or `at_most`: a period is met when its last value is on that side of the target, or equal."""

    kind: str
    target: Decimal
    baseline: Decimal | None = None
    measure: str | None = None
    periodic: ClassVar[bool] = True

    def is_met(self, value: Decimal) -> bool:
        return value >= self.target if self.kind == "at_least" else value <= self.target

    def revise(self, *, target: Decimal | None, low: Decimal | None, high: Decimal | None) -> "ThresholdMetric":
        if target is None or low is not None or high is not None:
            raise NotRevisable("/target", "Give target only: this metric has no low and high.")
        return replace(self, target=target)

    def check_value(self, value: Decimal | None, milestones: list[str] | None) -> None:
        refuse_milestones(milestones)

    def as_dict(self) -> JsonObject:
        return {
            "kind": self.kind,
            "baseline": format_decimal_or_null(self.baseline),
            "target": format_decimal(self.target),
            "measure": self.measure,
        }


@dataclass(frozen=True, slots=True)
class RangeMetric:
    """`between`: a period is met when its last value lies in [low, high]."""

    low: Decimal
    high: Decimal
    measure: str | None = None
    kind: ClassVar[str] = "between"
    periodic: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise WrongMetric("/metric/low", "low must not be above high.")

    def is_met(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    def revise(self, *, target: Decimal | None, low: Decimal | None, high: Decimal | None) -> "RangeMetric":
        if target is not None or (low is None and high is None):
            raise NotRevisable("/target", "Give low, high or both: this metric has no target.")
        low, high = self.low if low is None else low, self.high if high is None else high
        if low > high:
            raise WrongMetric("/low", "low must not be above high.")
        return replace(self, low=low, high=high)

    def check_value(self, value: Decimal | None, milestones: list[str] | None) -> None:
        refuse_milestones(milestones)

    def as_dict(self) -> JsonObject:
        return {"kind": self.kind, "low": format_decimal(self.low), "high": format_decimal(self.high), "measure": self.measure}


PeriodicMetric = ThresholdMetric | RangeMetric
