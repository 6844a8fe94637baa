"""Following the log: views kept warm, closed cycles sealed, checkpoints on schedule, and what is owed to a place sent again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.operations import cycle_sealing
from api.operations.checkpoint_publishing import publish_pending
from api.operations.checkpoints import SCHEDULE, publish_checkpoint
from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.domain.errors import Unavailable
from okr_events.register import checkpoints

POLL_SECONDS, ERROR_PAUSE_SECONDS = 0.2, 1.0
"""Seconds between two rounds."""
RETRY_SECONDS = 60.0
"""Seconds between two attempts where no schedule is set."""


@dataclass(slots=True)
class Follower:
    """`every` is how many seconds lie between two checkpoints, null for none on schedule; `due` when something comes next."""

    stores: Stores
    settings: Settings
    checkpoint_interval: float | None
    next_checkpoint_at: float = 0.0

    def run_once(self, now: float) -> float:
        """Do what there is to do at a time in seconds, by a clock that never goes back; gives the seconds to wait then."""
        with _collect_errors() as troubles:
            cycle_sealing.seal_at_new_head(self.stores, self.stores.views.catch_up())
        with _collect_errors() as more:
            if now >= self.next_checkpoint_at:
                self.next_checkpoint_at = now + (self.checkpoint_interval or RETRY_SECONDS)
                self._publish_checkpoints()
        return ERROR_PAUSE_SECONDS if troubles or more else POLL_SECONDS

    def _publish_checkpoints(self) -> None:
        """A new one when the log has grown, with what is owed; else only that."""
        with self.stores.register.engine.connect() as connection:
            before = checkpoints.find_latest(connection)
        if self.checkpoint_interval and self.stores.log.head().position != (before.size if before else 0):
            publish_checkpoint(self.stores, self.settings, SCHEDULE)
        else:
            publish_pending(self.stores, self.settings)


@contextmanager
def _collect_errors() -> Iterator[list[Exception]]:
    """A store that is busy, gone or behind is asked again in the next round."""
    troubles: list[Exception] = []
    try:
        yield troubles
    except (Unavailable, SQLAlchemyError, PersistenceError, sqlite3.Error) as error:
        troubles.append(error)
        structlog.get_logger().warning("not followed", error=str(error))
