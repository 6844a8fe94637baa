"""Alignments: typed links from a child objective to the goal or priority that it serves."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain.base_events import FieldsChanged, StateChanged, change_fields
from okr_events.domain.cycle import Cycle
from okr_events.domain.decimals import ONE
from okr_events.domain.errors import EmptyInput, Invalid, Refused
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, EncryptedText, Level, new_id


class AlignmentKind(StrEnum):
    """Contribute, inherit a key result, depend, serve a priority, or follow as a guide, in this order."""

    VERTICAL = "vertical"
    EXPLICIT = "explicit"
    HORIZONTAL = "horizontal"
    STRATEGIC = "strategic"
    DIRECTIONAL = "directional"

    @property
    def contributes(self) -> bool:
        """Whether the child counts in the parent's progress."""
        return self in (AlignmentKind.VERTICAL, AlignmentKind.EXPLICIT)


Parent = Objective | KeyResult | Priority
PARENT_CLASSES: dict[AlignmentKind, tuple[type[Parent], ...]] = {
    AlignmentKind.VERTICAL: (Objective,),
    AlignmentKind.EXPLICIT: (KeyResult,),
    AlignmentKind.HORIZONTAL: (Objective,),
    AlignmentKind.STRATEGIC: (Priority,),
    AlignmentKind.DIRECTIONAL: (Objective, KeyResult),
}
PARENT_TYPE_NAMES: dict[type[Parent], str] = {Objective: "objective", KeyResult: "key_result", Priority: "priority"}


class ServesItself(Invalid):
    code = "serves-itself"
    title = "An objective cannot be linked to itself or to one of its own key results."


class CyclesDoNotOverlap(Invalid):
    code = "cycles-apart"
    title = "The cycles of the child and the parent do not overlap in time."


class SameUnit(Invalid):
    code = "same-unit"
    title = "A horizontal link must go to an objective of another unit."


class WeightNotAllowed(Invalid):
    code = "weight-of-nothing"
    title = "Only vertical and explicit links have a weight."


class CapacityNotAllowed(Invalid):
    code = "capacity-of-nothing"
    title = "Only horizontal links have a capacity."


class NotADependency(Invalid):
    code = "not-a-dependency"
    title = "Only horizontal links can be confirmed or declined."


class ParentNotAbove(Refused):
    code = "not-above"
    title = "A vertical link must go to an objective of a higher-level unit or of an ancestor unit."


class AlignmentEnded(Refused):
    code = "alignment-ended"
    title = "The link has ended or was declined."


class DependencyAnswered(Refused):
    code = "dependency-answered"
    title = "The other side has already answered. End this dependency and propose a new one."


class Alignment(Aggregate):
    TOPIC = "Alignment"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        """Version 1 had vertical links only."""

        TOPIC = "Alignment.Linked"
        class_version = 2
        child_id: UUID
        parent_id: UUID
        parent_type: str
        kind: str
        weight: Decimal | None
        capacity: Decimal | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            state |= {"parent_type": "objective", "capacity": None}

    class Reweighted(FieldsChanged):
        TOPIC = "Alignment.Reweighted"
        weight: Decimal

    class CapacityAsked(FieldsChanged):
        TOPIC = "Alignment.CapacityAsked"
        capacity: Decimal | None

    class Confirmed(StateChanged):
        TOPIC = "Alignment.Confirmed"
        STATE = "confirmed"
        agreed_capacity: Decimal | None
        agreement: AuthoredText | EncryptedText | None

    class Declined(StateChanged):
        TOPIC = "Alignment.Declined"
        STATE = "declined"

    class Ended(StateChanged):
        TOPIC = "Alignment.Ended"
        STATE = "ended"

    @classmethod
    def link(
        cls,
        child: Objective,
        parent: Parent,
        *,
        kind: AlignmentKind,
        weight: Decimal | None = None,
        capacity: Decimal | None = None,
    ) -> "Alignment":
        """`capacity` is in person-days that the child needs from the parent's unit."""
        cls.check_ends(child, parent, kind)
        if weight is not None and not kind.contributes:
            raise WeightNotAllowed("/weight")
        if capacity is not None and kind is not AlignmentKind.HORIZONTAL:
            raise CapacityNotAllowed("/capacity")
        child.check_live()
        parent.check_live()
        weight = ONE if kind.contributes and weight is None else weight
        parent_type = PARENT_TYPE_NAMES[type(parent)]
        return cls(
            child_id=child.id, parent_id=parent.id, parent_type=parent_type, kind=kind.value, weight=weight, capacity=capacity
        )

    @staticmethod
    def check_ends(child: Objective, parent: Parent, kind: AlignmentKind) -> None:
        if child.id in (parent.id, getattr(parent, "objective_id", None)):
            raise ServesItself("/parent_id")
        if kind is AlignmentKind.HORIZONTAL and isinstance(parent, Objective) and parent.unit_id == child.unit_id:
            raise SameUnit("/parent_id")

    def change(self, **fields: Decimal | None) -> None:
        """Change the weight, or the requested capacity while it is unanswered, which null clears."""
        if not fields:
            raise EmptyInput("")
        if "capacity" in fields and self.kind != AlignmentKind.HORIZONTAL:
            raise CapacityNotAllowed("/capacity")
        if (weight := fields.get("weight")) is not None:
            self.reweight(weight)
        if "capacity" in fields:
            self.request_capacity(fields["capacity"])

    def request_capacity(self, capacity: Decimal | None) -> None:
        self.check_live()
        if capacity != self.capacity:
            self._check_proposed()
            self.trigger_event(self.CapacityAsked, capacity=capacity)

    def reweight(self, weight: Decimal) -> None:
        if self.weight is None:
            raise WeightNotAllowed("/weight")
        self.check_live()
        change_fields(self, self.Reweighted, weight=weight)

    def confirm(self, *, capacity: Decimal | None = None, agreement: AuthoredText | None = None) -> None:
        """Confirm the dependency with the requested capacity or another one."""
        self._check_proposed()
        self.trigger_event(self.Confirmed, agreed_capacity=self.capacity if capacity is None else capacity, agreement=agreement)

    def decline(self) -> None:
        self._check_proposed()
        self.trigger_event(self.Declined)

    def end(self) -> None:
        self.check_live()
        self.trigger_event(self.Ended)

    def check_live(self) -> None:
        if self.state in {"ended", "declined"}:
            raise AlignmentEnded

    def _check_proposed(self) -> None:
        if self.kind != AlignmentKind.HORIZONTAL:
            raise NotADependency("")
        self.check_live()
        if self.state != "proposed":
            raise DependencyAnswered

    @event(Created)
    def __init__(
        self, child_id: UUID, parent_id: UUID, parent_type: str, kind: str, weight: Decimal | None, capacity: Decimal | None
    ) -> None:
        self.child_id = child_id
        self.parent_id = parent_id
        self.parent_type = parent_type
        self.kind = kind
        self.weight = weight
        self.capacity = capacity
        self.state = "proposed" if kind == AlignmentKind.HORIZONTAL else "active"


def check_cycles(child: Cycle, parent: Cycle) -> None:
    if not child.overlaps(parent):
        raise CyclesDoNotOverlap("/parent_id")


def check_vertical(child: Unit, parent: Unit, ancestors_of_child: set[UUID]) -> None:
    if not Level(parent.level).is_above(Level(child.level)) and parent.id not in ancestors_of_child:
        raise ParentNotAbove
