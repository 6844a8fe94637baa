"""A whole export: every event from the first on, with the chain and the tree grown anew over them."""

from collections.abc import Iterator
from typing import Any

from orjson import dumps, loads

from okr_events.audit.export_format import MAX_LINE_BYTES, NEWLINE, MalformedLine, check_event, has_event_types, parse_line
from okr_events.audit.signed_ending import verify_own_checkpoint
from okr_events.audit.trust import ExportRejected, Verdict
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.hash_chain import GENESIS, extend_chain, hash_leaf
from okr_events.event_log.merkle import fold_peaks, hash_pair

EVENT_MEMBERS = (
    "chain",
    "envelope",
    "originator_id",
    "originator_version",
    "position",
    "recorded_at",
    "state",
    "topic",
)


class FullExport:
    """What is held while the events pass: how many, the last time and link, and the peaks of the tree.

    Raises `Refused` where the kept checkpoint signs another beginning.
    """

    kind = "whole"

    def __init__(self, kept: Checkpoint) -> None:
        self.kept = kept
        self.size = 0
        self.recorded_at = 0
        self.chain = GENESIS
        self.peaks: list[bytes] = []
        self._check_beginning(0)

    @property
    def current_position(self) -> int:
        """The position that the line at hand must have."""
        return self.size + 1

    def verify_events(self, lines: Iterator[bytes]) -> bytes:
        """Take the events that come next; gives the line with the checkpoint that ends them, or nothing if there is none.

        A line is the next event when it is, byte for byte, what an export writes here: one comparison finds every difference,
        and only then is it asked which. Raises `Refused` and `Malformed`. It is one loop over local names, because a million
        events pass through it.
        """
        size, latest, chain, peaks, kept = self.size, self.recorded_at, self.chain, self.peaks, self.kept.size
        for line in lines:
            try:
                _, envelope, id, version, _, recorded_at, state, topic = loads(line).values()
            except (ValueError, TypeError, AttributeError):
                break
            if (
                not has_event_types(envelope, id, version, recorded_at, state, topic)
                or recorded_at <= latest
                or len(line) > MAX_LINE_BYTES
            ):
                break
            node = hash_leaf(size + 1, recorded_at, id, version, topic, state.encode(), envelope.encode())
            link = extend_chain(chain, node)
            members = {
                "chain": link.hex(),
                "envelope": envelope,
                "originator_id": id,
                "originator_version": version,
                "position": size + 1,
                "recorded_at": recorded_at,
                "state": state,
                "topic": topic,
            }
            if dumps(members, option=NEWLINE) != line:
                break
            latest, chain, left = recorded_at, link, size
            while left & 1:
                node, left = hash_pair(peaks.pop(), node), left >> 1
            peaks.append(node)
            size += 1
            if size == kept:
                self._check_beginning(size)
        else:
            line = b""
        self.size, self.recorded_at, self.chain = size, latest, chain
        return self._check_ending(line) if line else line

    def verify_ending(self, members: dict[str, Any], keys: list[VerifierKey]) -> Verdict:
        """The verdict, given the last line. Raises `Refused`."""
        if tuple(members) != ("checkpoint",):
            raise ExportRejected(
                "The last line of a whole export has other members than the checkpoint.", self.current_position
            )
        checkpoint = verify_own_checkpoint(members["checkpoint"], keys, self.kept)
        if checkpoint.size > self.size:
            raise ExportRejected(
                f"The checkpoint is of {checkpoint.size} events, but here are {self.size}.", self.current_position
            )
        if checkpoint.size < self.size:
            raise ExportRejected(
                f"The checkpoint is of {checkpoint.size} events: nothing signs what follows.", checkpoint.size + 1
            )
        if checkpoint.root != fold_peaks(self.peaks):
            raise ExportRejected(
                f"The events are not those that the checkpoint signs: something after position {self.kept.size} was changed, "
                "and everything that follows it computed anew."
            )
        return Verdict(valid=True, why=self._summary(checkpoint), size=self.size, kind=self.kind)

    def _check_ending(self, line: bytes) -> bytes:
        """The line again if a checkpoint is in it; or else why it is not the next event."""
        members = parse_line(line)
        if "checkpoint" in members:
            return line
        if tuple(members) != EVENT_MEMBERS:
            raise MalformedLine(f"The members of an event are not {', '.join(EVENT_MEMBERS)}.")
        _, envelope, id, version, position, recorded_at, state, topic = members.values()
        check_event(envelope, id, version, position, recorded_at, state, topic)
        if position != self.current_position:
            raise ExportRejected(f"In its place stands position {position}.", self.current_position)
        if recorded_at <= self.recorded_at:
            raise ExportRejected("Its time is not later than the one before.", position)
        raise ExportRejected("The event, its envelope or its link in the chain was changed.", position)

    def _check_beginning(self, size: int) -> None:
        if size == self.kept.size and self.kept.root != fold_peaks(self.peaks):
            raise ExportRejected(
                f"The first {size} events are not those that the kept checkpoint signs: the past was written anew."
            )

    def _summary(self, checkpoint: Checkpoint) -> str:
        return (
            f"All {self.size} events of {checkpoint.origin} are as they were recorded, none is missing, "
            f"and the first {self.kept.size} are those of the kept checkpoint."
        )
