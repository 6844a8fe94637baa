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

from api.operations.checkpoints import SEAL, publish_checkpoint
from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.errors import VersionConflict
from okr_events.event_log.hash_chain import Head
from projections import moment
from projections.queries import sealed_report
from projections.store.tables import OPEN_ENDED, cycles, facts

RETRY_SECONDS = 2.0
"""Seconds until a seal that failed is tried again, while nothing new is recorded."""


def seal_closed_cycles(own: Stores) -> bool:
    """Seal every cycle that is closed and not sealed yet; gives whether none is left. Never raises."""
    with _collect_errors() as troubles:
        for row in _unsealed_cycles(own):
            with _collect_errors() as more:
                _seal_cycle(own, row)
            troubles.extend(more)
    return not troubles


def seal_at_new_head(own: Stores, head: Head) -> Head:
    """Look once at every head of the log whether a closed cycle waits for its seal; gives the head afterwards.

    What fails is tried again at the next head, or after some seconds.
    """
    if own.seal_check.position == head.position and monotonic() < own.seal_check.retry_at:
        return head
    own.seal_check.retry_at = inf if seal_closed_cycles(own) else monotonic() + RETRY_SECONDS
    own.seal_check.position = head.position
    return own.views.catch_up()


@contextmanager
def _collect_errors() -> Iterator[list[Exception]]:
    troubles: list[Exception] = []
    try:
        yield troubles
    except Exception as error:  # noqa: BLE001 - whatever it is, the closing is recorded, and no read needs the seal
        troubles.append(error)
        structlog.get_logger().error("a closed cycle could not be sealed yet", exc_info=error)


def _unsealed_cycles(own: Stores) -> list[Any]:
    own.views.catch_up()
    closed = (cycles.c.to_position == OPEN_ENDED) & cycles.c.closed_at.is_not(None) & cycles.c.sealed_at.is_(None)
    with own.views.connect() as connection:
        return list(connection.execute(select(cycles).where(closed)))


def _seal_cycle(own: Stores, row: Any) -> None:
    at = moment.moment_at_position(own.log, row.closed_at, own.okrs.time_zone())
    with own.views.connect() as connection:
        report = sealed_report.build_canonical_report(connection, at, row, own.log.compute_root(row.closed_at))
        intent = _closing_intent(connection, row)
    try:
        own.okrs.seal_cycle(intent, UUID(row.id), position=row.closed_at, format=sealed_report.FORMAT_VERSION, report=report)
    except VersionConflict:
        return  # another process was faster
    publish_checkpoint(own, own.settings, SEAL)


def _closing_intent(connection: Connection, row: Any) -> Intent:
    """Whoever closed the cycle sealed it, by the same request."""
    envelope = connection.scalars(select(facts.c.envelope).where(facts.c.position == row.closed_at)).one()
    parts = orjson.loads(envelope)
    return Intent(UUID(parts["actor"]), correlation_id=UUID(parts["correlation_id"]))
