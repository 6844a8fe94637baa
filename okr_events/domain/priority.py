"""Strategic priorities: goals of the organisation over years."""

from datetime import date
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain.errors import EmptyInput, Invalid, PriorityRetired
from okr_events.domain.values import Perspective, new_id


class HorizonEndsEarly(Invalid):
    code = "horizon-ends-early"
    title = "The horizon's ends_on must be on or after its starts_on."


class Priority(Aggregate):
    TOPIC = "Priority"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "Priority.Set"
        title: str
        description: str | None
        perspective: str
        starts_on: date
        ends_on: date
        owner: UUID | None

    class Renamed(Aggregate.Event):
        TOPIC = "Priority.Renamed"
        title: str

    class Described(Aggregate.Event):
        TOPIC = "Priority.Described"
        description: str

    class PerspectiveChanged(Aggregate.Event):
        TOPIC = "Priority.PerspectiveChanged"
        perspective: str

    class HorizonMoved(Aggregate.Event):
        TOPIC = "Priority.HorizonMoved"
        starts_on: date
        ends_on: date

    class Reassigned(Aggregate.Event):
        TOPIC = "Priority.Reassigned"
        owner: UUID

    class Retired(Aggregate.Event):
        TOPIC = "Priority.Retired"

    @classmethod
    def set(
        cls,
        *,
        title: str,
        perspective: Perspective,
        horizon: tuple[date, date],
        description: str | None = None,
        owner: UUID | None = None,
    ) -> "Priority":
        _check_horizon(horizon)
        return cls(
            title=title,
            description=description,
            perspective=perspective.value,
            starts_on=horizon[0],
            ends_on=horizon[1],
            owner=owner,
        )

    def revise(self, **fields: Any) -> None:
        """Change title, description, perspective, horizon or owner; null fields stay."""
        title, description, perspective = (fields.get(name) for name in ("title", "description", "perspective"))
        horizon, owner = fields.get("horizon"), fields.get("owner")
        if all(field is None for field in (title, description, perspective, horizon, owner)):
            raise EmptyInput("")
        if horizon:
            _check_horizon(horizon)
        self.check_live()
        if title not in (None, self.title):
            self._renamed(title=title)
        if description not in (None, self.description):
            self._described(description=description)
        if perspective not in (None, self.perspective):
            self._perspective_changed(perspective=str(perspective))
        if horizon not in (None, (self.starts_on, self.ends_on)):
            self._horizon_moved(starts_on=horizon[0], ends_on=horizon[1])
        if owner not in (None, self.owner):
            self._reassigned(owner=owner)

    def retire(self) -> None:
        self.check_live()
        self._retired()

    def check_live(self) -> None:
        if self.state == "retired":
            raise PriorityRetired

    @event(Created)
    def __init__(
        self,
        title: str,
        description: str | None,
        perspective: str,
        starts_on: date,
        ends_on: date,
        owner: UUID | None,
    ) -> None:
        self.title = title
        self.description = description
        self.perspective = perspective
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.owner = owner
        self.state = "active"

    @event(Renamed)
    def _renamed(self, title: str) -> None:
        self.title = title

    @event(Described)
    def _described(self, description: str) -> None:
        self.description = description

    @event(PerspectiveChanged)
    def _perspective_changed(self, perspective: str) -> None:
        self.perspective = perspective

    @event(HorizonMoved)
    def _horizon_moved(self, starts_on: date, ends_on: date) -> None:
        self.starts_on = starts_on
        self.ends_on = ends_on

    @event(Reassigned)
    def _reassigned(self, owner: UUID) -> None:
        self.owner = owner

    @event(Retired)
    def _retired(self) -> None:
        self.state = "retired"


def _check_horizon(horizon: tuple[date, date]) -> None:
    if horizon[1] < horizon[0]:
        raise HorizonEndsEarly("/horizon/ends_on")
