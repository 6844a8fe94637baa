"""The baseline of a key result: captured from the first check-in that states a value, unless it was given."""

from datetime import date
from decimal import Decimal
from typing import Protocol, TypedDict
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate

from okr_events.domain.metrics import metric as metrics
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.json_types import JsonObject


class TriggerEvent(Protocol):
    def __call__(self, event_class: type[CanMutateAggregate[UUID]], **fields: object) -> None: ...


class CheckInState(TypedDict):
    """What a key result remembers of one check-in; `blockers` are ids."""

    value: Decimal | None
    milestones: list[str] | None
    confidence: Decimal | None
    status: str | None
    measured_on: date
    blockers: list[str]
    version: int
    retracted: bool


class BaselineMixin:
    metric: JsonObject
    captured_from: str | None
    check_ins: dict[str, CheckInState]
    trigger_event: TriggerEvent

    class BaselineCaptured(Aggregate.Event):
        """`check_in_id` is null when the baseline is withdrawn."""

        TOPIC = "KeyResult.BaselineCaptured"
        metric: JsonObject
        check_in_id: UUID | None

        def apply(self, aggregate: "BaselineMixin") -> None:
            aggregate.metric = self.metric
            aggregate.captured_from = str(self.check_in_id) if self.check_in_id else None

    @property
    def parsed_metric(self) -> Metric:
        return metrics.parse_metric(self.metric)

    @property
    def _directional_metric(self) -> DirectionalMetric | None:
        metric = self.parsed_metric
        return metric if isinstance(metric, DirectionalMetric) else None

    @property
    def _needs_baseline(self) -> bool:
        return (metric := self._directional_metric) is not None and metric.baseline is None

    def _metric_before(self, check_in_id: UUID) -> Metric:
        """The metric without the baseline that this check-in provided."""
        metric = self._directional_metric
        return metric.with_baseline(None) if metric and self.captured_from == str(check_in_id) else self.parsed_metric

    def _capture_baseline(self, check_in_id: UUID | None, baseline: Decimal | None) -> None:
        if metric := self._directional_metric:
            form = metric.with_baseline(baseline).as_dict()
            self.trigger_event(self.BaselineCaptured, metric=form, check_in_id=check_in_id)

    def _recapture_baseline(self, check_in_id: UUID) -> None:
        """Capture the baseline again after the check-in that provided it changed, or while there is none."""
        if self.captured_from != str(check_in_id) and not self._needs_baseline:
            return
        metric = self._directional_metric
        values = ((id, check_in["value"]) for id, check_in in self.check_ins.items() if not check_in["retracted"])
        first = next(((UUID(id), value) for id, value in values if metric and metric.can_start_from(value)), None)
        if first or self.captured_from:
            self._capture_baseline(*(first or (None, None)))
