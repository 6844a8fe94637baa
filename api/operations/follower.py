"""Following the log: views kept warm, closed cycles sealed, checkpoints on schedule, and what is owed to a place sent again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.operations import cycle_sealing
from api.operations.checkpoint_publishing import publish
from api.operations.checkpoints import SCHEDULE, published
from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.domain.errors import Unavailable
from okr_events.register import checkpoints

PAUSE, AFTER_TROUBLE = 0.2, 1.0
"""Seconds between two rounds."""
RETRY = 60.0
"""Seconds between two attempts where no schedule is set."""


@dataclass(slots=True)
class Following:
    """`every` is how many seconds lie between two checkpoints, null for none on schedule; `due` when something comes next."""

    stores: Stores
    settings: Settings
    every: float | None
    due: float = 0.0

    def round(self, now: float) -> float:
        """Do what there is to do at a time in seconds, by a clock that never goes back; gives the seconds to wait then."""
        with _patiently() as troubles:
            cycle_sealing.attend(self.stores, self.stores.views.catch_up())
        with _patiently() as more:
            if now >= self.due:
                self.due = now + (self.every or RETRY)
                self._checkpoint()
        return AFTER_TROUBLE if troubles or more else PAUSE

    def _checkpoint(self) -> None:
        """A new one when the log has grown, with what is owed; else only that."""
        with self.stores.register.engine.connect() as connection:
            before = checkpoints.newest(connection)
        if self.every and self.stores.log.head().position != (before.size if before else 0):
            published(self.stores, self.settings, SCHEDULE)
        else:
            publish(self.stores, self.settings)


@contextmanager
def _patiently() -> Iterator[list[Exception]]:
    """A store that is busy, gone or behind is asked again in the next round."""
    troubles: list[Exception] = []
    try:
        yield troubles
    except (Unavailable, SQLAlchemyError, PersistenceError, sqlite3.Error) as error:
        troubles.append(error)
        structlog.get_logger().warning("not followed", error=str(error))
