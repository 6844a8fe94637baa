"""Metrics that are completed: `milestones` and `binary`."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from okr_events.domain.decimals import EXACT, ONE, ZERO, divide, format_decimal
from okr_events.domain.errors import NotRevisable, WrongMetric, WrongValue, refuse_milestones
from okr_events.domain.names import canonical
from okr_events.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class MilestonesMetric:
    """Named steps with weights: progress is the weight of the completed steps over the total weight."""

    steps: tuple[tuple[str, Decimal], ...]
    kind: ClassVar[str] = "milestones"
    periodic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        names = [name for name, _ in self.steps]
        if not names or len(set(names)) < len(names):
            raise WrongMetric("/metric/steps", "steps must have at least one step, and each name once.")
        if any(weight < ZERO for _, weight in self.steps) or not self._total_weight(names):
            raise WrongMetric("/metric/steps", "The weights of steps must be 0 or more, and at least one above 0.")

    def _total_weight(self, names: list[str]) -> Decimal:
        total = ZERO
        for name, weight in self.steps:
            total = EXACT.add(total, weight) if name in names else total
        return total

    def validate(self) -> "MilestonesMetric":
        """Raise `WrongMetric` for a new metric with steps that differ only in how their accents are encoded."""
        if len({canonical(name) for name, _ in self.steps}) < len(self.steps):
            raise WrongMetric("/metric/steps", "steps must have each name once.")
        return self

    def match_steps(self, milestones: list[str]) -> list[str]:
        """The milestones by the names of the steps, which may encode accents otherwise; unknown ones as they are."""
        names = {canonical(name): name for name, _ in self.steps}
        return [names.get(canonical(milestone), milestone) for milestone in milestones]

    def revise(self, **_: Decimal | None) -> "MilestonesMetric":
        raise NotRevisable("/target")

    def check_value(self, value: Decimal | None, milestones: list[str] | None) -> None:
        if value is not None:
            raise WrongValue("/value", "A milestones metric takes no value. Give milestones: all steps completed so far.")
        unknown = set(milestones or ()) - {name for name, _ in self.steps}
        if unknown:
            raise WrongValue("/milestones", f"The key result has no step called {', '.join(sorted(unknown))}.")

    def raw_progress(self, done: list[str]) -> Decimal:
        return divide(self._total_weight(done), self._total_weight([name for name, _ in self.steps]))

    def as_dict(self) -> JsonObject:
        return {"kind": self.kind, "steps": [{"name": name, "weight": format_decimal(weight)} for name, weight in self.steps]}


@dataclass(frozen=True, slots=True)
class BinaryMetric:
    """Done, 1, or not done, 0."""

    kind: ClassVar[str] = "binary"
    periodic: ClassVar[bool] = False

    def revise(self, **_: Decimal | None) -> "BinaryMetric":
        raise NotRevisable("/target")

    def check_value(self, value: Decimal | None, milestones: list[str] | None) -> None:
        refuse_milestones(milestones)
        if value is not None and value not in (ZERO, ONE):
            raise WrongValue("/value", "The value of a binary metric must be 0 or 1.")

    def raw_progress(self, value: Decimal) -> Decimal:
        return value

    def as_dict(self) -> JsonObject:
        return {"kind": self.kind}
