"""People: opaque ids in the log, whose only event is the erasure."""

from uuid import UUID

from eventsourcing.domain import Aggregate

from okr_events.domain.errors import Refused


class SelfErasure(Refused):
    code = "own-erasure"
    title = "You cannot erase yourself: the reason would be erased with you. Ask another admin to do it."


class Person(Aggregate):
    TOPIC = "Person"

    class Created(Aggregate.Created):
        TOPIC = "Person.Erased"

    @classmethod
    def erase(cls, id: UUID, *, by: UUID) -> "Person":
        """The stream has the person's id. Raises `SelfErasure`."""
        if id == by:
            raise SelfErasure
        return cls._create(cls.Created, id=id)
