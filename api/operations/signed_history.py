"""What was signed of the log, held against the log as it is: by this installation, and by a checkpoint kept elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.operations.checkpoints import discontinued
from api.operations.stores import Stores
from okr_events.audit.public_keys import keys_of
from okr_events.event_log.checkpoint_notes import BadNote, Checkpoint, VerifierKey, opened
from okr_events.event_log.integrity_check import Fault
from okr_events.event_log.merkle_store import NodeMissing
from okr_events.register import checkpoints, signing_keys


@dataclass(frozen=True, slots=True)
class Kept:
    """The texts of a checkpoint and of a file of keys, both kept outside this installation."""

    note: str
    keys: str


def faults(stores: Stores, kept: Kept | None) -> Iterator[Fault]:
    with stores.register.engine.connect() as connection:
        newest, known = checkpoints.newest(connection), signing_keys.known(connection)
    if newest:
        yield from _faults(stores, "the newest checkpoint", newest.note, [key.verifier for key in known])
    if kept:
        try:
            yield from _faults(stores, "the checkpoint kept elsewhere", kept.note, keys_of(kept.keys))
        except BadNote as error:
            yield Fault(0, f"the keys kept elsewhere: {error}")


def unpublished(stores: Stores) -> str | None:
    """What is still owed to a place outside the database, in a sentence."""
    with stores.register.engine.connect() as connection:
        owed = checkpoints.unpublished(connection)
    if not owed:
        return None
    told = f"{len(owed)} since {owed[0].made_at}"
    return f"{told}: {owed[-1].error}" if owed[-1].error else told


def _faults(stores: Stores, which: str, note: str, keys: Sequence[VerifierKey]) -> Iterator[Fault]:
    try:
        signed = opened(note, keys)
        size = stores.log.head().position
        wrong = discontinued(stores.log, signed, Checkpoint(signed.origin, size, stores.log.root(size)))
    except BadNote as error:
        wrong = str(error)
    except NodeMissing as error:
        wrong = f"It cannot be compared, the Merkle tree lacks a node: {error}"
    if wrong:
        yield Fault(0, f"{which}: {wrong}")
