"""Sealing: an event of its own fixes a closed cycle's report, right after the closing or, had that failed, at the next read."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Connection, select

from api.operations.checkpoints import SEAL, published
from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.errors import VersionConflict
from okr_events.event_log.hash_chain import Head
from projections import moment
from projections.queries import sealed_report
from projections.store.tables import OPEN, cycles, facts

PAUSE = 2.0
"""Seconds until a seal that failed is tried again, while nothing new is recorded."""


def attempt(own: Stores) -> bool:
    """Seal every cycle that is closed and not sealed yet; gives whether none is left. Never raises."""
    with _patiently() as troubles:
        for row in _waiting(own):
            with _patiently() as more:
                _seal(own, row)
            troubles.extend(more)
    return not troubles


def attend(own: Stores, head: Head) -> Head:
    """Look once at every head of the log whether a closed cycle waits for its seal; gives the head afterwards.

    What fails is tried again at the next head, or after some seconds.
    """
    if own.seen.position == head.position and monotonic() < own.seen.again:
        return head
    own.seen.again = inf if attempt(own) else monotonic() + PAUSE
    own.seen.position = head.position
    return own.views.catch_up()


@contextmanager
def _patiently() -> Iterator[list[Exception]]:
    troubles: list[Exception] = []
    try:
        yield troubles
    except Exception as error:  # noqa: BLE001 - whatever it is, the closing is recorded, and no read needs the seal
        troubles.append(error)
        structlog.get_logger().error("a closed cycle could not be sealed yet", exc_info=error)


def _waiting(own: Stores) -> list[Any]:
    own.views.catch_up()
    closed = (cycles.c.to_position == OPEN) & cycles.c.closed_at.is_not(None) & cycles.c.sealed_at.is_(None)
    with own.views.reading() as connection:
        return list(connection.execute(select(cycles).where(closed)))


def _seal(own: Stores, row: Any) -> None:
    at = moment.at_position(own.log, row.closed_at, own.okrs.time_zone())
    with own.views.reading() as connection:
        report = sealed_report.canonical(connection, at, row, own.log.root(row.closed_at))
        intent = _of_closing(connection, row)
    try:
        own.okrs.seal_cycle(intent, UUID(row.id), position=row.closed_at, format=sealed_report.FORMAT, report=report)
    except VersionConflict:
        return  # another process was faster
    published(own, own.settings, SEAL)


def _of_closing(connection: Connection, row: Any) -> Intent:
    """Whoever closed the cycle sealed it, by the same request."""
    envelope = connection.scalars(select(facts.c.envelope).where(facts.c.position == row.closed_at)).one()
    parts = orjson.loads(envelope)
    return Intent(UUID(parts["actor"]), correlation_id=UUID(parts["correlation_id"]))
