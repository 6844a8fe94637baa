"""The follower: seals closed cycles, updates views, creates scheduled checkpoints, and retries their publication."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

import structlog
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.operations import cycle_sealing
from api.operations.checkpoint_publishing import publish_pending
from api.operations.checkpoints import SCHEDULE, record_checkpoint
from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.domain.errors import Unavailable
from okr_events.register import checkpoints

POLL_SECONDS, ERROR_PAUSE_SECONDS = 0.2, 1.0
"""The pauses between two rounds."""
SEAL_RETRY_SECONDS = 2.0
"""The pause before a failed seal is retried, unless an event is recorded earlier."""
RETRY_SECONDS = 60.0
"""The pause after a failed attempt to publish, and between two attempts if no schedule is set."""


@dataclass(slots=True)
class Follower:
    """Follows the log. `checkpoint_interval` is in seconds, null for no schedule."""

    stores: Stores
    settings: Settings
    checkpoint_interval: float | None
    next_checkpoint_at: float = 0.0
    sealed_position: int = -1
    next_seal_at: float = inf

    def run_once(self, now: float) -> float:
        """Run one round at a time of a monotonic clock; return the seconds to wait before the next."""
        with _collect_errors() as errors:
            self._seal_cycles(now)
            self.stores.views.catch_up()
        with _collect_errors() as publish_errors:
            if now >= self.next_checkpoint_at:
                self.next_checkpoint_at = now + RETRY_SECONDS
                published = self._publish_checkpoints()
                self.next_checkpoint_at = now + self._pause(published=published)
        return ERROR_PAUSE_SECONDS if errors or publish_errors else POLL_SECONDS

    def _seal_cycles(self, now: float) -> None:
        """Seal closed cycles, once per head of the log, and again after a failure; publish the checkpoint of a new seal."""
        position = self.stores.log.head().position
        if position != self.sealed_position or now >= self.next_seal_at:
            self.next_seal_at = inf if cycle_sealing.seal_closed_cycles(self.stores) else now + SEAL_RETRY_SECONDS
            self.sealed_position = position
            if self.stores.log.head().position != position:
                publish_pending(self.stores, self.settings)

    def _pause(self, *, published: bool) -> float:
        """A failure is retried soon: it must not cost an interval of the schedule."""
        return self.checkpoint_interval if published and self.checkpoint_interval else RETRY_SECONDS

    def _publish_checkpoints(self) -> bool:
        """Create and publish a checkpoint if one is scheduled and the log has grown; otherwise publish pending ones.

        Return whether every destination has received it.
        """
        with self.stores.register.connect() as connection:
            latest = checkpoints.find_latest(connection)
        scheduled = self.checkpoint_interval and self.stores.log.head().position != (latest.size if latest else 0)
        if scheduled and record_checkpoint(self.stores, self.settings, SCHEDULE) is None:
            return False
        return not publish_pending(self.stores, self.settings)


@contextmanager
def _collect_errors() -> Iterator[list[Exception]]:
    """Log and collect the errors of an unavailable store; the next round retries."""
    errors: list[Exception] = []
    try:
        yield errors
    except (Unavailable, SQLAlchemyError, PersistenceError, sqlite3.Error) as error:
        errors.append(error)
        structlog.get_logger().warning("follow failed", error=str(error))
