"""Fixtures that append events to a log without an application."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.event_log.append import Append
from okr_events.event_log.envelope import Envelope

ACTOR = UUID(int=30)


@pytest.fixture
def append(store: Any) -> Callable[..., Sequence[int]]:
    """Append events to a stream, starting at a version; return their positions."""

    def record(count: int = 1, *, stream: UUID | None = None, version: int = 1, state: bytes = b"{}", **how: Any) -> Any:
        id = stream or uuid4()
        events = [StoredEvent(id, version + n, "Unit.Renamed", state) for n in range(count)]
        recorded = store.log.record(Append(events, [Envelope(ACTOR)] * count, **how)).recorded
        return [event.position for event in recorded]

    return record
