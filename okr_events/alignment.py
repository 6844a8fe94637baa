"""Alignments: typed links from a child objective to what it serves."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.cycle import Cycle
from okr_events.errors import Invalid, NothingSaid, Refused
from okr_events.numbers import ONE
from okr_events.objective import Objective
from okr_events.unit import Unit
from okr_events.values import Level, new_id


class Kind(StrEnum):
    VERTICAL = "vertical"


class ServesItself(Invalid):
    """An objective cannot serve itself."""


class CyclesApart(Invalid):
    """The cycles of the two do not overlap in time."""


class NotAbove(Refused):
    """A vertical link goes to an objective of a unit of a higher level, or of an ancestor unit."""


class AlignmentEnded(Refused):
    """The link has ended."""


class Alignment(Aggregate):
    TOPIC = "Alignment"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "Alignment.Linked"
        child_id: UUID
        parent_id: UUID
        kind: str
        weight: Decimal

    class Reweighted(Aggregate.Event):
        TOPIC = "Alignment.Reweighted"
        weight: Decimal

    class Ended(Aggregate.Event):
        TOPIC = "Alignment.Ended"

    @classmethod
    def link(cls, child: Objective, parent: Objective, *, kind: Kind, weight: Decimal = ONE) -> "Alignment":
        if child.id == parent.id:
            raise ServesItself("/parent_id")
        child.check_live()
        parent.check_live()
        return cls(child_id=child.id, parent_id=parent.id, kind=kind.value, weight=weight)

    def reweight(self, weight: Decimal | None) -> None:
        if weight is None:
            raise NothingSaid("")
        self.check_live()
        if weight != self.weight:
            self._reweighted(weight=weight)

    def end(self) -> None:
        self.check_live()
        self._ended()

    def check_live(self) -> None:
        if self.state == "ended":
            raise AlignmentEnded

    @event(Created)
    def __init__(self, child_id: UUID, parent_id: UUID, kind: str, weight: Decimal) -> None:
        self.child_id = child_id
        self.parent_id = parent_id
        self.kind = kind
        self.weight = weight
        self.state = "active"

    @event(Reweighted)
    def _reweighted(self, weight: Decimal) -> None:
        self.weight = weight

    @event(Ended)
    def _ended(self) -> None:
        self.state = "ended"


def check_cycles(child: Cycle, parent: Cycle) -> None:
    if not child.overlaps(parent):
        raise CyclesApart("/parent_id")


def check_vertical(child: Unit, parent: Unit, ancestors_of_child: set[UUID]) -> None:
    if not Level(parent.level).above(Level(child.level)) and parent.id not in ancestors_of_child:
        raise NotAbove
