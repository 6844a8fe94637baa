"""Strategic priorities: goals of the organisation over years."""

from datetime import date
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain.base_events import FieldsChanged, StateChanged, change_fields, given
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

    class Renamed(FieldsChanged):
        TOPIC = "Priority.Renamed"
        title: str

    class Described(FieldsChanged):
        TOPIC = "Priority.Described"
        description: str | None

    class PerspectiveChanged(FieldsChanged):
        TOPIC = "Priority.PerspectiveChanged"
        perspective: str

    class HorizonMoved(FieldsChanged):
        TOPIC = "Priority.HorizonMoved"
        starts_on: date
        ends_on: date

    class Reassigned(FieldsChanged):
        TOPIC = "Priority.Reassigned"
        owner: UUID | None

    class Retired(StateChanged):
        TOPIC = "Priority.Retired"
        STATE = "retired"

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

    def revise(self, *, horizon: tuple[date, date] | None = None, **fields: object) -> None:
        """Change title, description, perspective, horizon or owner; null clears the description or the owner."""
        if horizon is None and not fields:
            raise EmptyInput("")
        horizon = horizon or (self.starts_on, self.ends_on)
        _check_horizon(horizon)
        self.check_live()
        change_fields(self, self.Renamed, **given(fields, "title"))
        change_fields(self, self.Described, **given(fields, "description"))
        change_fields(self, self.PerspectiveChanged, **given(fields, "perspective"))
        change_fields(self, self.HorizonMoved, starts_on=horizon[0], ends_on=horizon[1])
        change_fields(self, self.Reassigned, **given(fields, "owner"))

    def retire(self) -> None:
        self.check_live()
        self.trigger_event(self.Retired)

    def check_live(self) -> None:
        if self.state == "retired":
            raise PriorityRetired

    @event(Created)
    def __init__(
        self, title: str, description: str | None, perspective: str, starts_on: date, ends_on: date, owner: UUID | None
    ) -> None:
        self.title = title
        self.description = description
        self.perspective = perspective
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.owner = owner
        self.state = "active"


def _check_horizon(horizon: tuple[date, date]) -> None:
    if horizon[1] < horizon[0]:
        raise HorizonEndsEarly("/horizon/ends_on")
