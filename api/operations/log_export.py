"""Exporting the log, or a cycle of it, up to a checkpoint that is signed now."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.operations.checkpoints import DEMAND, checkpoint_now
from api.operations.stores import Stores
from okr_events.audit import export
from okr_events.domain.errors import Invalid, NotFound, Unknown
from okr_events.event_log.checkpoint_notes import unverified
from projections.queries import event_filters
from projections.store import lookups


class LaterCheckpoint(Invalid):
    code = "later-checkpoint"
    title = "That checkpoint is of more events than the log holds."


class NothingToProve(Invalid):
    code = "nothing-to-prove"
    title = "An export of everything shows by itself how the log began: this is for one of a cycle."


@dataclass(frozen=True, slots=True)
class Export:
    """How many events the checkpoint signs and how many are exported; the lines: one for each, and the last."""

    size: int
    count: int
    lines: Iterator[bytes]


def exported(stores: Stores, cycle: str | None, since: int | None) -> Export:
    """Everything, or what is about the cycle with this id or name, with the proof that the first `since` events begin it.

    Nothing is read before the first line is asked for. Raises `Unknown`, `LaterCheckpoint`, `NothingToProve`, and what
    `checkpoint_now` raises.
    """
    if since is not None and cycle is None:
        raise NothingToProve("/since")
    note = checkpoint_now(stores, stores.settings, DEMAND)
    size = unverified(note).size
    if since is not None and since > size:
        raise LaterCheckpoint("/since")
    if cycle is None:
        return Export(size, size, export.whole(stores.log, note, size))
    positions = _positions(stores, cycle, size)
    return Export(size, len(positions), export.selection(stores.log, note, size, positions, since=since or 0))


def _positions(stores: Stores, cycle: str, size: int) -> list[int]:
    stores.views.catch_up()
    with stores.views.reading() as connection:
        try:
            id = lookups.cycle_named(connection, cycle, size).id
        except NotFound:
            raise Unknown("/cycle", "There is no cycle with this id or name.") from None
        return list(event_filters.positions_of_cycle(connection, id, upto=size))
