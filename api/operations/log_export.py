"""Export of the log, or of one cycle, up to a checkpoint that is signed now."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from api.operations.checkpoints import DEMAND, create_checkpoint
from api.operations.stores import Stores
from okr_events.audit import export
from okr_events.domain.errors import Invalid, UnknownId
from okr_events.event_log.checkpoint_notes import Checkpoint, parse_unverified
from okr_events.event_log.cycle_events import find_cycle_positions


class CheckpointAhead(Invalid):
    code = "later-checkpoint"
    title = "The checkpoint covers more events than the log has."


class AnotherPast(Invalid):
    code = "another-past"
    title = "The log does not continue this checkpoint: it is of another log, or the past was rewritten."


class SinceWithoutCycle(Invalid):
    code = "nothing-to-prove"
    title = "`since` requires `cycle`: a full export needs no proof of how the log began."


@dataclass(frozen=True, slots=True)
class LogExport:
    """The number of events that the checkpoint covers, the number exported, and the lines: one per event, and the last."""

    size: int
    count: int
    lines: Iterator[bytes]


def export_log(stores: Stores, cycle: str | None, since: int | None) -> LogExport:
    """Export everything, or the events of the cycle with this id or name and the proof that they continue `since` events.

    Lines are read lazily. Raises `UnknownId`, `CheckpointAhead`, `SinceWithoutCycle` and the errors of `create_checkpoint`.
    """
    if since is not None and cycle is None:
        raise SinceWithoutCycle("/since")
    note = create_checkpoint(stores, stores.settings, DEMAND)
    size = parse_unverified(note).size
    if since is not None and since > size:
        raise CheckpointAhead("/since")
    if cycle is None:
        return LogExport(size, size, export.export_all(stores.log, note, size))
    positions = _cycle_positions(stores, cycle, size)
    return LogExport(size, len(positions), export.export_selection(stores.log, note, size, positions, since=since or 0))


def check_continues(stores: Stores, kept: Checkpoint) -> int:
    """Return the size of a checkpoint that this log continues. Raises `CheckpointAhead`, `AnotherPast`."""
    if kept.size > stores.log.head().position:
        raise CheckpointAhead("/since")
    if stores.log.compute_root(kept.size) != kept.root:
        raise AnotherPast("/since")
    return kept.size


def _cycle_positions(stores: Stores, cycle: str, size: int) -> list[int]:
    id = stores.log.claim_holder("cycle", cycle.casefold()) or _parse_id(cycle)
    positions = find_cycle_positions(stores.log, stores.okrs.mapper, id, size) if id else []
    if not positions:
        raise UnknownId("/cycle", f"No cycle called {cycle}.")
    return positions


def _parse_id(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None
