"""An export of some events: each with the proof that it stands in the tree which the last line signs.

The checkpoint comes last, so what each proof leads to is noted: the first root, and the first place where another follows.
"""

from collections.abc import Iterator
from typing import Any

from okr_events.audit.export_format import MAX_INTEGER, MalformedLine, check_event, decode_proof, parse_line
from okr_events.audit.signed_ending import verify_own_checkpoint
from okr_events.audit.trust import ExportRejected, Verdict
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.hash_chain import hash_leaf
from okr_events.event_log.merkle import EMPTY_ROOT, root_from_proof, verify_consistency

EVENT_MEMBERS = (
    "envelope",
    "originator_id",
    "originator_version",
    "position",
    "proof",
    "recorded_at",
    "size",
    "state",
    "topic",
)
ENDING_MEMBERS = (("checkpoint",), ("checkpoint", "consistency"))


class PartialExport:
    """What is held while the events pass: the last position and time, and to which root the proofs lead.

    `here` is the position that the line at hand claims, once that is read.
    """

    kind = "selection"

    def __init__(self, kept: Checkpoint) -> None:
        self.kept = kept
        self.count = 0
        self.position = 0
        self.recorded_at = 0
        self.size = 0
        self.root = b""
        self.first_position = 0
        self.current_position: int | None = None
        self.mismatch_position: int | None = None

    def verify_events(self, lines: Iterator[bytes]) -> bytes:
        """Take the events; gives the line with the checkpoint that ends them, or nothing if there is none.

        Raises `Refused` and `Malformed`.
        """
        for line in lines:
            self.current_position = None
            members = parse_line(line)
            if "checkpoint" in members:
                return line
            if tuple(members) != EVENT_MEMBERS:
                raise MalformedLine(f"The members of the event in line {self.count + 1} are not {', '.join(EVENT_MEMBERS)}.")
            self._verify_event(*members.values())
        return b""

    def verify_ending(self, members: dict[str, Any], keys: list[VerifierKey]) -> Verdict:
        """The verdict, given the last line. Raises `Refused` and `Malformed`."""
        if tuple(members) not in ENDING_MEMBERS:
            raise MalformedLine("The last line of a selection has other members than checkpoint and consistency.")
        checkpoint = verify_own_checkpoint(members["checkpoint"], keys, self.kept)
        if checkpoint.size != self.size:
            raise ExportRejected(
                f"The proofs are of {self.size} events, the checkpoint of {checkpoint.size}.", self.first_position
            )
        if checkpoint.root != self.root:
            raise ExportRejected("Its proof does not lead to what the checkpoint signs: it was changed.", self.first_position)
        if self.mismatch_position:
            raise ExportRejected(
                "Its proof does not lead to what the checkpoint signs: it was changed.", self.mismatch_position
            )
        if "consistency" in members and not isinstance(members["consistency"], list):
            raise MalformedLine("consistency is a list of hashes, or is left out.")
        self._check_beginning(checkpoint, members.get("consistency"))
        return Verdict(valid=True, why=self._summary(checkpoint), size=self.size, kind=self.kind)

    def _verify_event(
        self,
        envelope: Any,
        id: Any,
        version: Any,
        position: Any,
        proof: Any,
        recorded_at: Any,
        size: Any,
        state: Any,
        topic: Any,
    ) -> None:
        check_event(envelope, id, version, position, recorded_at, state, topic)
        self.current_position = position
        if position <= self.position:
            raise ExportRejected(f"It does not come after position {self.position}, but stands there.", position)
        if recorded_at <= self.recorded_at:
            raise ExportRejected("Its time is not later than the one before.", position)
        if type(size) is not int or not position <= size <= MAX_INTEGER or (self.count and size != self.size):
            raise ExportRejected("The size of its tree is not the one that the others have.", position)
        hashed = hash_leaf(position, recorded_at, id, version, topic, state.encode(), envelope.encode())
        root = root_from_proof(hashed, position, size, decode_proof(proof))
        if root is None:
            raise ExportRejected(f"The proof is not one for position {position} of {size}.", position)
        self._record_root(position, size, root)
        self.recorded_at = recorded_at

    def _record_root(self, position: int, size: int, root: bytes) -> None:
        if not self.count:
            self.size, self.root, self.first_position = size, root, position
        elif root != self.root and self.mismatch_position is None:
            self.mismatch_position = position
        self.count, self.position = self.count + 1, position

    def _check_beginning(self, checkpoint: Checkpoint, consistency: Any) -> None:
        kept = self.kept
        if kept.size in (0, checkpoint.size):
            if consistency is not None or kept.root != (checkpoint.root if kept.size else EMPTY_ROOT):
                raise ExportRejected(
                    "The kept checkpoint signs another past of the same size, or a proof that nothing needs is there."
                )
            return
        if consistency is None:
            raise ExportRejected(
                f"A selection cannot show by itself that the {kept.size} events of the kept checkpoint begin the "
                f"{checkpoint.size} of its own: export it with --since and the kept checkpoint, or export everything."
            )
        if not verify_consistency(kept.size, checkpoint.size, decode_proof(consistency), kept.root, checkpoint.root):
            raise ExportRejected(
                f"The proof of consistency does not show that the {kept.size} events of the kept checkpoint begin these "
                f"{checkpoint.size}: it is for another checkpoint, or the past was written anew."
            )

    def _summary(self, checkpoint: Checkpoint) -> str:
        return (
            f"These {self.count} events of {checkpoint.origin} are as they were recorded, among {self.size} that begin with "
            f"the {self.kept.size} of the kept checkpoint. "
            "A selection shows that what is in it is true, not that nothing is left out."
        )
