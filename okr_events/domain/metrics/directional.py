"""Metrics that move from a baseline to a target: `increase` and `decrease`."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from okr_events.domain.decimals import EXACT, ONE, ZERO, divide, format_decimal, format_decimal_or_null
from okr_events.domain.errors import NotRevisable, WrongMetric, WrongValue, refuse_milestones
from okr_events.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class DirectionalMetric:
    """`increase` or `decrease` from a baseline to a target, absolute or relative to the baseline.

    Raw progress is `(v - b) / (t - b)`, signed. When a revised target is not ahead of the baseline it is 1 if met, else 0.
    A relative target is `t = b + |b| * r`. Baseline and target are null until the baseline is given or captured.
    """

    kind: str
    baseline: Decimal | None
    target: Decimal | None
    relative: Decimal | None = None
    measure: str | None = None
    periodic: ClassVar[bool] = False

    def validate(self) -> "DirectionalMetric":
        """The metric of a new key result, with the target computed from a relative one; raises `WrongMetric`."""
        if (self.target is None) == (self.relative is None):
            raise WrongMetric("/metric/target", "Give either target or relative.")
        if self.relative is None and self.baseline is None:
            raise WrongMetric("/metric/baseline", "An absolute target needs a baseline.")
        if self.relative is not None and (self.relative > ZERO) != (self.kind == "increase"):
            raise WrongMetric("/metric/relative", "relative must be above 0 for an increase and below 0 for a decrease.")
        metric = self if self.baseline is None or self.relative is None else self.with_baseline(self.baseline)
        if metric.baseline is not None and metric.baseline == metric.target:
            raise WrongMetric("/metric/target", "target must differ from baseline.")
        metric.check_direction("/metric/target")
        return metric

    def check_direction(self, pointer: str) -> None:
        if self._is_beyond(self.baseline, self.target):
            raise WrongMetric(pointer, "target must be above the baseline for an increase and below it for a decrease.")

    def with_baseline(self, baseline: Decimal | None) -> "DirectionalMetric":
        """The metric with this baseline and the target that follows from it; null removes both."""
        if self.relative is None:
            return replace(self, baseline=baseline)
        if baseline is None:
            return replace(self, baseline=None, target=None)
        if baseline == ZERO:
            raise WrongMetric("/metric/baseline", "baseline must not be 0 for a relative target.")
        target = EXACT.fma(abs(baseline), self.relative, baseline)
        return replace(self, baseline=baseline, target=target)

    def can_start_from(self, value: Decimal | None) -> bool:
        """Whether this value of a check-in can become the baseline."""
        return value is not None and (value != ZERO or self.relative is None)

    def revise(self, *, target: Decimal | None, low: Decimal | None, high: Decimal | None) -> "DirectionalMetric":
        if target is None or low is not None or high is not None:
            raise NotRevisable("/target", "Give target only: this metric has no low and high.")
        metric = replace(self, target=target, relative=None)
        metric.check_direction("/target")
        return metric

    def check_value(self, value: Decimal | None, milestones: list[str] | None) -> None:
        """Raise `WrongValue` for a value or milestones that do not fit the metric."""
        refuse_milestones(milestones)
        if value is not None and self.baseline is None and not self.can_start_from(value):
            raise WrongValue("/value", "The value must not be 0, because it becomes the baseline of a relative target.")

    def raw_progress(self, value: Decimal) -> Decimal | None:
        if self.baseline is None or self.target is None:
            return None
        if not self.target_is_ahead:
            return ONE if self.is_beyond_target(value) or value == self.target else ZERO
        return divide(EXACT.subtract(value, self.baseline), EXACT.subtract(self.target, self.baseline))

    @property
    def target_is_ahead(self) -> bool:
        """Whether the target lies in the metric's direction from the baseline."""
        return self._is_beyond(self.target, self.baseline)

    def is_beyond_target(self, value: Decimal) -> bool:
        return self._is_beyond(value, self.target)

    def is_below_baseline(self, value: Decimal) -> bool:
        return self._is_beyond(self.baseline, value)

    def _is_beyond(self, number: Decimal | None, other: Decimal | None) -> bool:
        """Whether the number lies in the metric's direction from the other; false when one is null."""
        if number is None or other is None:
            return False
        return number > other if self.kind == "increase" else number < other

    def as_dict(self) -> JsonObject:
        relative = {} if self.relative is None else {"relative": format_decimal(self.relative)}
        return {
            "kind": self.kind,
            "baseline": format_decimal_or_null(self.baseline),
            "target": format_decimal_or_null(self.target),
            **relative,
            "measure": self.measure,
        }
