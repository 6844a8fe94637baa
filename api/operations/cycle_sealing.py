"""Sealing of closed cycles: an event fixes the report right after closing or, if that failed, at a later read."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic
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
from projections.store.tables import OPEN_ENDED, CycleRow, cycles, facts, fetch_rows

RETRY_SECONDS = 2.0
"""The pause before a failed seal is retried, unless an event is recorded earlier."""


def seal_closed_cycles(own: Stores) -> bool:
    """Seal every closed, unsealed cycle; return whether all succeeded. Never raises."""
    with _collect_errors("could not look for closed cycles") as errors:
        for cycle, position in _unsealed_cycles(own):
            with _collect_errors("cycle not sealed") as cycle_errors:
                _seal_cycle(own, cycle, position)
            errors.extend(cycle_errors)
    return not errors


def seal_at_new_head(own: Stores, head: Head) -> Head:
    """Seal closed cycles, once per head of the log; return the head afterwards.

    A failure is retried at the next head, or after `RETRY_SECONDS`.
    """
    if own.seal_check.position == head.position and monotonic() < own.seal_check.retry_at:
        return head
    own.seal_check.retry_at = inf if seal_closed_cycles(own) else monotonic() + RETRY_SECONDS
    own.seal_check.position = head.position
    return own.views.catch_up()


@contextmanager
def _collect_errors(message: str) -> Iterator[list[Exception]]:
    errors: list[Exception] = []
    try:
        yield errors
    except Exception as error:  # noqa: BLE001 - no failure may fail the request: no read needs the seal
        errors.append(error)
        structlog.get_logger().error(message, exc_info=error)


def _unsealed_cycles(own: Stores) -> list[tuple[CycleRow, int]]:
    """Return the closed cycles without a seal, each with the position of its closing."""
    own.views.catch_up()
    unsealed = (cycles.c.to_position == OPEN_ENDED) & cycles.c.closed_at.is_not(None) & cycles.c.sealed_at.is_(None)
    with own.views.connect() as connection:
        rows = fetch_rows(connection, CycleRow, select(cycles).where(unsealed))
        return [(row, row.closed_at) for row in rows if row.closed_at is not None]


def _seal_cycle(own: Stores, cycle: CycleRow, position: int) -> None:
    at = moment.moment_at_position(own.log, position, own.okrs.time_zone())
    with own.views.connect() as connection:
        report = sealed_report.build_canonical_report(connection, at, cycle, own.log.compute_root(position))
        intent = _closing_intent(connection, position)
    try:
        own.okrs.seal_cycle(intent, UUID(cycle.id), position=position, format=sealed_report.FORMAT_VERSION, report=report)
    except VersionConflict:
        return  # another process sealed it
    publish_checkpoint(own, own.settings, SEAL)


def _closing_intent(connection: Connection, position: int) -> Intent:
    """Return an intent with the actor and correlation id of the closing."""
    envelope = connection.scalars(select(facts.c.envelope).where(facts.c.position == position)).one()
    parts = orjson.loads(envelope)
    return Intent(UUID(parts["actor"]), correlation_id=UUID(parts["correlation_id"]))
