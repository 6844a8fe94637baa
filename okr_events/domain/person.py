"""People in the log: opaque ids. All that it records of one is that they were erased."""

from uuid import UUID

from eventsourcing.domain import Aggregate

from okr_events.domain.errors import Refused


class SelfErasure(Refused):
    code = "own-erasure"
    title = "Nobody erases themselves: the event would lose its reason with their words. Another admin does it."


class Person(Aggregate):
    TOPIC = "Person"

    class Created(Aggregate.Created):
        TOPIC = "Person.Erased"

    @classmethod
    def erase(cls, id: UUID, *, by: UUID) -> "Person":
        """The stream has the person's id. Raises `OwnErasure`."""
        if id == by:
            raise SelfErasure
        return cls._create(cls.Created, id=id)
