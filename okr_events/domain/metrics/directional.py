"""Metrics that go somewhere: `increase` and `decrease`."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar

from okr_events.domain.decimals import EXACT, ONE, ZERO, divide, format_decimal, format_decimal_or_null
from okr_events.domain.errors import NotRevisable, WrongMetric, WrongValue


@dataclass(frozen=True, slots=True)
class DirectionalMetric:
    """`increase` or `decrease` from a baseline to a target, absolute or relative to the baseline.

    Raw progress is `(v - b) / (t - b)`, signed; where the target lies no longer ahead of the baseline, 1 when met, else 0.
    A relative target is `t = b + |b| * r`; baseline and target are null until the baseline is given or captured.
    """

    kind: str
    baseline: Decimal | None
    target: Decimal | None
    relative: Decimal | None = None
    measure: str | None = None
    periodic: ClassVar[bool] = False

    def validate(self) -> "DirectionalMetric":
        """Itself, when fit to be a new key result's metric; else `WrongMetric`."""
        if (self.target is None) == (self.relative is None):
            raise WrongMetric("/metric/target", "Say either a target or a relative target.")
        if self.relative is None and self.baseline is None:
            raise WrongMetric("/metric/baseline", "A target needs the baseline that it starts from.")
        if self.relative is not None and (self.relative > ZERO) != (self.kind == "increase"):
            raise WrongMetric("/metric/relative", "Above 0 for an increase, below 0 for a decrease: t = b + |b| * r.")
        metric = self if self.baseline is None or self.relative is None else self.with_baseline(self.baseline)
        if metric.baseline is not None and metric.baseline == metric.target:
            raise WrongMetric("/metric/target", "The target equals the baseline: nothing would be measured.")
        metric.check_direction("/metric/target")
        return metric

    def check_direction(self, pointer: str) -> None:
        if self.baseline is None or self.target is None or self.baseline == self.target:
            return
        if (self.target > self.baseline) != (self.kind == "increase"):
            raise WrongMetric(pointer, "An increase ends above its baseline, a decrease below.")

    def with_baseline(self, baseline: Decimal | None) -> "DirectionalMetric":
        """The metric with its baseline given, captured or (null) withdrawn."""
        if self.relative is None:
            return replace(self, baseline=baseline)
        if baseline is None:
            return replace(self, baseline=None, target=None)
        if baseline == ZERO:
            raise WrongMetric("/metric/baseline", "A relative target needs a baseline other than 0.")
        target = EXACT.fma(abs(baseline), self.relative, baseline)
        return replace(self, baseline=baseline, target=target)

    def can_start_from(self, value: Decimal | None) -> bool:
        """Whether a check-in with this value can lend the baseline."""
        return value is not None and (value != ZERO or self.relative is None)

    def revise(self, *, target: Decimal | None, low: Decimal | None, high: Decimal | None) -> "DirectionalMetric":
        if target is None or low is not None or high is not None:
            raise NotRevisable("/target", "This metric is revised by its `target`.")
        metric = replace(self, target=target, relative=None)
        metric.check_direction("/target")
        return metric

    def check_value(self, value: Decimal | None, milestones: list[str] | None) -> None:
        """Raise `WrongValue` for what this metric cannot take."""
        if milestones is not None:
            raise WrongValue("/milestones", "Only a metric of milestones takes these.")
        if value is not None and self.baseline is None and not self.can_start_from(value):
            raise WrongValue("/value", "The baseline of a relative target is taken from this value: it cannot be 0.")

    def raw_progress(self, value: Decimal) -> Decimal | None:
        if self.baseline is None or self.target is None:
            return None
        if not self.target_is_ahead:
            return ONE if self.is_beyond_target(value) or value == self.target else ZERO
        return divide(EXACT.subtract(value, self.baseline), EXACT.subtract(self.target, self.baseline))

    @property
    def target_is_ahead(self) -> bool:
        """Whether the target lies ahead of the baseline, so that there is a way between them to measure."""
        if self.baseline is None or self.target is None:
            return False
        return self.target > self.baseline if self.kind == "increase" else self.target < self.baseline

    def is_beyond_target(self, value: Decimal) -> bool:
        if self.target is None:
            return False
        return value > self.target if self.kind == "increase" else value < self.target

    def is_below_baseline(self, value: Decimal) -> bool:
        if self.baseline is None:
            return False
        return value < self.baseline if self.kind == "increase" else value > self.baseline

    def as_dict(self) -> dict[str, Any]:
        relative = {} if self.relative is None else {"relative": format_decimal(self.relative)}
        return {
            "kind": self.kind,
            "baseline": format_decimal_or_null(self.baseline),
            "target": format_decimal_or_null(self.target),
            **relative,
            "measure": self.measure,
        }
