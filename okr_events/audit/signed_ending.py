"""The last line of an export: the checkpoint that signs all that comes before it."""

from typing import Any

from okr_events.audit.trust import ExportRejected
from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, VerifierKey, verify_checkpoint


def verify_own_checkpoint(note: Any, keys: list[VerifierKey], kept: Checkpoint) -> Checkpoint:
    """The export's own checkpoint: every signature on it is by one of the keys, and it is of the log that was kept.

    Raises `Refused`.
    """
    if type(note) is not str:
        raise ExportRejected("The checkpoint in the last line is not a text.")
    try:
        checkpoint = verify_checkpoint(note, keys, strict=True)
    except InvalidNote as bad:
        raise ExportRejected(f"The checkpoint in the last line cannot be trusted. {bad}") from None
    if checkpoint.origin != kept.origin:
        raise ExportRejected(f"The export is of the log {checkpoint.origin}, the kept checkpoint of {kept.origin}.")
    if kept.size > checkpoint.size:
        raise ExportRejected(
            f"The kept checkpoint is of {kept.size} events, the export of {checkpoint.size} only: "
            "its tail was dropped, or it was made before the checkpoint.",
            checkpoint.size + 1,
        )
    return checkpoint
