"""An export of some events: each with the proof that it stands in the tree which the last line signs.

The checkpoint comes last, so what each proof leads to is noted: the first root, and the first place where another follows.
"""

from collections.abc import Iterator
from typing import Any

from okr_events.audit.export_format import MOST, Malformed, check, hashes_in, read
from okr_events.audit.signed_ending import opened_strictly
from okr_events.audit.trust import Refused, Verdict
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.hash_chain import leaf
from okr_events.event_log.merkle import EMPTY, consistent, reached

MEMBERS = (
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
ENDS = (("checkpoint",), ("checkpoint", "consistency"))


class Selection:
    """What is held while the events pass: the last position and time, and to which root the proofs lead.

    `here` is the position that the line at hand claims, once that is read.
    """

    shown = "selection"

    def __init__(self, kept: Checkpoint) -> None:
        self.kept = kept
        self.count = 0
        self.position = 0
        self.recorded_at = 0
        self.size = 0
        self.root = b""
        self.first = 0
        self.here: int | None = None
        self.other: int | None = None

    def follow(self, lines: Iterator[bytes]) -> bytes:
        """Take the events; gives the line with the checkpoint that ends them, or nothing if there is none.

        Raises `Refused` and `Malformed`.
        """
        for line in lines:
            self.here = None
            members = read(line)
            if "checkpoint" in members:
                return line
            if tuple(members) != MEMBERS:
                raise Malformed(f"The members of the event in line {self.count + 1} are not {', '.join(MEMBERS)}.")
            self._take(*members.values())
        return b""

    def end(self, members: dict[str, Any], keys: list[VerifierKey]) -> Verdict:
        """The verdict, given the last line. Raises `Refused` and `Malformed`."""
        if tuple(members) not in ENDS:
            raise Malformed("The last line of a selection has other members than checkpoint and consistency.")
        checkpoint = opened_strictly(members["checkpoint"], keys, self.kept)
        if checkpoint.size != self.size:
            raise Refused(f"The proofs are of {self.size} events, the checkpoint of {checkpoint.size}.", self.first)
        if checkpoint.root != self.root:
            raise Refused("Its proof does not lead to what the checkpoint signs: it was changed.", self.first)
        if self.other:
            raise Refused("Its proof does not lead to what the checkpoint signs: it was changed.", self.other)
        if "consistency" in members and not isinstance(members["consistency"], list):
            raise Malformed("consistency is a list of hashes, or is left out.")
        self._check_beginning(checkpoint, members.get("consistency"))
        return Verdict(valid=True, why=self._said(checkpoint), size=self.size, shown=self.shown)

    def _take(
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
        check(envelope, id, version, position, recorded_at, state, topic)
        self.here = position
        if position <= self.position:
            raise Refused(f"It does not come after position {self.position}, but stands there.", position)
        if recorded_at <= self.recorded_at:
            raise Refused("Its time is not later than the one before.", position)
        if type(size) is not int or not position <= size <= MOST or (self.count and size != self.size):
            raise Refused("The size of its tree is not the one that the others have.", position)
        hashed = leaf(position, recorded_at, id, version, topic, state.encode(), envelope.encode())
        root = reached(hashed, position, size, hashes_in(proof))
        if root is None:
            raise Refused(f"The proof is not one for position {position} of {size}.", position)
        self._note(position, size, root)
        self.recorded_at = recorded_at

    def _note(self, position: int, size: int, root: bytes) -> None:
        if not self.count:
            self.size, self.root, self.first = size, root, position
        elif root != self.root and self.other is None:
            self.other = position
        self.count, self.position = self.count + 1, position

    def _check_beginning(self, checkpoint: Checkpoint, consistency: Any) -> None:
        kept = self.kept
        if kept.size in (0, checkpoint.size):
            if consistency is not None or kept.root != (checkpoint.root if kept.size else EMPTY):
                raise Refused(
                    "The kept checkpoint signs another past of the same size, or a proof that nothing needs is there."
                )
            return
        if consistency is None:
            raise Refused(
                f"A selection cannot show by itself that the {kept.size} events of the kept checkpoint begin the "
                f"{checkpoint.size} of its own: export it with --since and the kept checkpoint, or export everything."
            )
        if not consistent(kept.size, checkpoint.size, hashes_in(consistency), kept.root, checkpoint.root):
            raise Refused(
                f"The proof of consistency does not show that the {kept.size} events of the kept checkpoint begin these "
                f"{checkpoint.size}: it is for another checkpoint, or the past was written anew."
            )

    def _said(self, checkpoint: Checkpoint) -> str:
        return (
            f"These {self.count} events of {checkpoint.origin} are as they were recorded, among {self.size} that begin with "
            f"the {self.kept.size} of the kept checkpoint. "
            "A selection shows that what is in it is true, not that nothing is left out."
        )
