"""Kinds of events that change an aggregate in a standard way, so that they need no method of their own."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from eventsourcing.domain import Aggregate

V = TypeVar("V")
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


def change_fields(aggregate: Aggregate, event: type[FieldsChanged], **fields: object) -> None:
    """Trigger the event unless nothing changes; fields of the event that are not given stay as they are."""
    values = {name: str(value) if isinstance(value, StrEnum) else value for name, value in fields.items()}
    present = {name: getattr(aggregate, name) for name in event.__dataclass_fields__ if name not in METADATA}
    if present | values != present:
        aggregate.trigger_event(event, **present | values)


def given(fields: Mapping[str, V], *names: str) -> dict[str, V]:
    """Those of the named fields that are given; null is a value, too."""
    return {name: fields[name] for name in names if name in fields}
