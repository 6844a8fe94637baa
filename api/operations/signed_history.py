"""What was signed of the log, held against the log as it is: by this installation, and by a checkpoint kept elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.operations.checkpoints import find_discontinuity
from api.operations.stores import Stores
from okr_events.audit.public_keys import parse_keys
from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, VerifierKey, verify_checkpoint
from okr_events.event_log.integrity_check import Fault
from okr_events.event_log.merkle_store import NodeMissing
from okr_events.register import checkpoints, signing_keys


@dataclass(frozen=True, slots=True)
class ExternalCheckpoint:
    """The texts of a checkpoint and of a file of keys, both kept outside this installation."""

    note: str
    keys: str


def find_faults(stores: Stores, kept: ExternalCheckpoint | None) -> Iterator[Fault]:
    with stores.register.engine.connect() as connection:
        newest, known = checkpoints.find_latest(connection), signing_keys.list_known_keys(connection)
    if newest:
        yield from _checkpoint_faults(stores, "the newest checkpoint", newest.note, [key.verifier for key in known])
    if kept:
        try:
            yield from _checkpoint_faults(stores, "the checkpoint kept elsewhere", kept.note, parse_keys(kept.keys))
        except InvalidNote as error:
            yield Fault(0, f"the keys kept elsewhere: {error}")


def describe_unpublished(stores: Stores) -> str | None:
    """What is still owed to a place outside the database, in a sentence."""
    with stores.register.engine.connect() as connection:
        owed = checkpoints.list_unpublished(connection)
    if not owed:
        return None
    told = f"{len(owed)} since {owed[0].made_at}"
    return f"{told}: {owed[-1].error}" if owed[-1].error else told


def _checkpoint_faults(stores: Stores, which: str, note: str, keys: Sequence[VerifierKey]) -> Iterator[Fault]:
    try:
        signed = verify_checkpoint(note, keys)
        size = stores.log.head().position
        wrong = find_discontinuity(stores.log, signed, Checkpoint(signed.origin, size, stores.log.compute_root(size)))
    except InvalidNote as error:
        wrong = str(error)
    except NodeMissing as error:
        wrong = f"It cannot be compared, the Merkle tree lacks a node: {error}"
    if wrong:
        yield Fault(0, f"{which}: {wrong}")
