"""Key results: measurable outcomes of an objective, with a metric, an owner and a deadline."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain import policy
from okr_events.domain.base_events import FieldsChanged, StateChanged, change_fields, given
from okr_events.domain.baseline import BaselineMixin, CheckInState
from okr_events.domain.check_ins import CheckInMixin
from okr_events.domain.contributors import ContributorsMixin
from okr_events.domain.decimals import ONE
from okr_events.domain.errors import EmptyInput, Invalid, KeyResultClosed
from okr_events.domain.metrics import metric as metrics
from okr_events.domain.objective import Objective
from okr_events.domain.scoring import ScoringMixin
from okr_events.domain.values import new_id
from okr_events.json_types import JsonObject


class DueOutsideCycle(Invalid):
    code = "due-outside-cycle"
    title = "due_on must lie within the cycle."


class KeyResult(CheckInMixin, BaselineMixin, ContributorsMixin, ScoringMixin, Aggregate):
    TOPIC = "KeyResult"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        """`origin` is the key result that this one carries over. Version 1 had none."""

        TOPIC = "KeyResult.Defined"
        class_version = 2
        objective_id: UUID
        cycle_id: UUID
        cycle_ends_on: date
        title: str
        description: str | None
        metric: JsonObject
        weight: Decimal
        owner: UUID | None
        due_on: date
        origin: UUID | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            state["origin"] = None

    class Renamed(FieldsChanged):
        TOPIC = "KeyResult.Renamed"
        title: str

    class Described(FieldsChanged):
        TOPIC = "KeyResult.Described"
        description: str | None

    class DeadlineMoved(FieldsChanged):
        TOPIC = "KeyResult.DeadlineMoved"
        due_on: date

    class Reweighted(FieldsChanged):
        TOPIC = "KeyResult.Reweighted"
        weight: Decimal

    class Reassigned(FieldsChanged):
        TOPIC = "KeyResult.Reassigned"
        owner: UUID

    class TargetRevised(FieldsChanged):
        TOPIC = "KeyResult.TargetRevised"
        metric: JsonObject

    class CadenceSet(FieldsChanged):
        """`cadence` has only the parts that the key result sets itself; the unit and the cycle provide the others."""

        TOPIC = "KeyResult.CadenceSet"
        cadence: JsonObject

    class Cancelled(StateChanged):
        TOPIC = "KeyResult.Cancelled"
        STATE = "cancelled"

    @classmethod
    def define(
        cls,
        objective: Objective,
        *,
        cycle_span: tuple[date, date],
        title: str,
        metric: JsonObject,
        description: str | None = None,
        weight: Decimal = ONE,
        owner: UUID | None = None,
        due_on: date | None = None,
        origin: UUID | None = None,
    ) -> "KeyResult":
        form = metrics.parse_new_metric(metric).as_dict()
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
            origin=origin,
        )

    def change(self, *, cycle_span: tuple[date, date], due_on: date | None = None, **fields: object) -> None:
        """Change title, description, weight or due_on; null clears the description."""
        if due_on is None and not fields:
            raise EmptyInput("")
        if due_on and not cycle_span[0] <= due_on <= cycle_span[1]:
            raise DueOutsideCycle("/due_on")
        self.check_open()
        change_fields(self, self.Renamed, **given(fields, "title"))
        change_fields(self, self.Described, **given(fields, "description"))
        change_fields(self, self.DeadlineMoved, due_on=due_on or self.due_on)
        change_fields(self, self.Reweighted, **given(fields, "weight"))

    def reweight(self, weight: Decimal) -> None:
        self.check_open()
        change_fields(self, self.Reweighted, weight=weight)

    def reassign(self, owner: UUID) -> None:
        self.check_open()
        change_fields(self, self.Reassigned, owner=owner)

    def revise_target(self, *, target: Decimal | None = None, low: Decimal | None = None, high: Decimal | None = None) -> None:
        form = self.parsed_metric.revise(target=target, low=low, high=high).as_dict()
        self.check_open()
        change_fields(self, self.TargetRevised, metric=form)

    def set_cadence(self, parts: JsonObject) -> None:
        """Set the parts of its check-in cadence that differ from its unit's and its cycle's; none means all are inherited."""
        cadence = policy.validate_cadence(parts)
        self.check_open()
        change_fields(self, self.CadenceSet, cadence=cadence)

    def cancel(self) -> None:
        self.check_open()
        self.trigger_event(self.Cancelled)

    def check_open(self) -> None:
        if self.state != "open":
            raise KeyResultClosed

    check_live = check_open

    @event(Created)
    def __init__(
        self,
        objective_id: UUID,
        cycle_id: UUID,
        cycle_ends_on: date,
        title: str,
        description: str | None,
        metric: JsonObject,
        weight: Decimal,
        owner: UUID | None,
        due_on: date,
        origin: UUID | None,
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
        self.origin = origin
        self.state = "open"
        self.score: Decimal | None = None
        self.cadence: JsonObject = {}
        self.captured_from: str | None = None
        self.check_ins: dict[str, CheckInState] = {}
        self.contributors: list[str] = []
