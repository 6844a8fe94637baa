"""Given facts, when a command runs, then facts. A fact is the stored name of an event and its fields."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.utils import get_topic

from okr_events.event_log.event_mapper import CLASSES_BY_NAME

ID = UUID(int=1)
TIMESTAMP = datetime(2026, 5, 4, tzinfo=UTC)
BOOKKEEPING_FIELDS = {"originator_id", "originator_version", "originator_topic", "timestamp"}

Fact = tuple[str, dict[str, Any]]


@pytest.fixture
def given() -> Callable[..., Any]:
    """Builds an aggregate from facts."""

    def fold(*facts: Fact, id: UUID = ID) -> Any:
        aggregate: Any = None
        for version, (name, fields) in enumerate(facts, start=1):
            topic = {"originator_topic": name.partition(".")[0]} if version == 1 else {}
            event = CLASSES_BY_NAME[name](originator_id=id, originator_version=version, timestamp=TIMESTAMP, **topic, **fields)
            aggregate = event.mutate(aggregate)
        return aggregate

    return fold


@pytest.fixture
def facts() -> Callable[[Any], list[Fact]]:
    """The pending events of an aggregate as facts."""

    def pending(aggregate: Any) -> list[Fact]:
        return [(get_topic(type(event)), _event_fields(event)) for event in aggregate.collect_events()]

    return pending


def _event_fields(event: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(event).items() if name not in BOOKKEEPING_FIELDS}
