"""Every signature of a checkpoint, where verification needs one alone."""

from collections.abc import Sequence

from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey, verify_checkpoint


def verify_every_signature(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note on which each signature is by one of the keys."""
    text, _, signatures = note.rpartition("\n\n")
    [checkpoint] = {verify_checkpoint(f"{text}\n\n{line}\n", keys) for line in signatures.splitlines()}
    return checkpoint
