"""The check of the log against the newest checkpoint, and against one kept elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.operations.checkpoints import find_discontinuity
from api.operations.stores import Stores
from okr_events.audit.trust import parse_keys
from okr_events.domain.errors import LogDamaged
from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, VerifierKey, verify_checkpoint
from okr_events.event_log.integrity_check import Fault
from okr_events.register import checkpoints, signing_keys


@dataclass(frozen=True, slots=True)
class ExternalCheckpoint:
    """The texts of a checkpoint and of a key file that were kept outside this installation."""

    note: str
    keys: str


def find_faults(stores: Stores, kept: ExternalCheckpoint | None) -> Iterator[Fault]:
    with stores.register.connect() as connection:
        newest, known = checkpoints.find_latest(connection), signing_keys.list_known_keys(connection)
    if newest:
        yield from _checkpoint_faults(stores, "newest checkpoint", newest.note, [key.verifier for key in known])
    if kept:
        try:
            yield from _checkpoint_faults(stores, "kept checkpoint", kept.note, parse_keys(kept.keys))
        except InvalidNote as error:
            yield Fault(0, f"The keys cannot be used. {error}")


def describe_unpublished(stores: Stores) -> str | None:
    """Return the number of unpublished checkpoints, since when, and the last error."""
    with stores.register.connect() as connection:
        pending = checkpoints.list_unpublished(connection)
    if not pending:
        return None
    summary = f"{len(pending)} since {pending[0].made_at}"
    return f"{summary}: {pending[-1].error}" if pending[-1].error else summary


def _checkpoint_faults(stores: Stores, label: str, note: str, keys: Sequence[VerifierKey]) -> Iterator[Fault]:
    try:
        signed = verify_checkpoint(note, keys)
        size = stores.log.head().position
        problem = find_discontinuity(stores.log, signed, Checkpoint(signed.origin, size, stores.log.compute_root(size)))
    except (InvalidNote, LogDamaged) as error:
        problem = str(error)
    if problem:
        yield Fault(0, f"The {label} does not match. {problem}")
