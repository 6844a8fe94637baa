"""The clock of the log: whoever operates it accepts that recorded times lead the wall clock for a while."""

from uuid import NAMESPACE_URL, uuid5

from eventsourcing.domain import Aggregate, event

CLOCK_ID = uuid5(NAMESPACE_URL, "urn:okr-events:clock")
"""The one stream of acceptances, so that they are found by their id."""


class Clock(Aggregate):
    TOPIC = "Clock"

    class Created(Aggregate.Created):
        TOPIC = "Clock.Accepted"

    class AcceptedAgain(Aggregate.Event):
        TOPIC = "Clock.AcceptedAgain"

    @classmethod
    def accept_first(cls) -> "Clock":
        return cls._create(cls.Created, id=CLOCK_ID)

    def accept_again(self) -> None:
        self._accepted_again()

    @event(AcceptedAgain)
    def _accepted_again(self) -> None:
        """Nothing follows for the aggregate: the log knows from its own times whether the clock leads."""
