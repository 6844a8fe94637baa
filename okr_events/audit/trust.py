"""Trust in an export: public keys, the checkpoint that signs it, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, VerifierKey, verify_checkpoint


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an export is valid, and `why` in sentences.

    `position` is the first one that fails, null if no single one does; `size` is the number of events that the export's
    checkpoint signs; `kind` is `whole` or `selection`, null if unknown; `roots` are those of a full export's tree by size.
    """

    valid: bool
    why: str
    position: int | None = None
    size: int = 0
    kind: str | None = None
    roots: Mapping[int, bytes] = field(default_factory=dict)


class ExportRejected(Exception):
    """The export is not valid; the message says why, and `position` where, if known."""

    def __init__(self, why: str, position: int | None = None) -> None:
        super().__init__(why)
        self.position = position


def parse_keys(text: str) -> list[VerifierKey]:
    """Return the keys of a text with one per line and comments that begin with `#`; lines may end like those of Windows.

    Raises `InvalidNote`.
    """
    numbered = ((number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), start=1))
    lines = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    if not lines:
        raise InvalidNote("The file contains no public key.")
    return [_parse_key(number, line) for number, line in lines]


def _parse_key(number: int, line: str) -> VerifierKey:
    try:
        return VerifierKey.parse(line)
    except (InvalidNote, UnicodeEncodeError) as error:
        raise InvalidNote(f"Line {number}: {error}") from None


def describe_trust(kept: Checkpoint, size: int) -> str:
    """Say for how many of the signed events the kept checkpoint vouches, and for how many only the export's signer does."""
    if kept.size >= size:
        return f"The kept checkpoint vouches for all {size}."
    if not kept.size:
        return "The kept checkpoint vouches for no event, only today's signer does."
    return f"The kept checkpoint vouches for the first {kept.size}, only today's signer for the {size - kept.size} after them."


def verify_own_checkpoint(note: object, keys: list[VerifierKey], kept: Checkpoint) -> Checkpoint:
    """Return the export's own checkpoint: of the same log as the kept one and not older, signed by one of these keys.

    Raises `ExportRejected`.
    """
    if type(note) is not str:
        raise ExportRejected("The checkpoint in the last line must be a string.")
    try:
        checkpoint = verify_checkpoint(note, keys)
    except InvalidNote as error:
        raise ExportRejected(f"The checkpoint in the last line cannot be trusted. {error}") from None
    if checkpoint.origin != kept.origin:
        raise ExportRejected(f"The export is of the log {checkpoint.origin}, the kept checkpoint of {kept.origin}.")
    if kept.size > checkpoint.size:
        raise ExportRejected(
            f"The kept checkpoint covers {kept.size} events, the export only {checkpoint.size}: "
            "its end was cut off, or it is older than the checkpoint.",
            checkpoint.size + 1,
        )
    return checkpoint
