"""Key results: measurable outcomes, and the check-ins that say how far they are."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events import metric as metrics
from okr_events.errors import Invalid, NotFound, NothingSaid, Refused
from okr_events.metric import Metric
from okr_events.numbers import ONE
from okr_events.objective import Objective
from okr_events.scale import Scale
from okr_events.values import Sealed, Words, new_id


class KeyResultClosed(Refused):
    """The key result is cancelled or closed: it takes no more changes."""


class RetractedAlready(Refused):
    """The check-in was retracted: record a new one."""


class FutureDay(Invalid):
    """A check-in speaks about today or a day before, never about the future."""


class AfterTheCycle(Invalid):
    """The day lies after the cycle's last day."""


class DueOutsideCycle(Invalid):
    """The deadline lies within the cycle."""


class NoSuggestion(Invalid):
    """There is no progress to suggest a score from: say the score."""


class KeyResult(Aggregate):
    TOPIC = "KeyResult"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "KeyResult.Defined"
        objective_id: UUID
        cycle_id: UUID
        cycle_ends_on: date
        title: str
        description: str | None
        metric: dict[str, Any]
        weight: Decimal
        owner: UUID | None
        due_on: date

    class Renamed(Aggregate.Event):
        TOPIC = "KeyResult.Renamed"
        title: str

    class Described(Aggregate.Event):
        TOPIC = "KeyResult.Described"
        description: str

    class DeadlineMoved(Aggregate.Event):
        TOPIC = "KeyResult.DeadlineMoved"
        due_on: date

    class Reweighted(Aggregate.Event):
        TOPIC = "KeyResult.Reweighted"
        weight: Decimal

    class Reassigned(Aggregate.Event):
        TOPIC = "KeyResult.Reassigned"
        owner: UUID

    class TargetRevised(Aggregate.Event):
        TOPIC = "KeyResult.TargetRevised"
        metric: dict[str, Any]

    class BaselineCaptured(Aggregate.Event):
        TOPIC = "KeyResult.BaselineCaptured"
        metric: dict[str, Any]
        check_in_id: UUID | None

    class CheckedIn(Aggregate.Event):
        TOPIC = "KeyResult.CheckedIn"
        check_in_id: UUID
        measured_on: date
        value: Decimal | None
        milestones: list[str] | None
        confidence: Decimal | None
        status: str | None
        note: Words | Sealed | None
        wins: list[Words | Sealed]
        blockers: list[dict[str, Any]]
        next_steps: list[Words | Sealed]

    class CheckInCorrected(Aggregate.Event):
        TOPIC = "KeyResult.CheckInCorrected"
        check_in_id: UUID
        measured_on: date | None
        value: Decimal | None
        milestones: list[str] | None
        confidence: Decimal | None
        status: str | None
        note: Words | Sealed | None
        wins: list[Words | Sealed] | None
        blockers: list[dict[str, Any]] | None
        next_steps: list[Words | Sealed] | None

    class CheckInRetracted(Aggregate.Event):
        TOPIC = "KeyResult.CheckInRetracted"
        check_in_id: UUID

    class Scored(Aggregate.Event):
        TOPIC = "KeyResult.Scored"
        score: Decimal
        suggested: Decimal | None
        suggested_at: int | None
        decision: str | None
        root_cause: Words | Sealed | None

    class ScoreCorrected(Aggregate.Event):
        TOPIC = "KeyResult.ScoreCorrected"
        score: Decimal
        suggested: Decimal | None
        suggested_at: int | None
        decision: str | None
        root_cause: Words | Sealed | None

    class Cancelled(Aggregate.Event):
        TOPIC = "KeyResult.Cancelled"

    @classmethod
    def define(
        cls,
        objective: Objective,
        *,
        cycle_span: tuple[date, date],
        title: str,
        metric: dict[str, Any],
        description: str | None = None,
        weight: Decimal = ONE,
        owner: UUID | None = None,
        due_on: date | None = None,
    ) -> "KeyResult":
        form = metrics.defined(metric).as_dict()
        due_on = due_on or cycle_span[1]
        if not cycle_span[0] <= due_on <= cycle_span[1]:
            raise DueOutsideCycle("/due_on")
        objective.check_live()
        return cls(
            objective_id=objective.id,
            cycle_id=objective.cycle_id,
            cycle_ends_on=cycle_span[1],
            title=title,
            description=description,
            metric=form,
            weight=weight,
            owner=owner,
            due_on=due_on,
        )

    def change(self, *, cycle_span: tuple[date, date], **fields: Any) -> None:
        """Change title, description, weight or due_on; those that are null or the same stay."""
        title, description, weight, due_on = (fields.get(n) for n in ("title", "description", "weight", "due_on"))
        if all(said is None for said in (title, description, weight, due_on)):
            raise NothingSaid("")
        if due_on and not cycle_span[0] <= due_on <= cycle_span[1]:
            raise DueOutsideCycle("/due_on")
        self.check_open()
        if title not in (None, self.title):
            self._renamed(title=title)
        if description not in (None, self.description):
            self._described(description=description)
        if due_on not in (None, self.due_on):
            self._deadline_moved(due_on=due_on)
        if weight is not None:
            self.reweight(weight)

    def reweight(self, weight: Decimal) -> None:
        self.check_open()
        if weight != self.weight:
            self._reweighted(weight=weight)

    def reassign(self, owner: UUID) -> None:
        self.check_open()
        if owner != self.owner:
            self._reassigned(owner=owner)

    def revise_target(self, *, target: Decimal | None = None, low: Decimal | None = None, high: Decimal | None = None) -> None:
        form = self.measured_by.revised(target=target, low=low, high=high).as_dict()
        self.check_open()
        if form != self.metric:
            self._target_revised(metric=form)

    def check_in(
        self,
        *,
        today: date,
        measured_on: date | None = None,
        value: Decimal | None = None,
        milestones: list[str] | None = None,
        confidence: Decimal | None = None,
        status: str | None = None,
        note: Words | None = None,
        wins: list[Words] | None = None,
        blockers: list[dict[str, Any]] | None = None,
        next_steps: list[Words] | None = None,
    ) -> UUID:
        if all(said is None for said in (value, milestones, confidence, status)):
            raise NothingSaid("", "Say at least one of value, milestones, confidence and status.")
        self.measured_by.check(value, milestones)
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
        if value is not None and self._wants_baseline:
            self._capture(check_in_id, value)
        return check_in_id

    def correct_check_in(self, check_in_id: UUID, *, today: date, **fields: Any) -> None:
        """Replace what is named; what is null stays."""
        if all(value is None for value in fields.values()):
            raise NothingSaid("", "Say what is corrected.")
        stated = self.check_in_of(check_in_id)
        named = ("measured_on", "value", "milestones", "confidence", "status", "note", "wins", "blockers", "next_steps")
        corrected = {name: fields.get(name) for name in named}
        self._metric_before(check_in_id).check(corrected["value"], corrected["milestones"])
        if corrected["measured_on"]:
            self._check_day(corrected["measured_on"], today)
        self.check_open()
        if stated["retracted"]:
            raise RetractedAlready
        self._check_in_corrected(check_in_id=check_in_id, **corrected)
        if corrected["value"] is not None:
            self._recapture(check_in_id)

    def retract_check_in(self, check_in_id: UUID) -> None:
        stated = self.check_in_of(check_in_id)
        self.check_open()
        if stated["retracted"]:
            raise RetractedAlready
        self._check_in_retracted(check_in_id=check_in_id)
        self._recapture(check_in_id)

    def score_it(
        self,
        *,
        score: Decimal | None = None,
        suggested: Decimal | None = None,
        suggested_at: int | None = None,
        decision: str | None = None,
        root_cause: Words | None = None,
    ) -> None:
        """State the final judgement, 0 to 1; without one, the suggested score stands."""
        final = suggested if score is None else score
        if final is None:
            raise NoSuggestion("/score")
        self.check_open()
        state = self._scored if self.score is None else self._score_corrected
        state(score=final, suggested=suggested, suggested_at=suggested_at, decision=decision, root_cause=root_cause)

    def cancel(self) -> None:
        self.check_open()
        self._cancelled()

    def check_open(self) -> None:
        if self.state != "open":
            raise KeyResultClosed

    def check_in_of(self, check_in_id: UUID) -> dict[str, Any]:
        if str(check_in_id) not in self.check_ins:
            raise NotFound
        return self.check_ins[str(check_in_id)]

    @property
    def measured_by(self) -> Metric:
        return metrics.parsed(self.metric)

    @property
    def _wants_baseline(self) -> bool:
        metric = self.measured_by
        return isinstance(metric, Scale) and metric.baseline is None

    def _metric_before(self, check_in_id: UUID) -> Metric:
        """The metric as this check-in met it: before it lent its value as the baseline."""
        metric = self.measured_by
        captured = self.captured_from == str(check_in_id) and isinstance(metric, Scale)
        return metric.from_baseline(None) if captured and isinstance(metric, Scale) else metric

    def _check_day(self, measured_on: date, today: date) -> None:
        if measured_on > today:
            raise FutureDay("/measured_on")
        if measured_on > self.cycle_ends_on:
            raise AfterTheCycle("/measured_on")

    def _capture(self, check_in_id: UUID | None, baseline: Decimal | None) -> None:
        metric = self.measured_by
        if isinstance(metric, Scale):
            self._baseline_captured(metric=metric.from_baseline(baseline).as_dict(), check_in_id=check_in_id)

    def _recapture(self, check_in_id: UUID) -> None:
        """Take the baseline anew when the check-in that lent it has changed, or when one stated a value at last."""
        if self.captured_from != str(check_in_id) and not self._wants_baseline:
            return
        metric = self.measured_by
        stating = ((id, c["value"]) for id, c in self.check_ins.items() if not c["retracted"])
        first = next(((id, value) for id, value in stating if isinstance(metric, Scale) and metric.starts_from(value)), None)
        if first:
            self._capture(UUID(first[0]), first[1])
        elif self.captured_from:
            self._capture(None, None)

    @event(Created)
    def __init__(
        self,
        objective_id: UUID,
        cycle_id: UUID,
        cycle_ends_on: date,
        title: str,
        description: str | None,
        metric: dict[str, Any],
        weight: Decimal,
        owner: UUID | None,
        due_on: date,
    ) -> None:
        self.objective_id = objective_id
        self.cycle_id = cycle_id
        self.cycle_ends_on = cycle_ends_on
        self.title = title
        self.description = description
        self.metric = metric
        self.weight = weight
        self.owner = owner
        self.due_on = due_on
        self.state = "open"
        self.score: Decimal | None = None
        self.captured_from: str | None = None
        self.check_ins: dict[str, dict[str, Any]] = {}

    @event(Renamed)
    def _renamed(self, title: str) -> None:
        self.title = title

    @event(Described)
    def _described(self, description: str) -> None:
        self.description = description

    @event(DeadlineMoved)
    def _deadline_moved(self, due_on: date) -> None:
        self.due_on = due_on

    @event(Reweighted)
    def _reweighted(self, weight: Decimal) -> None:
        self.weight = weight

    @event(Reassigned)
    def _reassigned(self, owner: UUID) -> None:
        self.owner = owner

    @event(TargetRevised)
    def _target_revised(self, metric: dict[str, Any]) -> None:
        self.metric = metric

    @event(BaselineCaptured)
    def _baseline_captured(self, metric: dict[str, Any], check_in_id: UUID | None) -> None:
        self.metric = metric
        self.captured_from = str(check_in_id) if check_in_id else None

    @event(CheckedIn)
    def _checked_in(
        self,
        check_in_id: UUID,
        measured_on: date,
        value: Decimal | None,
        milestones: list[str] | None,
        confidence: Decimal | None,
        status: str | None,
        note: Words | Sealed | None,
        wins: list[Words | Sealed],
        blockers: list[dict[str, Any]],
        next_steps: list[Words | Sealed],
    ) -> None:
        self.check_ins[str(check_in_id)] = {"value": value, "version": 1, "retracted": False}

    @event(CheckInCorrected)
    def _check_in_corrected(
        self,
        check_in_id: UUID,
        measured_on: date | None,
        value: Decimal | None,
        milestones: list[str] | None,
        confidence: Decimal | None,
        status: str | None,
        note: Words | Sealed | None,
        wins: list[Words | Sealed] | None,
        blockers: list[dict[str, Any]] | None,
        next_steps: list[Words | Sealed] | None,
    ) -> None:
        stated = self.check_ins[str(check_in_id)]
        stated["version"] += 1
        stated["value"] = stated["value"] if value is None else value

    @event(CheckInRetracted)
    def _check_in_retracted(self, check_in_id: UUID) -> None:
        self.check_ins[str(check_in_id)]["retracted"] = True
        self.check_ins[str(check_in_id)]["version"] += 1

    @event(Scored)
    def _scored(
        self,
        score: Decimal,
        suggested: Decimal | None,
        suggested_at: int | None,
        decision: str | None,
        root_cause: Words | Sealed | None,
    ) -> None:
        self.score = score

    @event(ScoreCorrected)
    def _score_corrected(
        self,
        score: Decimal,
        suggested: Decimal | None,
        suggested_at: int | None,
        decision: str | None,
        root_cause: Words | Sealed | None,
    ) -> None:
        self.score = score

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.state = "cancelled"
