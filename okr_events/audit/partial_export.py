"""Verification of a partial export: each event has a proof of its place in the tree that the last line signs.

The checkpoint comes last, so the first root is remembered, and the first position whose proof leads to another root.
"""

from collections.abc import Iterator

from okr_events.audit import full_export
from okr_events.audit.export_format import MAX_INTEGER, MalformedLine, check_event, decode_proof, parse_line
from okr_events.audit.trust import ExportRejected, Verdict, describe_trust, verify_own_checkpoint
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.hash_chain import hash_leaf
from okr_events.event_log.merkle import EMPTY_ROOT, root_from_proof, verify_consistency
from okr_events.json_types import JsonObject

EVENT_MEMBERS = tuple(sorted((*full_export.EVENT_MEMBERS[1:], "proof", "size")))
ENDING_MEMBERS = (("checkpoint",), ("checkpoint", "consistency"))


class PartialExport:
    """The state of a verification: the last position and time, the root that the proofs lead to, and the last version of each
    stream. A stream is among the `incomplete` when an event of it is left out before one that is there.

    `current_position` is the one that the current line claims, once it is read.
    """

    kind = "selection"

    def __init__(self, kept: Checkpoint) -> None:
        self.kept = kept
        self.versions: dict[str, int] = {}
        self.incomplete: set[str] = set()
        self.count = 0
        self.position = 0
        self.recorded_at = 0
        self.size = 0
        self.root = b""
        self.first_position = 0
        self.current_position: int | None = None
        self.mismatch_position: int | None = None

    def verify_events(self, lines: Iterator[bytes]) -> bytes:
        """Verify the events; return the line with the checkpoint, or `b""` if there is none.

        Raises `ExportRejected` and `MalformedLine`.
        """
        for line in lines:
            self.current_position = None
            members = parse_line(line)
            if "checkpoint" in members:
                return line
            if tuple(members) != EVENT_MEMBERS:
                raise MalformedLine(f"Line {self.count + 1}: an event must have the members {', '.join(EVENT_MEMBERS)}.")
            self._verify_event(members)
        return b""

    def verify_ending(self, members: JsonObject, keys: list[VerifierKey]) -> Verdict:
        """Return the verdict, given the last line. Raises `ExportRejected` and `MalformedLine`."""
        if tuple(members) not in ENDING_MEMBERS:
            raise MalformedLine("The last line of a partial export must contain only checkpoint and consistency.")
        checkpoint = verify_own_checkpoint(members["checkpoint"], keys, self.kept)
        if checkpoint.size != self.size:
            raise ExportRejected(
                f"The proofs are for {self.size} events, the checkpoint covers {checkpoint.size}.", self.first_position
            )
        mismatch = self.first_position if checkpoint.root != self.root else self.mismatch_position
        if mismatch:
            raise ExportRejected("The event does not match the checkpoint: it was changed.", mismatch)
        self._check_beginning(checkpoint, decode_proof(members["consistency"]) if "consistency" in members else None)
        return Verdict(valid=True, why=self._summary(checkpoint), size=self.size, kind=self.kind)

    def _verify_event(self, members: JsonObject) -> None:
        envelope, id, version, position, proof, recorded_at, size, state, topic = members.values()
        check_event(envelope, id, version, position, recorded_at, state, topic)
        self.current_position = position
        if position <= self.position:
            raise ExportRejected(f"Events must be in order of position; this one follows position {self.position}.", position)
        if recorded_at <= self.recorded_at:
            raise ExportRejected("Its time is not later than the one before.", position)
        self._check_version(id, version, position)
        if type(size) is not int or not position <= size <= MAX_INTEGER or (self.count and size != self.size):
            raise ExportRejected("size must be the same for all events, and not less than position.", position)
        hashed = hash_leaf(position, recorded_at, id, version, topic, state.encode(), envelope.encode())
        root = root_from_proof(hashed, position, size, decode_proof(proof))
        if root is None:
            raise ExportRejected(f"The proof is not valid for position {position} of {size}.", position)
        self._record_root(position, size, root)
        self.recorded_at = recorded_at

    def _check_version(self, id: str, version: int, position: int) -> None:
        before = self.versions.get(id, 0)
        if version <= before:
            raise ExportRejected(f"Version {version} of its stream follows version {before}.", position)
        if version > before + 1:
            self.incomplete.add(id)
        self.versions[id] = version

    def _record_root(self, position: int, size: int, root: bytes) -> None:
        if not self.count:
            self.size, self.root, self.first_position = size, root, position
        elif root != self.root and self.mismatch_position is None:
            self.mismatch_position = position
        self.count, self.position = self.count + 1, position

    def _check_beginning(self, checkpoint: Checkpoint, consistency: list[bytes] | None) -> None:
        """Check that the tree extends the kept one; of the same size or size 0, the roots say so, and no proof is looked at."""
        kept = self.kept
        if kept.size in (0, checkpoint.size):
            if kept.root != (checkpoint.root if kept.size else EMPTY_ROOT):
                raise ExportRejected("The export does not match the kept checkpoint of the same size: the past was rewritten.")
            return
        if consistency is None:
            raise ExportRejected(
                f"A partial export does not show by itself that its {checkpoint.size} events continue the {kept.size} of the "
                "kept checkpoint. Export it with --since and the kept checkpoint, or export everything."
            )
        if not verify_consistency(kept.size, checkpoint.size, consistency, kept.root, checkpoint.root):
            raise ExportRejected(
                f"The proof of consistency does not show that these {checkpoint.size} events continue the kept checkpoint over "
                f"{kept.size}: it is for another checkpoint, or the past was rewritten."
            )

    def _summary(self, checkpoint: Checkpoint) -> str:
        signed = f"These are {self.count} of the {self.size} events of {checkpoint.origin} that its signer signed, unchanged."
        gaps = f" Of {len(self.incomplete)} streams events are left out." if self.incomplete else ""
        trust = describe_trust(self.kept, self.size)
        return f"{signed} {trust}{gaps} A partial export does not show that nothing was left out."
