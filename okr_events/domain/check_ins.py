"""Reporting: what a key result decides about the check-ins that say how far it is."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from okr_events.domain.errors import EmptyInput, Invalid, NotFound, Refused
from okr_events.domain.metrics import metric as metrics
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.progress import Measurement
from okr_events.domain.values import AuthoredText, new_id


class AlreadyRetracted(Refused):
    code = "retracted-already"
    title = "The check-in was retracted: record a new one."


class FutureDay(Invalid):
    code = "future-day"
    title = "A check-in speaks about today or a day before, never about the future."


class AfterCycleEnd(Invalid):
    code = "after-the-cycle"
    title = "The day lies after the cycle's last day."


class CheckInMixin:
    """The part of a key result that takes check-ins, corrects and retracts them, and captures its baseline from them."""

    cycle_ends_on: date
    metric: dict[str, Any]
    captured_from: str | None
    check_ins: dict[str, dict[str, Any]]
    check_open: Callable[[], None]
    _checked_in: Callable[..., None]
    _check_in_corrected: Callable[..., None]
    _check_in_retracted: Callable[..., None]
    _baseline_captured: Callable[..., None]

    def check_in(
        self,
        *,
        today: date,
        measured_on: date | None = None,
        value: Decimal | None = None,
        milestones: list[str] | None = None,
        confidence: Decimal | None = None,
        status: str | None = None,
        note: AuthoredText | None = None,
        wins: list[AuthoredText] | None = None,
        blockers: list[dict[str, Any]] | None = None,
        next_steps: list[AuthoredText] | None = None,
    ) -> UUID:
        if all(said is None for said in (value, milestones, confidence, status)):
            raise EmptyInput("", "Say at least one of value, milestones, confidence and status.")
        self.parsed_metric.check_value(value, milestones)
        measured_on = measured_on or min(today, self.cycle_ends_on)
        self._check_day(measured_on, today)
        self.check_open()
        check_in_id = new_id()
        self._checked_in(
            check_in_id=check_in_id,
            measured_on=measured_on,
            value=value,
            milestones=milestones,
            confidence=confidence,
            status=status,
            note=note,
            wins=list(wins or ()),
            blockers=list(blockers or ()),
            next_steps=list(next_steps or ()),
        )
        if value is not None and self._needs_baseline:
            self._capture_baseline(check_in_id, value)
        return check_in_id

    def correct_check_in(self, check_in_id: UUID, *, today: date, **fields: Any) -> None:
        """Replace what is named; what is null stays."""
        if all(value is None for value in fields.values()):
            raise EmptyInput("", "Say what is corrected.")
        stated = self.get_check_in(check_in_id)
        named = ("measured_on", "value", "milestones", "confidence", "status", "note", "wins", "blockers", "next_steps")
        corrected = {name: fields.get(name) for name in named}
        self._metric_at_check_in(check_in_id).check_value(corrected["value"], corrected["milestones"])
        if corrected["measured_on"]:
            self._check_day(corrected["measured_on"], today)
        self.check_open()
        if stated["retracted"]:
            raise AlreadyRetracted
        self._check_in_corrected(check_in_id=check_in_id, **corrected)
        if corrected["value"] is not None:
            self._recapture_baseline(check_in_id)

    def retract_check_in(self, check_in_id: UUID) -> None:
        stated = self.get_check_in(check_in_id)
        self.check_open()
        if stated["retracted"]:
            raise AlreadyRetracted
        self._check_in_retracted(check_in_id=check_in_id)
        self._recapture_baseline(check_in_id)

    def get_check_in(self, check_in_id: UUID) -> dict[str, Any]:
        if str(check_in_id) not in self.check_ins:
            raise NotFound
        return self.check_ins[str(check_in_id)]

    @property
    def blocker_ids(self) -> set[str]:
        """The ids of all that its check-ins, as they stand, tell of as in the way; resolved or not."""
        return {id for said in self.check_ins.values() if not said["retracted"] for id in said["blockers"]}

    @property
    def latest_measurement(self) -> Measurement | None:
        """The last report, by (measured on, order), that states how far it is."""
        stating = [c for c in self.check_ins.values() if not c["retracted"] and (c["value"], c["milestones"]) != (None, None)]
        last = max(reversed(stating), key=lambda said: said["measured_on"], default=None)
        steps = last and last["milestones"]
        return last and Measurement(last["measured_on"], last["value"], None if steps is None else tuple(steps))

    @property
    def parsed_metric(self) -> Metric:
        return metrics.parse_metric(self.metric)

    @property
    def _needs_baseline(self) -> bool:
        metric = self.parsed_metric
        return isinstance(metric, DirectionalMetric) and metric.baseline is None

    def _metric_at_check_in(self, check_in_id: UUID) -> Metric:
        """The metric as this check-in met it: before it lent its value as the baseline."""
        metric = self.parsed_metric
        captured = self.captured_from == str(check_in_id) and isinstance(metric, DirectionalMetric)
        return metric.with_baseline(None) if captured and isinstance(metric, DirectionalMetric) else metric

    def _check_day(self, measured_on: date, today: date) -> None:
        if measured_on > today:
            raise FutureDay("/measured_on")
        if measured_on > self.cycle_ends_on:
            raise AfterCycleEnd("/measured_on")

    def _capture_baseline(self, check_in_id: UUID | None, baseline: Decimal | None) -> None:
        metric = self.parsed_metric
        if isinstance(metric, DirectionalMetric):
            self._baseline_captured(metric=metric.with_baseline(baseline).as_dict(), check_in_id=check_in_id)

    def _recapture_baseline(self, check_in_id: UUID) -> None:
        """Take the baseline anew when the check-in that lent it has changed, or when one stated a value at last."""
        if self.captured_from != str(check_in_id) and not self._needs_baseline:
            return
        metric = self.parsed_metric
        stating = ((id, c["value"]) for id, c in self.check_ins.items() if not c["retracted"])
        first = next(
            ((id, value) for id, value in stating if isinstance(metric, DirectionalMetric) and metric.can_start_from(value)),
            None,
        )
        if first:
            self._capture_baseline(UUID(first[0]), first[1])
        elif self.captured_from:
            self._capture_baseline(None, None)


def extract_ids(blockers: list[dict[str, Any]]) -> list[str]:
    return [str(blocker["id"]) for blocker in blockers]
