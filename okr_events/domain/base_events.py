"""Kinds of events that change an aggregate in a standard way, so that they need no method of their own."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate

METADATA = {"originator_id", "originator_version", "timestamp"}


class HasState(Protocol):
    state: str


class FieldsChanged(Aggregate.Event):
    """An event whose fields replace those of the aggregate with the same names."""

    def apply(self, aggregate: object) -> None:
        for name in vars(self).keys() - METADATA:
            setattr(aggregate, name, getattr(self, name))


class StateChanged(Aggregate.Event):
    """An event after which the aggregate is in `STATE`."""

    STATE = ""

    def apply(self, aggregate: HasState) -> None:
        aggregate.state = self.STATE


def change_fields(aggregate: Aggregate, event: type[CanMutateAggregate[UUID]], **fields: object) -> None:
    """Trigger the event unless nothing changes; null fields stay as they are."""
    present = {name: getattr(aggregate, name) for name in fields}
    values = {name: str(value) if isinstance(value, StrEnum) else value for name, value in fields.items() if value is not None}
    if present | values != present:
        aggregate.trigger_event(event, **present | values)
