"""Sealing of closed cycles: an event fixes the report, right after closing or, if that failed, by `okr follow`."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from api.operations import sealed_reports
from api.operations.checkpoints import SEAL, record_checkpoint
from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.errors import VersionConflict
from okr_events.event_log.closing_constraints import find_unsealed_cycles
from okr_events.event_log.envelope import Envelope
from projections.queries.sealed_report import FORMAT_VERSION, RULES_VERSION


def seal_closed_cycles(own: Stores) -> bool:
    """Seal every closed, unsealed cycle; return whether all succeeded. Never raises."""
    with _collect_errors("could not look for closed cycles") as errors:
        for cycle, position in find_unsealed_cycles(own.log):
            with _collect_errors("cycle not sealed") as cycle_errors:
                _seal_cycle(own, cycle, position)
            errors.extend(cycle_errors)
    return not errors


@contextmanager
def _collect_errors(message: str) -> Iterator[list[Exception]]:
    errors: list[Exception] = []
    try:
        yield errors
    except Exception as error:  # noqa: BLE001 - no failure may fail the request: no read needs the seal
        errors.append(error)
        structlog.get_logger().error(message, exc_info=error)


def _seal_cycle(own: Stores, cycle: UUID, position: int) -> None:
    report = sealed_reports.make_report(own, cycle, position)
    versions = {"format": FORMAT_VERSION, "rules": RULES_VERSION}
    try:
        own.okrs.seal_cycle(_closing_intent(own, position), cycle, position=position, report=report, **versions)
    except VersionConflict:
        return  # another process sealed it
    record_checkpoint(own, own.settings, SEAL)
    with _collect_errors("views not compared with the sealed report"):
        _compare_views(own, cycle, position, report)


def _compare_views(own: Stores, cycle: UUID, position: int, report: bytes) -> None:
    """Rebuild the served views if they tell another report than the log; a copy of them is kept as evidence."""
    if sealed_reports.read_report(own, cycle, position) == report:
        return
    log = structlog.get_logger().bind(cycle=str(cycle), position=position)
    log.error("the views differ from the log: they were changed, and are rebuilt; the sealed report is the log's")
    log.error("the views were rebuilt", kept_as=own.views.copy_and_rebuild())


def _closing_intent(own: Stores, position: int) -> Intent:
    """Return an intent with the actor and correlation id of the closing."""
    [closing] = own.log.events_at([position])
    envelope = Envelope.decode(closing.envelope, closing.originator_id, closing.originator_version)
    return Intent(envelope.actor, correlation_id=envelope.correlation_id)
