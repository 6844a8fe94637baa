"""A log as it stood at a position: older copies, and views that know nothing later."""

from typing import Any

from okr_events.event_log.hash_chain import Head, Recorded


class Prefix:
    """The first `position` events of a log; raise `position` to let it grow."""

    def __init__(self, log: Any, position: int) -> None:
        self.log = log
        self.position = position

    def head(self) -> Head:
        return self.log.moment(self.position) or Head()

    def moment(self, position: int) -> Head | None:
        return self.log.moment(position) if position <= self.position else None

    def recorded(self, *, after: int, limit: int) -> list[Recorded]:
        left = self.position - after
        return self.log.recorded(after=after, limit=min(limit, left)) if left > 0 else []
