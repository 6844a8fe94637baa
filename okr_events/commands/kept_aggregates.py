"""Aggregates kept in memory as they were folded from the log, so that a command folds only what the log has newer."""

from collections import OrderedDict
from threading import Lock, local
from typing import TypeVar
from uuid import UUID

from eventsourcing.domain import Aggregate

from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit

A = TypeVar("A", bound=Aggregate)

MAX_KEPT = 5_000
KEPT_TYPES = (KeyResult, Objective, Cycle, Unit)
"""The aggregates whose states hold no words of people."""


class Trusted(local):
    """The versions of the kept aggregates that a thread's command decides on unseen; null when it looks for newer events."""

    versions: dict[UUID, int] | None = None


class KeptAggregates:
    """Those used last. What is kept is never changed again: whoever decides on one takes a copy."""

    def __init__(self) -> None:
        self._kept = OrderedDict[UUID, Aggregate]()
        self._lock = Lock()

    def get(self, id: UUID) -> Aggregate | None:
        return self._kept.get(id)

    def put(self, aggregate: Aggregate) -> None:
        """Keep an aggregate that nobody changes any more, unless a newer version is kept."""
        with self._lock:
            known = self._kept.pop(aggregate.id, aggregate)
            self._kept[aggregate.id] = max(known, aggregate, key=_version)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


def copy_aggregate(aggregate: A) -> A:
    """A copy to decide on. Its lists and objects are its own; events replace what these hold."""
    copy = object.__new__(type(aggregate))
    copy.__dict__ = {name: value.copy() if isinstance(value, dict | list) else value for name, value in vars(aggregate).items()}
    return copy


def _version(aggregate: Aggregate) -> int:
    return aggregate.version
