"""A log as it stood at a position: older copies, and views that know nothing later."""

from typing import Any

from okr_events.event_log.hash_chain import Head, RecordedEvent


class LogPrefix:
    """The first `position` events of a log; raise `position` to let it grow."""

    def __init__(self, log: Any, position: int) -> None:
        self.log = log
        self.position = position

    def head(self) -> Head:
        return self.log.head_at(self.position) or Head()

    def head_at(self, position: int) -> Head | None:
        return self.log.head_at(position) if position <= self.position else None

    def events_after(self, *, after: int, limit: int) -> list[RecordedEvent]:
        left = self.position - after
        return self.log.events_after(after=after, limit=min(limit, left)) if left > 0 else []
