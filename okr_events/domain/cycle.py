"""Cycles: named periods with their own policy."""

from datetime import date, timedelta
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain import policy
from okr_events.domain.base_events import FieldsChanged, StateChanged, change_fields
from okr_events.domain.errors import CycleSealed, Invalid, Refused
from okr_events.domain.values import new_id
from okr_events.json_types import JsonObject

MAX_DURATION = timedelta(days=36_525)


class EndsBeforeStart(Invalid):
    code = "ends-before-start"
    title = "ends_on must be on or after starts_on, and at most 100 years later."


class OutsideParent(Invalid):
    code = "outside-parent"
    title = "A cycle must lie within its parent cycle."


class CycleActive(Refused):
    code = "cycle-active"
    title = "The cycle is already active."


class CycleNotActive(Refused):
    code = "cycle-not-active"
    title = "Only an active cycle can be closed."


class Cycle(Aggregate):
    TOPIC = "Cycle"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "Cycle.Created"
        name: str
        starts_on: date
        ends_on: date
        parent_id: UUID | None
        policy: JsonObject

    class Activated(StateChanged):
        TOPIC = "Cycle.Activated"
        STATE = "active"

    class PolicyChanged(FieldsChanged):
        TOPIC = "Cycle.PolicyChanged"
        policy: JsonObject

    class Closed(StateChanged):
        """`policy` is the final one, by which the cycle is evaluated from then on."""

        TOPIC = "Cycle.Closed"
        STATE = "closed"
        policy: JsonObject

    class Sealed(StateChanged):
        """`digest` is the hexadecimal SHA-256 of the report's canonical JSON as of `position`.

        `format` is the version of its members, `rules` that of the rules and formulae behind its numbers. Version 1 had no
        `rules`: they were the first.
        """

        TOPIC = "Cycle.Sealed"
        STATE = "sealed"
        class_version = 2
        position: int
        format: int
        rules: int
        digest: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            state["rules"] = 1

    @classmethod
    def create(
        cls, *, name: str, starts_on: date, ends_on: date, parent: "Cycle | None" = None, policy_parts: JsonObject | None = None
    ) -> "Cycle":
        if not timedelta(0) <= ends_on - starts_on <= MAX_DURATION:
            raise EndsBeforeStart("/ends_on")
        if parent and not parent.starts_on <= starts_on <= ends_on <= parent.ends_on:
            raise OutsideParent("/parent_id")
        merged = policy.merge(policy.DEFAULT_POLICY, policy_parts or {})
        return cls(name=name, starts_on=starts_on, ends_on=ends_on, parent_id=parent.id if parent else None, policy=merged)

    def activate(self) -> None:
        self.check_open()
        if self.state != "draft":
            raise CycleActive
        self.trigger_event(self.Activated)

    def change_policy(self, parts: JsonObject) -> None:
        merged = policy.merge(self.policy, parts)
        self.check_open()
        change_fields(self, self.PolicyChanged, policy=merged)

    def close(self) -> None:
        self.check_open()
        if self.state != "active":
            raise CycleNotActive
        self.trigger_event(self.Closed, policy=self.policy)

    def seal(self, *, position: int, format: int, rules: int, digest: str) -> None:
        """Record the digest of the closed cycle's report; a no-op in every other state."""
        if self.state == "closed":
            self.trigger_event(self.Sealed, position=position, format=format, rules=rules, digest=digest)

    def check_open(self) -> None:
        if self.state in {"closed", "sealed"}:
            raise CycleSealed

    @property
    def span(self) -> tuple[date, date]:
        return self.starts_on, self.ends_on

    def overlaps(self, other: "Cycle") -> bool:
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    @event(Created)
    def __init__(self, name: str, starts_on: date, ends_on: date, parent_id: UUID | None, policy: JsonObject) -> None:
        self.name = name
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.policy = policy
        self.state = "draft"
