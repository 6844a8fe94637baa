"""Check-ins: reports on a key result, their corrections and their retractions."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from eventsourcing.domain import Aggregate

from okr_events.domain.baseline import BaselineMixin, CheckInState
from okr_events.domain.errors import EmptyInput, Invalid, NotFound, Refused
from okr_events.domain.metrics.completion import MilestonesMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.progress import Measurement
from okr_events.domain.values import AuthoredText, EncryptedText, new_id
from okr_events.json_types import JsonObject

WITHDRAWABLE = ("confidence", "note")
"""What a correction can withdraw without replacing it."""


class AlreadyRetracted(Refused):
    code = "retracted-already"
    title = "The check-in was retracted. Record a new one instead."


class LastStatement(Refused):
    code = "last-statement"
    title = "A check-in states at least one of value, milestones, confidence and status. Retract it instead."


class FutureDay(Invalid):
    code = "future-day"
    title = "measured_on must not lie in the future."


class AfterCycleEnd(Invalid):
    code = "after-the-cycle"
    title = "measured_on must not lie after the cycle's last day."


class CheckInMixin(BaselineMixin):
    cycle_ends_on: date
    check_open: Callable[[], None]

    class CheckedIn(Aggregate.Event):
        TOPIC = "KeyResult.CheckedIn"
        check_in_id: UUID
        measured_on: date
        value: Decimal | None
        milestones: list[str] | None
        confidence: Decimal | None
        status: str | None
        note: AuthoredText | EncryptedText | None
        wins: list[AuthoredText | EncryptedText]
        blockers: list[JsonObject]
        next_steps: list[AuthoredText | EncryptedText]

        def apply(self, aggregate: "CheckInMixin") -> None:
            aggregate.check_ins[str(self.check_in_id)] = {
                "value": self.value,
                "milestones": self.milestones,
                "confidence": self.confidence,
                "status": self.status,
                "measured_on": self.measured_on,
                "blockers": _extract_ids(self.blockers),
                "version": 1,
                "retracted": False,
            }

    class CheckInCorrected(Aggregate.Event):
        """Null fields stay as they are; those `withdrawn` are no longer stated. Version 1 withdrew none."""

        TOPIC = "KeyResult.CheckInCorrected"
        class_version = 2
        check_in_id: UUID
        measured_on: date | None
        value: Decimal | None
        milestones: list[str] | None
        confidence: Decimal | None
        status: str | None
        note: AuthoredText | EncryptedText | None
        wins: list[AuthoredText | EncryptedText] | None
        blockers: list[JsonObject] | None
        next_steps: list[AuthoredText | EncryptedText] | None
        withdrawn: list[str]

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            state["withdrawn"] = []

        def apply(self, aggregate: "CheckInMixin") -> None:
            check_in = _next_version(aggregate, self.check_in_id)
            if self.value is not None:
                check_in["value"] = self.value
            if self.milestones is not None:
                check_in["milestones"] = self.milestones
            if self.confidence is not None or "confidence" in self.withdrawn:
                check_in["confidence"] = self.confidence
            if self.status is not None:
                check_in["status"] = self.status
            if self.measured_on is not None:
                check_in["measured_on"] = self.measured_on
            if self.blockers is not None:
                check_in["blockers"] = _extract_ids(self.blockers)

    class CheckInRetracted(Aggregate.Event):
        TOPIC = "KeyResult.CheckInRetracted"
        check_in_id: UUID

        def apply(self, aggregate: "CheckInMixin") -> None:
            _next_version(aggregate, self.check_in_id)["retracted"] = True

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
        blockers: list[JsonObject] | None = None,
        next_steps: list[AuthoredText] | None = None,
    ) -> UUID:
        """Record a check-in and return its id. `measured_on` defaults to today, but not past the cycle's last day."""
        if all(field is None for field in (value, milestones, confidence, status)):
            raise EmptyInput("", "Give at least one of value, milestones, confidence and status.")
        milestones = _match_steps(self.parsed_metric, milestones)
        self.parsed_metric.check_value(value, milestones)
        measured_on = measured_on or min(today, self.cycle_ends_on)
        self._check_day(measured_on, today)
        self.check_open()
        check_in_id = new_id()
        self.trigger_event(
            self.CheckedIn,
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

    def correct_check_in(
        self,
        check_in_id: UUID,
        *,
        today: date,
        measured_on: date | None = None,
        value: Decimal | None = None,
        milestones: list[str] | None = None,
        withdrawn: Collection[str] = (),
        **fields: object,
    ) -> None:
        """Replace the given fields; those that are null stay, but `withdrawn` ones, of `WITHDRAWABLE`, are no longer stated."""
        if not withdrawn and all(field is None for field in (measured_on, value, milestones, *fields.values())):
            raise EmptyInput("", "Give at least one field to correct.")
        check_in = self.get_check_in(check_in_id)
        metric = self._metric_before(check_in_id)
        milestones = _match_steps(metric, milestones)
        metric.check_value(value, milestones)
        if measured_on:
            self._check_day(measured_on, today)
        self.check_open()
        if check_in["retracted"]:
            raise AlreadyRetracted
        _check_statement_remains(check_in, withdrawn, value, milestones, fields.get("status"))
        corrected = {name: fields.get(name) for name in ("confidence", "status", "note", "wins", "blockers", "next_steps")}
        corrected |= {"measured_on": measured_on, "value": value, "milestones": milestones}
        self.trigger_event(self.CheckInCorrected, check_in_id=check_in_id, withdrawn=sorted(withdrawn), **corrected)
        if value is not None:
            self._recapture_baseline(check_in_id)

    def retract_check_in(self, check_in_id: UUID) -> None:
        check_in = self.get_check_in(check_in_id)
        self.check_open()
        if check_in["retracted"]:
            raise AlreadyRetracted
        self.trigger_event(self.CheckInRetracted, check_in_id=check_in_id)
        self._recapture_baseline(check_in_id)

    def get_check_in(self, check_in_id: UUID) -> CheckInState:
        if str(check_in_id) not in self.check_ins:
            raise NotFound(f"The key result has no check-in with the id {check_in_id}.")
        return self.check_ins[str(check_in_id)]

    @property
    def blocker_ids(self) -> set[str]:
        """The ids of the blockers in its check-ins as corrected, without retracted ones; resolved or not."""
        return {id for check_in in self.check_ins.values() if not check_in["retracted"] for id in check_in["blockers"]}

    @property
    def latest_measurement(self) -> Measurement | None:
        """The last check-in, by (measured on, order), that states a value or milestones."""
        reports = [c for c in self.check_ins.values() if not c["retracted"] and (c["value"], c["milestones"]) != (None, None)]
        if not reports:
            return None
        last = max(reversed(reports), key=lambda report: report["measured_on"])
        milestones = last["milestones"]
        return Measurement(last["measured_on"], last["value"], None if milestones is None else tuple(milestones))

    def _check_day(self, measured_on: date, today: date) -> None:
        if measured_on > today:
            raise FutureDay("/measured_on")
        if measured_on > self.cycle_ends_on:
            raise AfterCycleEnd("/measured_on")


def _next_version(aggregate: CheckInMixin, check_in_id: UUID) -> CheckInState:
    """Replace the state of a check-in by that of its next version, which the caller completes."""
    before = aggregate.check_ins[str(check_in_id)]
    after = aggregate.check_ins[str(check_in_id)] = before.copy()
    after["version"] += 1
    return after


def _check_statement_remains(check_in: CheckInState, withdrawn: Collection[str], *stated: object) -> None:
    """Raise `LastStatement` when a correction withdraws all that the check-in states."""
    remaining = (check_in["value"], check_in["milestones"], check_in["status"], *stated)
    if "confidence" in withdrawn and all(statement is None for statement in remaining):
        raise LastStatement


def _match_steps(metric: Metric, milestones: list[str] | None) -> list[str] | None:
    return metric.match_steps(milestones) if milestones and isinstance(metric, MilestonesMetric) else milestones


def _extract_ids(blockers: list[JsonObject]) -> list[str]:
    return [str(blocker["id"]) for blocker in blockers]
