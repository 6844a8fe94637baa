"""Cycles: named spans of days with a policy of their own."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events import policy
from okr_events.errors import Invalid, Refused
from okr_events.values import new_id

LONGEST = timedelta(days=36_525)


class EndsBeforeStart(Invalid):
    """A cycle ends on its first day or later, at most a hundred years later."""


class OutsideParent(Invalid):
    """A cycle lies within the cycle that holds it."""


class CycleActive(Refused):
    """The cycle is active already."""


class Cycle(Aggregate):
    TOPIC = "Cycle"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "Cycle.Created"
        name: str
        starts_on: date
        ends_on: date
        parent_id: UUID | None
        policy: dict[str, Any]

    class Activated(Aggregate.Event):
        TOPIC = "Cycle.Activated"

    class PolicyChanged(Aggregate.Event):
        TOPIC = "Cycle.PolicyChanged"
        policy: dict[str, Any]

    @classmethod
    def create(
        cls,
        *,
        name: str,
        starts_on: date,
        ends_on: date,
        parent: "Cycle | None" = None,
        policy_parts: dict[str, Any] | None = None,
    ) -> "Cycle":
        if not timedelta(0) <= ends_on - starts_on <= LONGEST:
            raise EndsBeforeStart("/ends_on")
        if parent and not parent.starts_on <= starts_on <= ends_on <= parent.ends_on:
            raise OutsideParent("/parent_id")
        whole = policy.merged(policy.DEFAULT, policy_parts or {})
        parent_id = parent.id if parent else None
        return cls(name=name, starts_on=starts_on, ends_on=ends_on, parent_id=parent_id, policy=whole)

    def activate(self) -> None:
        if self.state != "draft":
            raise CycleActive
        self._activated()

    def change_policy(self, parts: dict[str, Any]) -> None:
        whole = policy.merged(self.policy, parts)
        if whole != self.policy:
            self._policy_changed(policy=whole)

    def overlaps(self, other: "Cycle") -> bool:
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    @event(Created)
    def __init__(self, name: str, starts_on: date, ends_on: date, parent_id: UUID | None, policy: dict[str, Any]) -> None:
        self.name = name
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.policy = policy
        self.state = "draft"

    @event(Activated)
    def _activated(self) -> None:
        self.state = "active"

    @event(PolicyChanged)
    def _policy_changed(self, policy: dict[str, Any]) -> None:
        self.policy = policy
